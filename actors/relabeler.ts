/**
 * The relabeler: at the end of a generation, chooses what to learn from and writes the shards.
 *
 * Programs that are right keep their task; wrong ones are given the task they do solve (SOAR
 * section 3.3). A task that the contamination guard names gives no row. At test time right means right
 * on the train pairs, and a program that was judged on an answer is refused.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive_entry.ts";
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
import { ModelError } from "../models/client.ts";
import type { EmbeddingClient } from "../models/embeddings.ts";
import type { Message } from "../models/prompts.ts";
import { correctnessBin, parentBin } from "../search/bins.ts";
import { type ContaminationGuard, taskContent } from "../search/contamination.ts";
import type { CompatRules } from "../search/compat.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import { dropNearDuplicates, type Likeness } from "../search/likeness.ts";
import { isSolved, outputsKey } from "../search/judged.ts";
import { dropLong } from "../search/keep.ts";
import { seededRandom } from "../search/random.ts";
import {
  mixAnswers,
  type RefinementExample,
  relabelRefinement,
  relabelTask,
} from "../search/relabel.ts";
import { type RefinementStrategy, selectRefinement } from "../search/select_refinement.ts";
import { type SamplingStrategy, selectSampling } from "../search/select_sampling.ts";
import { channelOf } from "../streams/channel_of.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import { PipelineActor } from "./actor.ts";
import { ARC } from "./arc.ts";
import type { Confirmer } from "./confirmer.ts";
import type { Domain } from "./domain.ts";
import type { LoadedProgram, Recorder } from "./recorder.ts";

/** Options of {@link Relabeler}. */
export interface RelabelerOptions {
  /** Generation of the model that the shards will make. */
  readonly generation: number;
  readonly directory: string;
  readonly baseModel: string;
  /** @default ARC */
  readonly domain?: Domain;
  readonly tasks: readonly Task[];
  readonly answers: Answers;
  readonly guard: ContaminationGuard;
  readonly recorder: Recorder;
  readonly confirmer: Confirmer;
  /** Tasks worked on at once. */
  readonly concurrency: number;
  /** Whether the tasks are being measured and learnt from by their train pairs. @default false */
  readonly testTime?: boolean;
  readonly strategy: SamplingStrategy;
  readonly refinementStrategy: RefinementStrategy;
  readonly dedup: Likeness;
  readonly embeddings: EmbeddingClient | null;
  readonly rules: CompatRules;
  /** Most sampling rows and refinement rows a task. */
  readonly samplingRows: number;
  readonly refinementRows: number;
  readonly seed: number;
}

/** HTTP's "not found" and "not implemented": an endpoint that has no embeddings. */
const NO_EMBEDDINGS: readonly (number | undefined)[] = [404, 501];

/** Characters of Python a token of a language model holds, about. */
const CHARS_PER_TOKEN = 3;

/** Writes the shards of one generation. */
export class Relabeler extends PipelineActor {
  readonly name = "relabeler";
  readonly #options: RelabelerOptions;
  readonly #domain: Domain;
  #manifest: Manifest | null = null;
  #hasEmbeddings: boolean;

  constructor(options: RelabelerOptions) {
    super();
    this.#options = options;
    this.#domain = options.domain ?? ARC;
    this.#hasEmbeddings = options.dedup === "embedding";
  }

