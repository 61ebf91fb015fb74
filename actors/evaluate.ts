/**
 * Evaluating one program: screened, judged, and confirmed if it counts.
 *
 * Screening may run several programs in one process. A program that is right on all train pairs is
 * confirmed: each input alone in a process of its own, in shuffled order; those outputs count.
 *
 * @module
 */
import type { Evaluation } from "../data/candidate.ts";
import type { Grid } from "../data/grid.ts";
import { inputsOf, type Task } from "../data/task.ts";
import type { Engine, RunResult } from "../sandbox/engine.ts";
import { judge } from "../sandbox/judge.ts";
import { isHardCoded } from "../search/hard_coding.ts";
import { seededRandom } from "../search/random.ts";
import { timeLimitSeconds } from "../search/stop.ts";

/** What an evaluation finds out. */
export type Findings = Omit<Evaluation, "id" | "duplicateOf">;

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  readonly engine: Engine;
  readonly task: Task;
  /** Test outputs, where they may be used. */
  readonly answers: readonly Grid[] | undefined;
  /** Wall-clock limit for all inputs, in milliseconds; null = SOAR's rule. */
  readonly timeoutMs: number | null;
  /** White space that the hard-coding filter passes over. @default "any" */
  readonly ignore?: "any" | "spaces";
}

/** Runs and judges a program. @throws SandboxError when the sandbox cannot go on */
export async function evaluate(
  code: string,
  { engine, task, answers, timeoutMs, ignore }: EvaluateOptions,
  signal?: AbortSignal,
): Promise<Findings> {
  const limitMs = timeoutMs ?? timeLimitSeconds(task.train.length, task.testInputs.length) * 1000;
  const job = { code, inputs: inputsOf(task), timeoutMs: limitMs };
  const screened = await engine.run(job, signal);
  const findings = judged(code, task, answers, screened, false, ignore);
  if (findings.outcome !== "ok" || !findings.correctTrain.every(Boolean)) return findings;
  const confirmed = await engine.confirm(job, seededRandom("confirm", code), signal);
  const ms = screened.ms + confirmed.ms;
  return judged(code, task, answers, { ...confirmed, ms }, true, ignore);
}

function judged(
  code: string,
  task: Task,
  answers: readonly Grid[] | undefined,
  { frames, ms, layers }: RunResult,
  confirmed: boolean,
  ignore: EvaluateOptions["ignore"],
): Findings {
  const verdict = judge(task, answers, frames);
  const trainOutputs = task.train.map(({ output }) => output);
  const transduction = isHardCoded(code, verdict.outputs, trainOutputs, { ignore });
  return { ...verdict, transduction, ms, layers, confirmed };
}
