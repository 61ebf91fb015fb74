/**
 * The relabeler: at the end of a generation, chooses what to learn from and writes the shards.
 *
 * Programs that are right keep their task; wrong ones are given the task they do solve (SOAR
 * section 3.3). A task that the contamination guard names gives no row.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive.ts";
import type { Grid } from "../data/grid.ts";
import type { SelectedRow } from "../data/records.ts";
import {
  type Manifest,
  type RowMeta,
  type ShardRow,
  ShardWriter,
  type TaskIdentity,
} from "../data/shards.ts";
import type { Answers, Task } from "../data/task.ts";
import { answerText, type Message, refinePrompt, samplePrompt } from "../models/prompts.ts";
import { correctnessBin, parentBin } from "../search/bins.ts";
import { type ContaminationGuard, taskContent } from "../search/contamination.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import { isSolved } from "../search/judged.ts";
import { seededRandom } from "../search/random.ts";
import { relabelRefinement, relabelTask } from "../search/relabel.ts";
import { collectPairs, selectPairsBalanced } from "../search/select_refinement.ts";
import { type SamplingStrategy, selectSampling } from "../search/select_sampling.ts";
import { channelOf } from "../streams/channel_of.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import { PipelineActor } from "./actor.ts";
import type { Confirmer } from "./confirmer.ts";
import type { LoadedProgram, Recorder } from "./recorder.ts";

/** Options of {@link Relabeler}. */
export interface RelabelerOptions {
  /** Generation of the model that the shards will make. */
  readonly generation: number;
  readonly directory: string;
  readonly baseModel: string;
  readonly tasks: readonly Task[];
  readonly answers: Answers;
  readonly guard: ContaminationGuard;
  readonly recorder: Recorder;
  readonly confirmer: Confirmer;
  /** Tasks worked on at once. */
  readonly concurrency: number;
  readonly strategy: SamplingStrategy;
  /** Most sampling rows and refinement rows a task. */
  readonly samplingRows: number;
  readonly refinementRows: number;
  readonly seed: number;
}

/** Writes the shards of one generation. */
export class Relabeler extends PipelineActor {
  readonly name = "relabeler";
  readonly #options: RelabelerOptions;
  #manifest: Manifest | null = null;

  constructor(options: RelabelerOptions) {
    super();
    this.#options = options;
  }

  /** What was written; null before the end. */
  get manifest(): Manifest | null {
    return this.#manifest;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { tasks, answers, guard, directory, generation, baseModel, seed } = this.#options;
    const { recorder, concurrency } = this.#options;
    const shard = new ShardWriter(directory);
    const faults = new Map(tasks.map((task) => [task, guard.fault(task, answers.get(task.id))]));
    const learnt = tasks.filter((task) => faults.get(task) === null);
    for (const [task, fault] of faults) {
      if (fault) this.emit("info", "kept_out", fault, { generation, taskId: task.id });
    }
    const refused = tasks.length - learnt.length;
    const selected = mapConcurrent(
      (task: Task, stop: AbortSignal) => this.#select(task, stop),
      { concurrency, highWaterMark: concurrency, signal },
    )(channelOf(learnt));
    const learntFrom: TaskIdentity[] = [];
    for await (const { task, rows } of selected) {
      if (rows.length === 0) continue;
      learntFrom.push(identityOf(task, answers.get(task.id)));
      for (const { messages, meta } of rows) shard.add(messages, meta);
      const told = rows.map((row) => row.told);
      // A run that was killed while it relabelled has told of some tasks already.
      if (recorder.archive.hasSelected(generation, task.id)) continue;
      await recorder.record({ kind: "selected", generation, taskId: task.id, rows: told });
    }
    this.#manifest = shard.seal({ generation, baseModel, seed, tasks: learntFrom });
    const kept = refused ? `; ${refused} tasks kept out as they are being measured` : "";
    this.emit("info", "shards_sealed", `${this.#manifest.rows} rows${kept}`, { generation });
  }

  async #select(task: Task, signal: AbortSignal): Promise<{ task: Task; rows: Row[] }> {
    const programs = this.#options.recorder.archive.ofTask(task.id).filter(isTeachable);
    const rows = [
      ...await this.#samplingRows(task, distinctSources(programs), signal),
      ...await this.#refinementRows(task, programs, signal),
    ];
    return { task, rows };
  }

  async #samplingRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const { strategy, samplingRows, generation, seed, confirmer } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select sampling");
    const rows: Row[] = [];
    for (const entry of selectSampling(strategy, programs, samplingRows, random)) {
      const program = await confirmer.load(entry, signal);
      const example = program && relabelTask(task, { ...program, id: entry.id }, random);
      if (example) rows.push(this.#row(task, program, samplePrompt(example, null), "sample", null));
    }
    return rows;
  }

  async #refinementRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const { refinementRows, generation, seed, recorder, confirmer } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select refinement");
    const pairs = collectPairs(programs);
    const rows: Row[] = [];
    for (const { parent, child } of selectPairsBalanced(pairs, refinementRows, random)) {
      const program = await confirmer.load(child, signal);
      const example = program && relabelRefinement(task, {
        parent: { ...await recorder.load(parent), id: parent.id },
        child: { ...program, id: child.id },
      }, random);
      if (!example) continue;
      const messages = refinePrompt(example, example.parent, null);
      rows.push(this.#row(task, program, messages, "refine", parent));
    }
    return rows;
  }

  #row(
    task: Task,
    { entry, code }: LoadedProgram,
    prompt: readonly Message[],
    operator: "sample" | "refine",
    parent: ArchiveEntry | null,
  ): Row {
    const correct = isSolved(entry);
    const answer = answerText(code);
    return {
      messages: { prompt, completion: [{ role: "assistant", content: answer }] },
      meta: {
        taskId: task.id,
        split: task.split,
        programId: entry.id,
        generation: entry.generation,
        operator,
        relabelled: !correct,
        correct,
      },
      told: {
        operator,
        strategy: operator === "sample" ? this.#options.strategy : "balanced",
        id: entry.id,
        parentId: parent?.id ?? null,
        relabelled: !correct,
        bin: parent ? parentBin(parent) : correctnessBin(entry.correctTrain),
        chars: prompt.reduce((sum, { content }) => sum + content.length, answer.length),
      },
    };
  }
}

/** A training row, and what the journal says of it. */
interface Row {
  readonly messages: Pick<ShardRow, "prompt" | "completion">;
  readonly meta: RowMeta;
  readonly told: SelectedRow;
}

/** What the guard compares of a task, as the manifest keeps it. */
function identityOf(task: Task, answers: readonly Grid[] | undefined): TaskIdentity {
  const { id, dataset, pairHashes } = taskContent(task, answers);
  return { id, dataset, pairHashes: [...pairHashes] };
}

/** Errors and hard-coded programs teach nothing. */
function isTeachable({ outcome, transduction }: ArchiveEntry): boolean {
  return outcome === "ok" && !transduction;
}

/** One program a source; wrong ones also one a set of outputs (SOAR appendix F). */
function distinctSources(programs: readonly ArchiveEntry[]): ArchiveEntry[] {
  const bySource = [...new Map(programs.map((entry) => [entry.codeHash, entry])).values()];
  const wrong = bySource.filter((entry) => !isSolved(entry));
  return [...bySource.filter(isSolved), ...dedupByOutputs(wrong)];
}
