/**
 * The rows of the embedded model's table: what is counted, what it must reach, what is aimed at.
 *
 * @module
 */
import { type Difference, pairedBootstrap } from "../search/bootstrap.ts";
import { seededRandom } from "../search/random.ts";
import type { Role } from "./embedded_plan.ts";
import type { RunResult } from "./run_result.ts";

/** Results of a role, one a seed. */
export type ResultsOf = (role: Role) => readonly RunResult[];

/** What a row found. */
export interface Found {
  /** Mean over the seeds. */
  readonly value: number;
  /** 95 % paired bootstrap over tasks for a difference; least and most of the seeds for a count. */
  readonly low: number;
  readonly high: number;
}

/** A row of the table. */
export interface Row {
  /** Name for `--only`. */
  readonly key: string;
  readonly label: string;
  readonly needs: readonly Role[];
  /** `difference`: its interval must lie above 0; `minutes`: less is better. */
  readonly kind: "count" | "difference" | "minutes";
  /** Null: only told. */
  readonly must: number | null;
  readonly aim: number | null;
  readonly of: (results: ResultsOf) => Found;
}

type Flags = (result: RunResult) => readonly boolean[];
/** The table. */
export const ROWS: readonly Row[] = [
  count("oracle", "training, solved (oracle)", "fit", solved, 150, 220),
  count("attempts", "training, two attempts", "fit", voted, 140, 200),
  minutes("fit-minutes", "minutes for fitting on training", "fit"),
  count(
    "evaluation",
    "evaluation, two attempts, fitted on training only",
    "evaluation",
    voted,
    72,
    145,
  ),
  count("evaluation-oracle", "evaluation, solved (oracle)", "evaluation", solved, null, null),
  minutes("evaluation-minutes", "minutes for evaluation", "evaluation"),
  count("plans-uniform", "uniform, plans drawn, solved", "plans-uniform", solved, null, null),
  count("plans-fitted", "fitted, plans drawn, solved", "plans-fitted", solved, null, null),
  difference("fitting", "fitted − uniform, plans drawn", "plans-fitted", "plans-uniform", 60, 100),
  difference(
    "transfer",
    "held-out half, fitted on the other − uniform, plans drawn",
    "plans-half",
    "plans-uniform",
    20,
    40,
  ),
  rate("rate", "plans drawn a second, one core", "plans-uniform", 3_000),
  count("uniform", "uniform, programs, solved", "uniform", solved, null, null),
  count("fitted", "fitted, programs, solved", "fitted", solved, null, null),
  difference("fitting-programs", "fitted − uniform, programs", "fitted", "uniform", null, 0),
  difference(
    "transfer-programs",
    "held-out half, fitted on the other − uniform, programs",
    "half",
    "uniform",
    null,
    0,
  ),
  difference("refining", "refinement − the same programs without it", "refined", "fitted", null, 0),
  count("arc-agi-2", "ARC-AGI-2 evaluation, two attempts", "arc-agi-2", voted, null, 1),
];

function solved(result: RunResult): readonly boolean[] {
  return result.solved;
}

function voted(result: RunResult): readonly boolean[] {
  return result.voted ?? [];
}

/** Whether a row reaches a goal; for a difference its interval must lie above 0 too. */
export function reaches({ kind }: Row, { value, low }: Found, goal: number): boolean {
  if (kind === "minutes") return value <= goal;
  return value >= goal && (kind === "count" || low > 0);
}

function count(
  key: string,
  label: string,
  role: Role,
  flags: Flags,
  must: number | null,
  aim: number | null,
): Row {
  const of = (results: ResultsOf) =>
    spread(results(role).map((result) => flags(result).filter(Boolean).length));
  return { key, label, needs: [role], kind: "count", must, aim, of };
}

function minutes(key: string, label: string, role: Role): Row {
  const of = (results: ResultsOf) => spread(results(role).map(({ seconds }) => seconds / 60));
  return { key, label, needs: [role], kind: "minutes", must: 60, aim: null, of };
}

function rate(key: string, label: string, role: Role, must: number): Row {
  const of = (results: ResultsOf) =>
    spread(results(role).map(({ programs, seconds }) => programs / seconds));
  return { key, label, needs: [role], kind: "count", must, aim: null, of };
}

/** Tasks solved by one role minus those by another, on the tasks of the first. */
function difference(
  key: string,
  label: string,
  role: Role,
  baseline: Role,
  must: number | null,
  aim: number | null,
): Row {
  const of = (results: ResultsOf) => {
    const tasks = results(role)[0].tasks;
    const shares = (some: readonly RunResult[]) => tasks.map((id) => shareSolved(some, id));
    return found(pairedBootstrap(shares(results(role)), shares(results(baseline)), {
      random: seededRandom("bench", key),
    }));
  };
  return { key, label, needs: [role, baseline], kind: "difference", must, aim, of };
}

/** Share of the seeds that solve a task. @throws RangeError when a run had not that task */
function shareSolved(results: readonly RunResult[], taskId: string): number {
  const flags = results.map(({ tasks, solved }) => {
    const at = tasks.indexOf(taskId);
    if (at < 0) throw new RangeError(`task ${taskId} is not in the run it is compared with`);
    return Number(solved[at]);
  });
  return mean(flags);
}

function found({ difference, low, high }: Difference): Found {
  return { value: difference, low, high };
}

function spread(values: readonly number[]): Found {
  return { value: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
