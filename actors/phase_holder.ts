/**
 * The phase holder: keeps candidates back until all requests of their round are answered.
 *
 * In the pipeline with `barriers` only. It holds the programs of one round, whatever their number:
 * that is what a barrier costs.
 *
 * @module
 */
import type { Candidate } from "../data/candidate.ts";
import type { Receiver, Sender } from "../streams/channel.ts";
import { PipelineActor } from "./actor.ts";
import type { Rounds } from "./rounds.ts";

/** Options of {@link PhaseHolder}. */
export interface PhaseHolderOptions {
  readonly inbox: Receiver<Candidate>;
  readonly outbox: Sender<Candidate>;
  readonly rounds: Rounds;
}

/** Stands between the askers and the executor. */
export class PhaseHolder extends PipelineActor {
  readonly name = "phase holder";
  readonly #options: PhaseHolderOptions;
  readonly #held: Candidate[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  constructor(options: PhaseHolderOptions) {
    super();
    this.#options = options;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake.resolve();
    this.#options.rounds.onAsked = wake;
    signal.addEventListener("abort", wake);
    try {
      await Promise.all([this.#gather(signal), this.#release(signal)]);
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  async #gather(signal: AbortSignal): Promise<void> {
    const { inbox } = this.#options;
    try {
      for (let next; !(next = await inbox.receive(signal)).done;) {
        this.#held.push(next.value);
        this.#wake.resolve();
      }
    } finally {
      this.#ended = true;
      this.#wake.resolve();
    }
  }

  async #release(signal: AbortSignal): Promise<void> {
    const { outbox, rounds } = this.#options;
    while (!this.#ended || this.#held.length > 0) {
      signal.throwIfAborted();
      // When the askers have ended nothing more is asked: a drained run executes what it has.
      if (rounds.isAsked || this.#ended) {
        for (const candidate of this.#held.splice(0)) await outbox.send(candidate, signal);
      }
      if (this.#ended && this.#held.length === 0) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}
