/**
 * The voter: two attempts a task from all programs so far, and the submission file.
 *
 * It sees train accuracy only; whether an attempt is right is found by whoever has the answers.
 *
 * @module
 */
import { encodeGrid, type Grid } from "../data/grid.ts";
import type { Answers, Task } from "../data/task.ts";
import { vote } from "../search/vote.ts";
import { PipelineActor } from "./actor.ts";
import type { Recorder } from "./recorder.ts";

/** Attempts by task id: the best first, each one grid a test input. */
export type Attempts = ReadonlyMap<string, readonly (readonly Grid[])[]>;

/** Kaggle's form: by task, one object a test input. */
export type Submission = Record<string, { attempt_1: Grid; attempt_2: Grid }[]>;

/** Options of {@link Voter}. */
export interface VoterOptions {
  readonly generation: number;
  readonly tasks: readonly Task[];
  readonly recorder: Recorder;
  /** Answers that the run may use, to journal which attempts were right. */
  readonly answers: Answers;
  /** Weight of train accuracy (SOAR appendix D.1). @default 1000 */
  readonly c?: number;
}

/** Votes on every task once. */
export class Voter extends PipelineActor {
  readonly name = "voter";
  readonly #options: VoterOptions;
  readonly #attempts = new Map<string, Grid[][]>();

  constructor(options: VoterOptions) {
    super();
    this.#options = options;
  }

  /** What was voted so far. */
  get attempts(): Attempts {
    return this.#attempts;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { tasks, generation } = this.#options;
    for (const task of tasks) {
      signal.throwIfAborted();
      await this.#vote(task);
    }
    const voted = [...this.#attempts.values()].filter((attempts) => attempts.length > 0).length;
    this.emit("info", "voted", `${voted} of ${tasks.length} tasks have an attempt`, { generation });
  }

  async #vote(task: Task): Promise<void> {
    const { recorder, generation, answers, c } = this.#options;
    const programs = recorder.archive.ofTask(task.id)
      .filter(({ outcome, transduction }) => outcome === "ok" && !transduction);
    const attempts: Grid[][] = [];
    for (const [k, attempt] of vote(programs, { c }).entries()) {
      const first = await recorder.load(recorder.archive.get(attempt.members[0])!);
      const outputs = first.outputs.slice(task.train.length) as Grid[];
      attempts.push(outputs);
      await recorder.record({
        kind: "vote",
        generation,
        taskId: task.id,
        attempt: k + 1,
        outputs: outputs.map(encodeGrid),
        weight: attempt.weight,
        members: attempt.members,
        correctTest: answers.has(task.id) ? attempt.correctTest : null,
      });
    }
    this.#attempts.set(task.id, attempts);
  }
}

/**
 * The submission of a vote. A task or attempt without outputs is given a 1×1 black grid, since the
 * form wants every task.
 */
export function submissionOf(
  tasks: readonly Task[],
  attempts: Attempts,
): Submission {
  const none: Grid = [[0]];
  return Object.fromEntries(tasks.map((task) => {
    const [first, second] = attempts.get(task.id) ?? [];
    const answers = task.testInputs.map((_, i) => {
      const attempt_1 = first?.[i] ?? none;
      return { attempt_1, attempt_2: second?.[i] ?? attempt_1 };
    });
    return [task.id, answers];
  }));
}
