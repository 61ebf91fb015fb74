/**
 * How busy a stage is: what a progress line, `stage_stats` and the bottleneck are made from.
 *
 * @module
 */
import type { StageMeasured } from "../data/records.ts";
import type { ChannelStats } from "../streams/channel.ts";

/** A channel as a meter sees it. */
export interface Measured {
  stats(): ChannelStats;
}

/** Counts the work of one stage. */
export class StageMeter {
  readonly stage: string;
  readonly workers: number;
  readonly #now: () => number;
  readonly #inbox: Measured;
  readonly #outbox: Measured | null;
  #started = 0;
  #ended = 0;
  #busyMs = 0;
  #last: { at: number; started: number; ended: number; busyMs: number; blockedMs: number };

  /** @param now milliseconds */
  constructor(
    stage: string,
    workers: number,
    inbox: Measured,
    outbox: Measured | null,
    now: () => number,
  ) {
    this.stage = stage;
    this.workers = workers;
    this.#inbox = inbox;
    this.#outbox = outbox;
    this.#now = now;
    this.#last = { at: now(), started: 0, ended: 0, busyMs: 0, blockedMs: 0 };
  }

  /** Messages ended so far. */
  get ended(): number {
    return this.#ended;
  }

  /** Runs one piece of work on the clock. */
  async time<R>(work: () => Promise<R>): Promise<R> {
    const start = this.#now();
    this.#started++;
    try {
      return await work();
    } finally {
      this.#ended++;
      this.#busyMs += this.#now() - start;
    }
  }

  /** What happened since the last measure. */
  measure(): StageMeasured {
    const at = this.#now();
    const elapsedMs = Math.max(1, at - this.#last.at);
    const inbox = this.#inbox.stats();
    const blockedMs = this.#outbox?.stats().blockedMs ?? 0;
    const share = (ms: number) => Math.min(1, ms / (elapsedMs * this.workers));
    const measured: StageMeasured = {
      kind: "stage",
      stage: this.stage,
      workers: this.workers,
      busy: share(this.#busyMs - this.#last.busyMs),
      queueDepth: inbox.depth,
      queueCapacity: inbox.capacity,
      inPerS: (this.#started - this.#last.started) * 1000 / elapsedMs,
      outPerS: (this.#ended - this.#last.ended) * 1000 / elapsedMs,
      blockedFrac: share(blockedMs - this.#last.blockedMs),
    };
    this.#last = {
      at,
      started: this.#started,
      ended: this.#ended,
      busyMs: this.#busyMs,
      blockedMs,
    };
    return measured;
  }
}
