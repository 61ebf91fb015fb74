/**
 * `soar exec`: scores programs in the sandbox, one line in, one line out, in input order.
 *
 * @module
 */
import {
  type Answers,
  type Engine as Sandbox,
  evaluate,
  loadTasks,
  openPythonEngine,
  type Task,
} from "../mod.ts";
import { z } from "zod";
import { Channel, mapConcurrent } from "../mod.ts";
import { preparePython } from "./python.ts";
import { readLines } from "./read_lines.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar exec`. */
export interface ExecOptions {
  readonly tasks: string;
  readonly engine: string;
  readonly workers?: number;
  readonly timeoutMs?: number;
}

const Line = z.object({ task_id: z.string(), code: z.string() });

/** @throws UsageError, TaskError, SandboxError */
export async function exec(file: string, options: ExecOptions): Promise<void> {
  if (options.engine !== "python") {
    throw new UsageError(`--engine ${options.engine}: expected python`);
  }
  const home = await preparePython((line) => console.error(line));
  const { tasks, answers } = await loadTasks(options.tasks, { arckitData: home.arckitData });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const sandbox = await openPythonEngine({
    python: home.python,
    workers: options.workers ?? navigator.hardwareConcurrency,
  });
  try {
    const lines = new Channel<{ text: string; number: number }>({ highWaterMark: 16 });
    const feeding = feed(file, lines);
    const scored = mapConcurrent(
      ({ text, number }: { text: string; number: number }) =>
        score(sandbox, parseLine(text, file, number, byId), answers, options.timeoutMs ?? null),
      { concurrency: sandbox.workers + 2, highWaterMark: 64 },
    )(lines.receiver);
    for await (const result of scored) console.log(JSON.stringify(result));
    await feeding;
  } finally {
    await sandbox.close();
  }
}

async function feed(
  file: string,
  lines: Channel<{ text: string; number: number }>,
): Promise<void> {
  try {
    let number = 0;
    for await (const text of readLines(file)) {
      number++;
      if (text.trim() !== "") await lines.send({ text, number });
    }
    lines.close();
  } catch (error) {
    lines.fail(error);
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
    throw new UsageError(`${file}, line ${number}: no task ${line.data.task_id} in --tasks`);
  }
  return { task, code: line.data.code };
}

async function score(
  sandbox: Sandbox,
  { task, code }: { task: Task; code: string },
  answers: Answers,
  timeoutMs: number | null,
): Promise<Record<string, unknown>> {
  const options = { engine: sandbox, task, answers: answers.get(task.id), timeoutMs };
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
