/**
 * What came of a run, read from its journal, with the answers joined afterwards.
 *
 * Answers are compared here and nowhere before, for training tasks as for evaluation tasks, so that
 * all figures are made alike.
 *
 * @module
 */
import { encodeGrid } from "../data/grid.ts";
import { readJournal } from "../data/journal_reader.ts";
import type { CallAdmitted, Evaluated, Voted } from "../data/records.ts";
import type { TaskSet } from "../data/task.ts";
import { scoreOfAttempts } from "../search/score.ts";

/** Figures of a run; one entry a task, in the order of `tasks`. */
export interface RunResult {
  readonly tasks: readonly string[];
  /** Whether some program that is not hard-coded is right on all train and test pairs. */
  readonly solved: readonly boolean[];
  /** Whether each test input is right in one of the two attempts of the last vote; null = no vote. */
  readonly voted: readonly boolean[] | null;
  readonly programs: number;
  /** Programs that the hard-coding filter put aside. */
  readonly filtered: number;
  /** Copies of a program of the same task, which are not run again. */
  readonly duplicates: number;
  /** Wall-clock time from the sandbox's start to the end, fitting and voting included. */
  readonly seconds: number;
}

/** @throws RangeError when the journal's tasks are not those of `taskSet` */
export function readRunResult(journal: string, { tasks, answers }: TaskSet): RunResult {
  const expected = new Map(
    tasks.map(({ id }) => [id, (answers.get(id) ?? []).map(encodeGrid)]),
  );
  const trainPairs = new Map(tasks.map(({ id, train }) => [id, train.length]));
  const taskOfCall = new Map<CallAdmitted["callId"], string>();
  const solved = new Set<string>();
  const votes = new LastVotes();
  const clock = new ActiveTime();
  const counts = { programs: 0, filtered: 0, duplicates: 0 };
  for (const { record } of readJournal(journal)) {
    clock.see(record.at, record.kind === "run_opened");
    if (record.kind === "call") {
      if (!expected.has(record.taskId)) throw unknownTask(journal, record.taskId);
      taskOfCall.set(record.callId, record.taskId);
    }
    if (record.kind === "vote") votes.see(record);
    if (record.kind !== "evaluation") continue;
    const taskId = taskOfCall.get(record.callId)!;
    counts.programs++;
    if (record.transduction) counts.filtered++;
    if (record.duplicateOf !== null) counts.duplicates++;
    if (isSolution(record, trainPairs.get(taskId)!, expected.get(taskId)!)) solved.add(taskId);
  }
  const ids = tasks.map(({ id }) => id);
  return {
    tasks: ids,
    solved: ids.map((id) => solved.has(id)),
    voted: ids.map((id) => votes.score(id, expected.get(id)!) === 1),
    ...counts,
    seconds: clock.ms / 1000,
  };
}

function isSolution(
  { outcome, transduction, correctTrain, outputs }: Evaluated,
  trainPairs: number,
  expected: readonly string[],
): boolean {
  return outcome === "ok" && !transduction && correctTrain.every(Boolean) && expected.length > 0 &&
    expected.every((grid, i) => outputs[trainPairs + i] === grid);
}

/** The attempts of the last generation that voted on a task. */
class LastVotes {
  readonly #byTask = new Map<string, Voted[]>();

  see(vote: Voted): void {
    const before = this.#byTask.get(vote.taskId) ?? [];
    const same = before.filter(({ generation, attempt }) =>
      generation === vote.generation && attempt !== vote.attempt
    );
    this.#byTask.set(vote.taskId, [...same, vote]);
  }

  /** Share of test inputs that an attempt has right. */
  score(taskId: string, expected: readonly string[]): number {
    const votes = this.#byTask.get(taskId) ?? [];
    if (votes.length === 0 || expected.length === 0) return 0;
    return scoreOfAttempts(
      votes.map(({ outputs }) => expected.map((grid, i) => outputs[i] === grid)),
    );
  }
}

/** Time between records, without the pauses between an interruption and its resume. */
class ActiveTime {
  ms = 0;
  #last: number | null = null;

  see(at: number, opened: boolean): void {
    if (this.#last !== null && !opened) this.ms += at - this.#last;
    this.#last = at;
  }
}

function unknownTask(journal: string, taskId: string): RangeError {
  return new RangeError(`${journal}: task ${taskId} is none of those whose answers are joined`);
}
