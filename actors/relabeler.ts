/**
 * The relabeler: at the end of a generation, chooses what to learn from and writes the shards.
 *
 * Programs that are right keep their task; wrong ones are given the task they do solve (SOAR
 * section 3.3). A task that the contamination guard names gives no row.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive.ts";
import type { SelectedRow } from "../data/records.ts";
import { type Manifest, type RowMeta, ShardWriter } from "../data/shards.ts";
import type { Answers, Task } from "../data/task.ts";
import { answerText, type Message, refinePrompt, samplePrompt } from "../models/prompts.ts";
import { correctnessBin, parentBin } from "../search/bins.ts";
import type { ContaminationGuard } from "../search/contamination.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import { isSolved } from "../search/judged.ts";
import { seededRandom } from "../search/random.ts";
import { relabelRefinement, relabelTask } from "../search/relabel.ts";
import { collectPairs, selectPairsBalanced } from "../search/select_refinement.ts";
import { type SamplingStrategy, selectSampling } from "../search/select_sampling.ts";
import { PipelineActor } from "./actor.ts";
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
    const shard = new ShardWriter(directory);
    let refused = 0;
    for (const task of tasks) {
      signal.throwIfAborted();
      const fault = guard.fault(task, answers.get(task.id));
      if (fault) {
        refused++;
        this.emit("info", "kept_out", fault, { generation, taskId: task.id });
        continue;
      }
      await this.#select(task, shard);
    }
    this.#manifest = shard.seal({ generation, baseModel, seed });
    const kept = refused ? `; ${refused} tasks kept out as they are being measured` : "";
    this.emit("info", "shards_sealed", `${this.#manifest.rows} rows${kept}`, { generation });
  }

  async #select(task: Task, shard: ShardWriter): Promise<void> {
    const { generation, recorder } = this.#options;
    const programs = recorder.archive.ofTask(task.id).filter(isTeachable);
    const rows = [
      ...await this.#samplingRows(task, distinctSources(programs), shard),
      ...await this.#refinementRows(task, programs, shard),
    ];
    if (rows.length === 0) return;
    await recorder.record({ kind: "selected", generation, taskId: task.id, rows });
  }

  async #samplingRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    shard: ShardWriter,
  ): Promise<SelectedRow[]> {
    const { strategy, samplingRows, generation, seed, recorder } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select sampling");
    const rows: SelectedRow[] = [];
    for (const entry of selectSampling(strategy, programs, samplingRows, random)) {
      const program = await recorder.load(entry);
      const example = relabelTask(task, { ...program, id: entry.id }, random);
      if (!example) continue;
      rows.push(this.#add(shard, task, program, samplePrompt(example, null), "sample", null));
    }
    return rows;
  }

  async #refinementRows(
    task: Task,
    programs: readonly ArchiveEntry[],
    shard: ShardWriter,
  ): Promise<SelectedRow[]> {
    const { refinementRows, generation, seed, recorder } = this.#options;
    const random = seededRandom(seed, generation, task.id, "select refinement");
    const pairs = collectPairs(programs);
    const rows: SelectedRow[] = [];
    for (const { parent, child } of selectPairsBalanced(pairs, refinementRows, random)) {
      const shownParent = await recorder.load(parent);
      const program = await recorder.load(child);
      const example = relabelRefinement(task, {
        parent: { ...shownParent, id: parent.id },
        child: { ...program, id: child.id },
      }, random);
      if (!example) continue;
      const messages = refinePrompt(example, example.parent, null);
      rows.push(this.#add(shard, task, program, messages, "refine", parent));
    }
    return rows;
  }

  #add(
    shard: ShardWriter,
    task: Task,
    { entry, code }: LoadedProgram,
    prompt: readonly Message[],
    operator: "sample" | "refine",
    parent: ArchiveEntry | null,
  ): SelectedRow {
    const correct = isSolved(entry);
    const meta: RowMeta = {
      taskId: task.id,
      split: task.split,
      programId: entry.id,
      generation: entry.generation,
      operator,
      relabelled: !correct,
      correct,
    };
    const answer = answerText(code);
    shard.add({ prompt, completion: [{ role: "assistant", content: answer }] }, meta);
    return {
      operator,
      strategy: operator === "sample" ? this.#options.strategy : "balanced",
      id: entry.id,
      parentId: parent?.id ?? null,
      relabelled: !correct,
      bin: parent ? parentBin(parent) : correctnessBin(entry.correctTrain),
      chars: prompt.reduce((sum, { content }) => sum + content.length, answer.length),
    };
  }
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