  /** What was written; null before the end. */
  get manifest(): Manifest | null {
    return this.#manifest;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { tasks, answers, guard, directory, generation, baseModel, seed } = this.#options;
    const { recorder, concurrency, testTime } = this.#options;
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
      learntFrom.push({ ...identityOf(task, answers.get(task.id)), testTime });
      for (const { messages, meta } of rows) shard.add(messages, meta);
      const told = rows.map((row) => row.told);
      // A run that was killed while it relabelled has told of some tasks already.
      if (recorder.archive.hasSelected(generation, task.id)) continue;
      await recorder.record({ kind: "selected", generation, taskId: task.id, rows: told });
    }
    this.#manifest = shard.seal({ generation, baseModel, seed, testTime, tasks: learntFrom });
    const kept = refused ? `; ${refused} tasks kept out as they are being measured` : "";
    this.emit("info", "shards_sealed", `${this.#manifest.rows} rows${kept}`, { generation });
  }

  async #select(task: Task, signal: AbortSignal): Promise<{ task: Task; rows: Row[] }> {
    const programs = await this.#kept(task);
    const rows = [
      ...await this.#samplingRows(task, await this.#distinct(programs, signal), signal),
      ...await this.#refinementRows(task, programs, signal),
    ];
    return { task, rows };
  }

  /** The programs that may teach; by the published rules not those with trivial outputs. */
  async #kept(task: Task): Promise<ArchiveEntry[]> {
    const { recorder, rules, testTime } = this.#options;
    const entries = recorder.archive.ofTask(task.id);
    const told = testTime && entries.find(({ correctTest }) => correctTest !== null);
    if (told) {
      throw new TypeError(`program ${told.id} of task ${task.id} was judged on a test answer`);
    }
    const sized = entries.filter(isTeachable).map((entry) => ({
      entry,
      correctTrain: entry.correctTrain,
      tokens: Math.ceil(entry.codeLength / CHARS_PER_TOKEN),
    }));
    const programs = dropLong(sized).map(({ entry }) => entry);
    if (!rules.keepRules) return programs;
    const faults = await Promise.all(
      dedupByOutputs(programs).map(async (entry) => {
        const { outputs } = await recorder.load(entry);
        return [outputsKey(entry), this.#domain.features.keepFault(task.train, outputs)] as const;
      }),
    );
    const dropped = new Set(faults.filter(([, fault]) => fault !== null).map(([key]) => key));
    return programs.filter((entry) => !dropped.has(outputsKey(entry)));
  }

  /** One program a source; wrong ones one a set of outputs, right ones without near-duplicates. */
  async #distinct(
    programs: readonly ArchiveEntry[],
    signal: AbortSignal,
  ): Promise<ArchiveEntry[]> {
    const { dedup, recorder } = this.#options;
    const distinct = distinctSources(programs);
    if (dedup === "none") return distinct;
    // Shorter first: of like programs the shorter one stays.
    const right = distinct.filter(isSolved).sort((a, b) => a.codeLength - b.codeLength);
    const loaded = await Promise.all(right.map((entry) => recorder.load(entry)));
    const vectors = await this.#embed(loaded.map(({ code }) => code), signal);
    const kept = dropNearDuplicates(dedup, loaded, vectors).map(({ entry }) => entry);
    return [...kept, ...distinct.filter((entry) => !isSolved(entry))];
  }

  /** Embeddings of sources; null where there are none to be had, which is told once. */
  async #embed(codes: readonly string[], signal: AbortSignal): Promise<Float32Array[] | null> {
    if (!this.#hasEmbeddings || codes.length < 2) return null;
    const { embeddings, generation } = this.#options;
    let why = "no embedding model is named";
    if (embeddings) {
      try {
        return await embeddings.embed(codes, signal);
      } catch (error) {
        if (!(error instanceof ModelError && NO_EMBEDDINGS.includes(error.status))) throw error;
        why = error.message;
      }
    }
    // Other tasks may have found the same meanwhile.
    if (this.#hasEmbeddings) {
      this.emit("warning", "no_embeddings", `programs are compared by their tokens: ${why}`, {
        generation,
      });
    }
    this.#hasEmbeddings = false;
    return null;
  }

  async #samplingRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const { strategy, samplingRows, generation, seed, confirmer, rules } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select sampling");
    const rows: Row[] = [];
    for (const entry of selectSampling(strategy, programs, samplingRows, random, rules)) {
      const program = await confirmer.load(entry, signal);
      const example = program && relabelTask(task, { ...program, id: entry.id }, random);
      if (!example) continue;
      const shown = rules.showTestOutputs ? example.testOutputs : [];
      const prompt = this.#domain.prompts.sample(example, null, shown);
      rows.push(this.#row(task, program, program.code, prompt, "sample", null));
    }
    return rows;
  }

  async #refinementRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const { refinementStrategy, refinementRows, generation, seed, recorder } = this.#options;
    const { confirmer, rules } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select refinement");
    const pairs = selectRefinement(refinementStrategy, programs, refinementRows, random, rules);
    const made: { program: LoadedProgram; parent: ArchiveEntry; example: RefinementExample }[] = [];
    for (const { parent, child } of pairs) {
      const program = await confirmer.load(child, signal);
      const example = program && relabelRefinement(task, {
        parent: { ...await recorder.load(parent), id: parent.id },
        child: { ...program, id: child.id },
      }, random);
      if (example) made.push({ program, parent, example });
    }
    const examples = made.map(({ example }) => example);
    const answered = rules.mixAnswers ? mixAnswers(examples, random) : examples;
    return made.map(({ program, parent }, i) => {
      const messages = this.#domain.prompts.refine(answered[i], answered[i].parent, null);
      return this.#row(task, program, answered[i].code, messages, "refine", parent);
    });
  }

  #row(
    task: Task,
    { entry }: LoadedProgram,
    code: string,
    prompt: readonly Message[],
    operator: "sample" | "refine",
    parent: ArchiveEntry | null,
  ): Row {
    const correct = isSolved(entry);
    const answer = this.#domain.prompts.answer(code);
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
        testTime: this.#options.testTime,
      },
      told: {
        operator,
        strategy: operator === "sample" ? this.#options.strategy : this.#options.refinementStrategy,
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
export function identityOf(task: Task, answers: readonly Grid[] | undefined): TaskIdentity {
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
