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
  /** Name of the stage, e.g. `execute`. */
  readonly stage: string;
  /** Messages worked on at once. */
  readonly workers: number;
  readonly #now: () => number;
  readonly #inbox: Measured;
  readonly #outbox: Measured | null;
  readonly #ahead: number;
  #started = 0;
  #ended = 0;
  /** When what is under way was started, the oldest first. */
  readonly #underWay = new Map<number, number>();
  #busyMs = 0;
  /** When the number of messages under way last changed. */
  #changedAt: number;
  #last: { at: number; started: number; ended: number; busyMs: number; blockedMs: number };

  /** Begins at rest; `outbox` is null for the last stage. @param now milliseconds */
  constructor(
    stage: string,
    workers: number,
    inbox: Measured,
    outbox: Measured | null,
    now: () => number,
    ahead = 0,
  ) {
    this.stage = stage;
    this.workers = workers;
    this.#inbox = inbox;
    this.#outbox = outbox;
    this.#now = now;
    this.#ahead = ahead;
    this.#changedAt = now();
    this.#last = { at: now(), started: 0, ended: 0, busyMs: 0, blockedMs: 0 };
  }

  /** Messages ended so far. */
  get ended(): number {
    return this.#ended;
  }

  /** Pieces of work under way, and for how long the oldest of them is, in milliseconds. */
  get underWay(): { readonly count: number; readonly oldestMs: number } {
    const [oldest] = this.#underWay.values();
    return {
      count: this.#underWay.size,
      oldestMs: oldest === undefined ? 0 : this.#now() - oldest,
    };
  }

  /** Runs one piece of work on the clock. */
  async time<R>(work: () => Promise<R>): Promise<R> {
    const id = this.#started++;
    this.#underWay.set(id, this.#account());
    try {
      return await work();
    } finally {
      this.#account();
      this.#underWay.delete(id);
      this.#ended++;
    }
  }

  /** What happened since the last measure. */
  measure(): StageMeasured {
    const at = this.#account();
    const elapsedMs = Math.max(1, at - this.#last.at);
    const inbox = this.#inbox.stats();
    const blockedMs = this.#outbox?.stats().blockedMs ?? 0;
    const share = (ms: number) => Math.min(1, ms / (elapsedMs * this.workers));
    const measured: StageMeasured = {
      kind: "stage",
      stage: this.stage,
      workers: this.workers,
      busy: share(this.#busyMs - this.#last.busyMs),
      // What is held ahead of a worker waits, though it has left the channel.
      queueDepth: inbox.depth + Math.max(0, this.#underWay.size - this.workers),
      queueCapacity: inbox.capacity + this.#ahead,
      inPerS: (this.#started - this.#last.started) * 1000 / elapsedMs,
      outPerS: (this.#ended - this.#last.ended) * 1000 / elapsedMs,
      // What a stage's workers make is sent on by one loop, so this is not their time but its own.
      blockedFrac: Math.min(1, (blockedMs - this.#last.blockedMs) / elapsedMs),
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

  /** Adds the time since the last change for all that is under way; returns now. */
  #account(): number {
    const now = this.#now();
    this.#busyMs += (now - this.#changedAt) * this.#underWay.size;
    this.#changedAt = now;
    return now;
  }
}
