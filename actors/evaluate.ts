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
import { seededRandom } from "../search/random.ts";
import { timeLimitSeconds } from "../search/stop.ts";
import { ARC } from "./arc.ts";
import type { Domain } from "./domain.ts";

/** What an evaluation finds out. */
export type Findings = Omit<Evaluation, "id" | "duplicateOf">;

/** Findings with where they were made, and whom to tell that they are in the journal. */
export type Finding = Findings & Pick<RunResult, "host" | "settle">;

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Runs the program. */
  readonly engine: Engine;
  /** What the task is of. @default ARC */
  readonly domain?: Domain;
  /** The task the program is for. */
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
  options: EvaluateOptions,
  signal?: AbortSignal,
): Promise<Finding> {
  const { engine, task, timeoutMs, domain = ARC } = options;
  const limitMs = timeoutMs ?? timeLimitSeconds(task.train.length, task.testInputs.length) * 1000;
  const job = { code: domain.runnable(code), inputs: inputsOf(task), timeoutMs: limitMs };
  const screened = await engine.run(job, signal);
  const { host, settle } = screened;
  try {
    const findings = judged(code, options, screened, false);
    const counts = findings.outcome === "ok" && findings.correctTrain.every(Boolean);
    if (!counts) return { ...findings, host, settle };
    const confirmed = await engine.confirm(job, seededRandom("confirm", code), signal);
    const ms = screened.ms + confirmed.ms;
    const confirmedFindings = judged(code, options, { ...confirmed, ms }, true);
    return { ...confirmedFindings, host: confirmed.host, settle };
  } catch (error) {
    // Whoever tries again has it screened again.
    settle?.();
    throw error;
  }
}

function judged(
  code: string,
  { domain = ARC, task, answers, ignore }: EvaluateOptions,
  { frames, ms, layers }: RunResult,
  confirmed: boolean,
): Findings {
  const verdict = domain.judge(task, answers, frames);
  const trainOutputs = task.train.map(({ output }) => output);
  const { outputs } = verdict;
  const transduction = domain.features.isHardCoded(code, outputs, trainOutputs, { ignore });
  return { ...verdict, transduction, ms, layers, confirmed };
}
