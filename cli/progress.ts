/**
 * How a run shows itself on standard error: a line a milestone, and while a generation runs a line a
 * stage on the terminal that is rewritten, or elsewhere a plain line every ten seconds.
 *
 * @module
 */
import {
  type Archive,
  type ArchiveEntry,
  CONTROL_EVENTS,
  type JournalRecord,
  type Recorder,
  type RunControl,
  type SearchEngine,
  type StageMeasured,
  type StageMeter,
} from "../mod.ts";
import { asInvoked } from "./invocation.ts";
import { liveScreen, secondsLeft } from "./live_screen.ts";
import { writeError } from "./output.ts";

/** Between looks at the stages: also between redraws on a terminal. */
const LOOK_MS = 1_000;
/** Looks between plain lines, and between records in the journal (`stage_stats` in SQL). */
const LOOKS_A_LINE = 10;
const LOOKS_A_RECORD = 5;

/** At most ten redraws a second: a milestone sooner than that leaves it to the next look. */
const REDRAW_MS = 100;

/** Of a terminal that does not say. */
const COLUMNS = 80;

/** A request under way for longer is told of. */
const SLOW_REPLY_MS = 10_000;

/** Progress of a run on standard error. */
export class Progress implements Disposable {
  readonly #terminal = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  readonly #started = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Lines of the screen that is rewritten, and how many of them stand there now. */
  #live: readonly string[] = [];
  #drawn = 0;
  #drawnAt = -Infinity;
  #before = 0;
  #watchedAt = 0;
  #generation = 0;
  #planned = () => 0;
  #solved = new Set<string>();

  /** A line of its own. */
  tell(text: string): void {
    this.#erase();
    writeError(`${this.#clock()}  ${asInvoked(text)}\n`);
    this.#draw();
  }

  /**
   * Follows an engine until disposed.
   *
   * @param planned programs of the whole run, which may come to be more or fewer
   */
  watch(engine: SearchEngine, recorder: Recorder, planned: () => number): void {
    this.#planned = planned;
    const { archive } = recorder;
    this.#before = archive.size;
    this.#watchedAt = performance.now();
    for (const entry of archive.entries()) this.#count(entry);
    recorder.records$.subscribe(({ event }) => this.#onRecord(event, archive));
    let looks = 0;
    this.#timer = setInterval(() => {
      if (engine.stages.length === 0) return;
      looks++;
      const stages = engine.stages.map((meter) => meter.measure());
      const held = waitingFor(engine) ?? `bottleneck: ${bottleneck(stages)}`;
      if (this.#terminal) this.#redraw(stages, archive, asInvoked(held));
      else if (looks % LOOKS_A_LINE === 0) {
        writeError(`${this.#statusLine(stages, archive, asInvoked(held))}\n`);
      }
      if (looks % LOOKS_A_RECORD !== 0) return;
      for (const stage of stages) void recorder.record(stage).catch(() => {});
    }, LOOK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#live = [];
  }

  #onRecord(record: JournalRecord, archive: Archive): void {
    if (record.kind === "evaluation") {
      const entry = archive.get(record.id);
      if (entry) this.#count(entry);
      return;
    }
    if (record.kind !== "event") return;
    if (record.event === "generation_started") this.#generation = record.generation!;
    if (record.event === "generation_ended") {
      this.#erase();
      this.#live = [];
    }
    const stage = MILESTONES[record.event];
    if (stage) this.tell(`gen ${record.generation}  ${stage}${record.message}`);
    else if (STEERED.has(record.event)) this.tell(`${record.event}: ${record.message}`);
    else if (record.level !== "info") this.tell(`${record.level}: ${record.message}`);
  }

  #count({ taskId, correctTest, transduction, h }: ArchiveEntry): void {
    if (correctTest?.every(Boolean) && !transduction && h === 1) this.#solved.add(taskId);
  }

  #redraw(stages: readonly StageMeasured[], archive: Archive, held: string): void {
    const planned = this.#planned();
    const left = planned - archive.size;
    const elapsedMs = performance.now() - this.#watchedAt;
    this.#erase();
    this.#live = liveScreen({
      clock: this.#clock(),
      generation: this.#generation,
      done: archive.size,
      planned,
      solved: this.#solved.size,
      etaSeconds: secondsLeft(left, archive.size - this.#before, elapsedMs),
      stages,
      held,
    }, Deno.consoleSize().columns || COLUMNS);
    this.#draw();
  }

  #statusLine(stages: readonly StageMeasured[], archive: Archive, held: string): string {
    const by = Object.fromEntries(stages.map((stage) => [stage.stage, stage]));
    const { execute, sample, refine } = by;
    if (!execute) return "";
    const asked = `asking ${(sample.busy * sample.workers).toFixed(0)} sample, ` +
      `${(refine.busy * refine.workers).toFixed(0)} refine`;
    return `${this.#clock()}  gen ${this.#generation}  ` +
      `${archive.size.toLocaleString("en")}/${this.#planned().toLocaleString("en")} programs, ${
        execute.outPerS.toFixed(0)
      }/s  ` +
      `${asked}  queue ${execute.queueDepth}/${execute.queueCapacity}  ` +
      `solved ${this.#solved.size}  ${held}`;
  }

  #clock(): string {
    const seconds = Math.floor((performance.now() - this.#started) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:` +
      String(seconds % 60).padStart(2, "0");
  }

  #erase(): void {
    if (this.#drawn > 0) writeError(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    const now = performance.now();
    if (!this.#terminal || this.#live.length === 0 || now - this.#drawnAt < REDRAW_MS) return;
    writeError(`${this.#live.join("\n")}\n`);
    this.#drawn = this.#live.length;
    this.#drawnAt = now;
  }
}

const MILESTONES: Readonly<Record<string, string>> = {
  generation_started: "search with ",
  generation_ended: "search ended: ",
  budget_reached: "the run's budget is spent: ",
  voted: "vote: ",
  shards_sealed: "relabel: ",
  trained: "fit: ",
};

const STEERED: ReadonlySet<string> = new Set([...Object.values(CONTROL_EVENTS), "endpoint_up"]);

/** What holds the search up and would else look like silence: a pause, or a slow endpoint. */
export function waitingFor(
  { control, stages }: {
    readonly control: Pick<RunControl, "flow">;
    readonly stages: readonly Pick<StageMeter, "stage" | "underWay">[];
  },
): string | null {
  if (control.flow === "paused") return "paused: deno task control resume";
  const asking = stages.filter(({ stage }) => stage === "sample" || stage === "refine")
    .map(({ underWay }) => underWay);
  const count = asking.reduce((sum, { count }) => sum + count, 0);
  const oldestMs = Math.max(0, ...asking.map(({ oldestMs }) => oldestMs));
  if (oldestMs < SLOW_REPLY_MS) return null;
  return `waiting for the model: ${count} requests, the oldest for ${
    Math.floor(oldestMs / 1000)
  } s`;
}

/** The stage that the others wait for, in words. */
export function bottleneck(stages: readonly StageMeasured[]): string {
  const execute = stages.find(({ stage }) => stage === "execute");
  if (!execute) return "none";
  const archive = stages.find(({ stage }) => stage === "archive");
  if (archive && archive.queueDepth >= archive.queueCapacity * 0.5) return "archive (the disk)";
  if (execute.queueDepth >= execute.queueCapacity * 0.5) return "execute (its queue fills)";
  if (execute.busy > 0.9 && execute.queueDepth >= execute.workers) return "execute";
  return "model (cells wait for programs)";
}
