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
  /** Name of the host that executes. */
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

  async #archive({ candidate, evaluation }: Executed): Promise<void> {
    await this.#options.recorder.record({
      kind: "evaluation",
      ...evaluation,
      callId: candidate.callId,
      index: candidate.index,
      outputs: evaluation.outputs.map((grid) => grid && encodeGrid(grid)),
      host: this.#options.host,
    });
  }
}
