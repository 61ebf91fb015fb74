/**
 * The archivist: writes evaluations into journal and archive, and counts that every candidate that
 * was proposed has ended.
 *
 * @module
 */
import { encodeGrid } from "../data/grid.ts";
import type { Receiver } from "../streams/channel.ts";
import { PipelineActor } from "./actor.ts";
import type { Executed } from "./executor.ts";
import type { Recorder } from "./recorder.ts";
import type { StageMeter } from "./stage_meter.ts";

/** Options of {@link Archivist}. */
export interface ArchivistOptions {
  readonly inbox: Receiver<Executed>;
  readonly recorder: Recorder;
  readonly meter: StageMeter;
  /** Name of this host, which executes what no other does. */
  readonly host: string;
}

/** The end of the pipeline. */
export class Archivist extends PipelineActor {
  readonly name = "archivist";
  readonly #options: ArchivistOptions;

  constructor(options: ArchivistOptions) {
    super();
    this.#options = options;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { inbox, meter } = this.#options;
    while (true) {
      const next = await inbox.receive(signal);
      if (next.done) return;
      await meter.time(() => this.#archive(next.value));
    }
  }

  async #archive({ candidate, evaluation, host, settle }: Executed): Promise<void> {
    const { id, outcome, error, outputs, correctTrain, correctTest, transduction } = evaluation;
    const { duplicateOf, ms, layers, confirmed } = evaluation;
    const { callId, index } = candidate;
    // One order of the fields, which readers of many lines go by (data/ballot_lines.ts).
    await this.#options.recorder.record({
      kind: "evaluation",
      id,
      callId,
      index,
      outcome,
      error,
      outputs: outputs.map((grid) => grid && encodeGrid(grid)),
      correctTrain,
      correctTest,
      transduction,
      duplicateOf,
      ms,
      layers,
      confirmed,
      host: host ?? this.#options.host,
    });
    settle?.();
  }
}
