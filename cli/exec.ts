/**
 * `soar exec`: scores programs in the sandbox, one line in, one line out, in input order.
 *
 * @module
 */
import {
  type Answers,
  channelOf,
  didYouMean,
  type Domain,
  evaluate,
  mapConcurrent,
  type SandboxEngine as Sandbox,
  type Task,
  TaskError,
} from "../mod.ts";
import { z } from "zod";
import { writeOutput } from "./output.ts";
import { openDomain, specFor } from "./open_domain.ts";
import { type ENGINES, openSandbox } from "./open_sandbox.ts";
import { readLines } from "./read_lines.ts";
import { UsageError } from "./usage_error.ts";
import { NoPythonError } from "./venv.ts";
import { goingOnWithout, pythonOrWhyNot } from "./without_python.ts";

/** Options of `soar exec`. */
export interface ExecOptions {
  readonly tasks: string;
  readonly engine: typeof ENGINES[number];
  readonly workers?: number;
  readonly timeoutMs?: number;
  /** Module of another domain. @default ARC */
  readonly domain?: string;
}

const Line = z.object({ task_id: z.string(), code: z.string() });

/** @throws UsageError, TaskError, SandboxError */
export async function exec(file: string, options: ExecOptions): Promise<void> {
  const { engine, workers } = options;
  const domain = await openDomain(options.domain);
  const found = await pythonOrWhyNot(engine, console.error);
  const home = found instanceof NoPythonError ? null : found;
  if (found instanceof NoPythonError) console.error(goingOnWithout(found));
  const { tasks, answers } = await domain.loadTasks(specFor(domain, options.tasks), {
    arckitData: home?.arckitData,
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  // All lines first: a fault in the last one must not cost the work on those before it.
  const jobs: { task: Task; code: string }[] = [];
  let number = 0;
  for await (const text of readLines(file)) {
    number++;
    if (text.trim() !== "") jobs.push(parseLine(text, file, number, byId));
  }
  const sandbox = await openSandbox({ engine, home, workers, tell: console.error });
  try {
    const scored = mapConcurrent(
      (job: { task: Task; code: string }) =>
        score(sandbox, domain, job, answers, options.timeoutMs ?? null),
      { concurrency: sandbox.workers + sandbox.ahead, highWaterMark: 64 },
    )(channelOf(jobs));
    for await (const result of scored) {
      if (!writeOutput(`${JSON.stringify(result)}\n`)) return;
    }
  } finally {
    await sandbox.close();
  }
}

function parseLine(
  text: string,
  file: string,
  number: number,
  tasks: ReadonlyMap<string, Task>,
): { task: Task; code: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}, line ${number}: ${(error as Error).message}`);
  }
  const line = Line.safeParse(json);
  if (!line.success) {
    throw new UsageError(`${file}, line ${number}: ${z.prettifyError(line.error)}`);
  }
  const task = tasks.get(line.data.task_id);
  if (!task) {
    const { task_id } = line.data;
    throw new TaskError(
      "not_found",
      `${file}, line ${number}: no task ${task_id}${didYouMean(task_id, tasks.keys())} in --tasks`,
    );
  }
  return { task, code: line.data.code };
}

async function score(
  sandbox: Sandbox,
  domain: Domain,
  { task, code }: { task: Task; code: string },
  answers: Answers,
  timeoutMs: number | null,
): Promise<Record<string, unknown>> {
  const options = { engine: sandbox, domain, task, answers: answers.get(task.id), timeoutMs };
  const found = await evaluate(code, options);
  return {
    task_id: task.id,
    outcome: found.outcome,
    train: found.correctTrain,
    test: found.correctTest,
    outputs: found.outputs,
    ms: Math.round(found.ms * 100) / 100,
    error: found.error,
  };
}
