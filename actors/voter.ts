/**
 * The voter: two attempts a task from all programs so far, and the submission file.
 *
 * It sees train accuracy only; whether an attempt is right is found by whoever has the answers.
 *
 * @module
 */
import { encodeGrid, type Grid } from "../data/grid.ts";
import type { Answers, Task } from "../data/task.ts";
import type { VoteOptions } from "../search/vote.ts";
import { attemptsBy, type VoterName } from "../search/voters.ts";
import { channelOf } from "../streams/channel_of.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import { PipelineActor } from "./actor.ts";
import type { Confirmer } from "./confirmer.ts";
import type { Recorder } from "./recorder.ts";

/** Attempts by task id: the best first, each one grid a test input. */
export type Attempts = ReadonlyMap<string, readonly (readonly Grid[])[]>;

/** Kaggle's form: by task, one object a test input. */
export type Submission = Record<string, { attempt_1: Grid; attempt_2: Grid }[]>;

/** How is voted. */
export interface Voting extends Pick<VoteOptions, "c" | "halfLength"> {
  /** How answers are counted. */
  readonly voter: VoterName;
}

/** Options of {@link Voter}. */
export interface VoterOptions {
  /** The last generation whose programs vote. */
  readonly generation: number;
  /** Tasks voted on. */
  readonly tasks: readonly Task[];
  /** Its archive votes; the attempts are journalled. */
  readonly recorder: Recorder;
  /** Runs the members of an attempt once more, each alone. */
  readonly confirmer: Confirmer;
  /** Tasks worked on at once. */
  readonly concurrency: number;
  /** Answers that the run may use, to journal which attempts were right. */
  readonly answers: Answers;
  /** Voter and its weights. */
  readonly voting: Voting;
}

/** What stands where there is no answer: the form wants a grid. */
const NO_ANSWER: Grid = [[0]];

/** Votes on every task once. */
export class Voter extends PipelineActor {
  /** Name of the actor. */
  readonly name = "voter";
  readonly #options: VoterOptions;
  readonly #attempts = new Map<string, Grid[][]>();

  /** Votes on nothing yet: that is `run`. */
  constructor(options: VoterOptions) {
    super();
    this.#options = options;
  }

  /** What was voted so far. */
  get attempts(): Attempts {
    return this.#attempts;
  }

  /** Votes on all tasks and journals the attempts. */
  protected override async work(signal: AbortSignal): Promise<void> {
    const { tasks, generation, concurrency } = this.#options;
    const ballots = mapConcurrent(
      async (task: Task, stop: AbortSignal) => {
        return [task.id, await this.#vote(task, stop)] as const;
      },
      { concurrency, highWaterMark: concurrency, signal },
    )(channelOf(tasks));
    for await (const [taskId, attempts] of ballots) this.#attempts.set(taskId, attempts);
    const voted = [...this.#attempts.values()].filter((attempts) => attempts.length > 0).length;
    this.emit("info", "voted", `${voted} of ${tasks.length} tasks have an attempt`, { generation });
  }

  async #vote(task: Task, signal: AbortSignal): Promise<Grid[][]> {
    const { recorder, confirmer, generation, answers, voting } = this.#options;
    const { archive } = recorder;
    let programs = archive.ofTask(task.id)
      .filter(({ outcome, transduction }) => outcome === "ok" && !transduction);
    const attempts: Grid[][] = [];
    for (let voted = attemptsBy(voting.voter, programs, voting), k = 0; k < voted.length; k++) {
      const attempt = voted[k];
      const firstIds = attempt.map((input) => input && input.members[0]);
      const firsts = await Promise.all(
        firstIds.map((id) => id && confirmer.load(archive.get(id)!, signal)),
      );
      const failed = firstIds.filter((id, i) => id && !firsts[i]);
      if (failed.length > 0) {
        // A first member does not hold alone: vote again without it, from this attempt on.
        programs = programs.filter((program) => !failed.includes(program.id));
        voted = attemptsBy(voting.voter, programs, voting);
        k--;
        continue;
      }
      const outputs = firsts.map((first, i) => {
        return first ? first.outputs[task.train.length + i]! : NO_ANSWER;
      });
      attempts.push(outputs);
      const members = [...new Set(attempt.flatMap((input) => input?.members ?? []))];
      const correctTest = firstIds.map((id, i) => {
        return id !== null && (archive.get(id)!.correctTest?.[i] ?? false);
      });
      // A run that was killed while it voted has told of some tasks already.
      const told = recorder.archive.votes(generation, task.id).some((vote) =>
        vote.attempt === k + 1 && String(vote.members) === String(members)
      );
      if (told) continue;
      await recorder.record({
        kind: "vote",
        generation,
        taskId: task.id,
        attempt: k + 1,
        outputs: outputs.map(encodeGrid),
        // By single inputs an attempt is as strong as its weakest answer.
        weight: Math.min(...attempt.map((input) => input?.weight ?? 0)),
        members,
        correctTest: answers.has(task.id) ? correctTest : null,
      });
    }
    return attempts;
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
  return Object.fromEntries(tasks.map((task) => {
    const [first, second] = attempts.get(task.id) ?? [];
    const answers = task.testInputs.map((_, i) => {
      const attempt_1 = first?.[i] ?? NO_ANSWER;
      return { attempt_1, attempt_2: second?.[i] ?? attempt_1 };
    });
    return [task.id, answers];
  }));
}
