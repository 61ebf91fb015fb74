/**
 * Bounded channels: how work travels between actors.
 *
 * - First in, first out, also among those who wait. Each value goes to exactly one receiver.
 * - `send` waits while the channel holds `highWaterMark` values.
 * - `close` and `fail` stand behind every send already called, waiting ones included: receivers get
 *   all of those values, then the end or the reason. So closing loses nothing.
 * - `cancel` is the receiver's way out: what is buffered is dropped and senders are refused.
 * - An aborted signal rejects at once, even where there is room or a value, and leaves no waiter.
 *
 * It does not copy values, does not cross processes and knows nothing of what it carries.
 *
 * @module
 */
import { RingBuffer } from "./ring_buffer.ts";
import { WaitList } from "./wait_list.ts";

/** What `receive` gives: a value, or `done` when the channel is closed and drained. */
export type Received<T> = IteratorResult<T, undefined>;

/** The half that puts values in. */
export interface Sender<in T> {
  /**
   * Resolves when the value is in the channel or with a receiver.
   * @throws {ChannelClosedError} If the channel has ended.
   */
  send(value: T, signal?: AbortSignal): Promise<void>;
  /** Ends the channel after the values sent so far. A second end of any kind is ignored. */
  close(): void;
  /** Ends the channel with `reason`, which receivers get after the values sent so far. */
  fail(reason: unknown): void;
  /** Aborted when the receiving side cancels: nobody will take what is still being made. */
  readonly cancelled: AbortSignal;
}

/**
 * The half that takes values out. Once ended, it says so at every further `receive`. Leaving a
 * `for await` over it does not end the channel.
 */
export interface Receiver<out T> extends AsyncIterable<T, undefined> {
  /**
   * The next value, or `done`.
   * @throws The reason given to `fail`, once drained.
   */
  receive(signal?: AbortSignal): Promise<Received<T>>;
  /**
   * Drops what is buffered, refuses senders and gives every receiver `done`. Does nothing to a
   * channel that has ended and is drained.
   */
  cancel(reason?: unknown): void;
}

/** Thrown by `send` when the channel has ended. */
export class ChannelClosedError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ChannelClosedError";
}

/** Options of {@link Channel}. */
export interface ChannelOptions {
  /** Values held before `send` waits; an integer of at least 1. */
  readonly highWaterMark: number;
  /** Named in errors. @default "channel" */
  readonly name?: string;
  /** Clock in milliseconds for the waiting times. @default performance.now */
  readonly now?: () => number;
}

/** Counters of a channel since it was made. */
export interface ChannelStats {
  /** Values accepted. */
  readonly sent: number;
  /** Values handed to receivers. */
  readonly received: number;
  /** Values held now. */
  readonly depth: number;
  /** Values held before `send` waits. */
  readonly capacity: number;
  /** Senders that wait for room. */
  readonly waitingSenders: number;
  /** Receivers that wait for a value. */
  readonly waitingReceivers: number;
  /** Time senders spent waiting for room, summed over senders, in milliseconds. */
  readonly blockedMs: number;
  /** Time receivers spent waiting for a value, summed over receivers, in milliseconds. */
  readonly starvedMs: number;
}

type State =
  | { readonly kind: "open" | "closed" | "cancelled" }
  | { readonly kind: "failed"; readonly reason: unknown };

const RESOLVED: Promise<void> = Promise.resolve();
const DONE: Received<never> = { done: true, value: undefined };

/**
 * A bounded FIFO between senders and receivers.
 *
 * @example
 * ```ts
 * import { Channel } from "./channel.ts";
 *
 * const { sender, receiver } = new Channel<number>({ highWaterMark: 2 });
 * await sender.send(1);
 * await sender.send(2);
 * sender.close();
 * for await (const value of receiver) console.log(value);
 * ```
 */
export class Channel<T> implements Sender<T>, Receiver<T>, Disposable {
  /** Name given in errors. */
  readonly name: string;
  readonly #buffer: RingBuffer<T>;
  readonly #senders: WaitList<T, void>;
  readonly #receivers: WaitList<undefined, Received<T>>;
  readonly #cancel = new AbortController();
  #state: State = { kind: "open" };
  #sent = 0;
  #received = 0;

