/**
 * The seam between the search and what it is about: a domain says what its tasks, prompts, judge and
 * features are; the actors know none of that.
 *
 * What every domain shares: a task is pairs of input and output and inputs to answer, a program is
 * Python, and values travel as grids of digits (data/grid.ts), since that is all the sandbox lets out.
 * A domain with other values encodes them, and `runnable` puts the decoding around a program.
 *
 * @module
 */
import type { Frame } from "../data/candidate.ts";
import type { Grid } from "../data/grid.ts";
import type { LoadTasksOptions } from "../data/load_tasks.ts";
import type { Pair, Task, TaskSet } from "../data/task.ts";
import type { Extraction } from "../models/extract_program.ts";
import type { FewShot, Message, ShownAttempt, ShownTask } from "../models/prompts.ts";
import type { Verdict } from "../sandbox/judge.ts";
import type { HardCodingOptions } from "../search/hard_coding.ts";

/** What the model is shown, and what it is taught to answer. */
export interface DomainPrompts {
  /**
   * Asks for a new program.
   *
   * @param testOutputs Shown beside the test inputs by the published code's rules. @default none
   */
  sample(task: ShownTask, fewShot: FewShot | null, testOutputs?: readonly Grid[]): Message[];
  /** Asks for a better version of a program. */
  refine(task: ShownTask, attempt: ShownAttempt, fewShot: FewShot | null): Message[];
  /** Asks for a program made of two, the better one first. */
  crossover(
    task: ShownTask,
    attempts: readonly [ShownAttempt, ShownAttempt],
    fewShot: FewShot | null,
  ): Message[];
  /** A program as the answer to either; `extract` finds it again. */
  answer(code: string): string;
  /** Where the program of a completion stands; null where it holds none. */
  extract(text: string): Extraction | null;
  /** The example shown while the run has solved nothing. */
  readonly firstExample: FewShot;
}

/** What is told of a program by its source and its outputs, whether it is right or not. */
export interface DomainFeatures {
  /**
   * Whether a program writes its outputs down instead of computing them.
   *
   * @param outputs Of train inputs, then test inputs; null where there was none.
   * @param trainOutputs The task's own.
   */
  isHardCoded(
    code: string,
    outputs: readonly (Grid | null)[],
    trainOutputs: readonly Grid[],
    options: HardCodingOptions,
  ): boolean;
  /** What speaks against learning from a program by the published code's rules; null = nothing. */
  keepFault(train: readonly Pair[], outputs: readonly (Grid | null)[]): string | null;
}

/** A kind of task that programs are searched for. */
export interface Domain {
  /** Short name, e.g. `arc`. */
  readonly name: string;
  /** The tasks that a SPEC names, answers apart. @throws TaskError */
  loadTasks(spec: string, options?: LoadTasksOptions): Promise<TaskSet>;
  /** How a model is asked, and what its replies hold. */
  readonly prompts: DomainPrompts;
  /** The source that the sandbox runs for a program: it defines `transform(grid)`. */
  runnable(code: string): string;
  /**
   * Compares what a program gave with what was expected.
   *
   * @param answers Test outputs; undefined where they are not the run's to know.
   */
  judge(task: Task, answers: readonly Grid[] | undefined, frames: readonly Frame[]): Verdict;
  /** What filters look at. */
  readonly features: DomainFeatures;
}