  /**
   * Begins open and empty.
   *
   * @throws {RangeError} If `highWaterMark` is not an integer of at least 1.
   */
  constructor({ highWaterMark, name = "channel", now = () => performance.now() }: ChannelOptions) {
    if (!Number.isInteger(highWaterMark) || highWaterMark < 1) {
      throw new RangeError(
        `Cannot make ${name}: highWaterMark must be an integer >= 1, got ${highWaterMark}`,
      );
    }
    this.name = name;
    this.#buffer = new RingBuffer(highWaterMark);
    this.#senders = new WaitList(now);
    this.#receivers = new WaitList(now);
  }

  /** This channel as its sending half. */
  get sender(): Sender<T> {
    return this;
  }

  /** This channel as its receiving half. */
  get receiver(): Receiver<T> {
    return this;
  }

  /** Values held now. */
  get depth(): number {
    return this.#buffer.size;
  }

  /** Values it can hold: the high-water mark. */
  get capacity(): number {
    return this.#buffer.capacity;
  }

  /** Whether sending is over: closed, failed or cancelled. */
  get closed(): boolean {
    return this.#state.kind !== "open";
  }

  get cancelled(): AbortSignal {
    return this.#cancel.signal;
  }

  send(value: T, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#state.kind !== "open") return Promise.reject(this.#refusal());
    const receiver = this.#receivers.shift();
    if (receiver) {
      this.#sent++;
      this.#received++;
      receiver.resolve({ done: false, value });
      return RESOLVED;
    }
    if (this.#buffer.full) return this.#senders.wait(value, signal);
    this.#buffer.push(value);
    this.#sent++;
    return RESOLVED;
  }

  receive(signal?: AbortSignal): Promise<Received<T>> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    // Senders wait only on a full buffer, so an empty one means that nobody waits to send.
    if (this.#buffer.size > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#state.kind === "open") return this.#receivers.wait(undefined, signal);
    if (this.#state.kind === "failed") return Promise.reject(this.#state.reason);
    return Promise.resolve(DONE);
  }

  close(): void {
    if (this.#state.kind !== "open") return;
    this.#state = { kind: "closed" };
    for (let waiter; (waiter = this.#receivers.shift());) waiter.resolve(DONE);
  }

  fail(reason: unknown): void {
    if (this.#state.kind !== "open") return;
    this.#state = { kind: "failed", reason };
    for (let waiter; (waiter = this.#receivers.shift());) waiter.reject(reason);
  }

  cancel(reason?: unknown): void {
    if (this.#state.kind === "cancelled") return;
    if (this.#state.kind !== "open" && this.#buffer.size === 0) return;
    this.#state = { kind: "cancelled" };
    this.#buffer.clear();
    const refusal = this.#refusal(reason);
    for (let waiter; (waiter = this.#senders.shift());) waiter.reject(refusal);
    for (let waiter; (waiter = this.#receivers.shift());) waiter.resolve(DONE);
    this.#cancel.abort(reason ?? refusal);
  }

  /** The counters now. */
  stats(): ChannelStats {
    return {
      sent: this.#sent,
      received: this.#received,
      depth: this.depth,
      capacity: this.capacity,
      waitingSenders: this.#senders.size,
      waitingReceivers: this.#receivers.size,
      blockedMs: this.#senders.waitedMs,
      starvedMs: this.#receivers.waitedMs,
    };
  }

  /** Receives until done. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.receive() };
  }

  /** Cancels, so that leaving the scope leaves nobody waiting. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  #take(): T {
    const value = this.#buffer.shift();
    this.#received++;
    const sender = this.#senders.shift();
    if (sender) {
      this.#buffer.push(sender.payload);
      this.#sent++;
      sender.resolve();
    }
    return value;
  }

  #refusal(cause?: unknown): ChannelClosedError {
    const how = this.#state.kind;
    return new ChannelClosedError(`Cannot send to ${this.name}: it is ${how}`, { cause });
  }
}
