/**
 * Sees to it that every job sent out ends, whatever hosts and server do.
 *
 * A host says now and then which deliveries it holds; the engine then asks the server to wait on.
 * One that is held for too long is given to another host. A job that was delivered but of which
 * nobody has said anything for a long time is lost (acknowledged by a stranger, its dead-letter
 * notice missed while the server was away, the stream deleted): it is sent once more.
 *
 * @module
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Pending } from "./pending.ts";
import { consumerOf, JOBS_STREAM } from "./subjects.ts";

/** Options of {@link JobWatch}. */
export interface WatchOptions {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  /** By token. */
  readonly pending: ReadonlyMap<string, Pending>;
  /** Name of the sandbox engine. */
  readonly engine: string;
  readonly ackWaitMs: number;
  readonly tell: (event: string, message: string) => void;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** Sends a lost job once more. */
  readonly again: (entry: Pending) => void;
  /** Gives a job up. */
  readonly bury: (entry: Pending, why: string) => void;
}

/** How long one host may hold a delivery, in milliseconds: a full credit of the slowest programs. */
const MAX_HOLD_MS = 600_000;
/** Silence after which a delivered job is lost, in waits for an acknowledgement. */
const SILENT_WAITS = 3;
/** Times that a job is sent as a new message. */
const MAX_ATTEMPTS = 3;

/** See above. */
export class JobWatch {
  readonly #options: WatchOptions;
  #idleTold = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Watches until the signal aborts. */
  start(signal: AbortSignal): void {
    const { connection, engine, pending, ackWaitMs, delay, bury } = this.#options;
    const advisories = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${JOBS_STREAM}.` +
      consumerOf(engine);
    connection.subscribe(advisories, {
      callback: (error, message) => {
        if (error) return;
        const { stream_seq, deliveries } = message.json<
          { stream_seq: number; deliveries: number }
        >();
        const entry = [...pending.values()].find(({ seq }) => seq === stream_seq);
        if (entry && !entry.answered) {
          bury(entry, `was delivered ${deliveries} times without a result`);
        }
      },
    });
    const loop = async () => {
      while (!signal.aborted) {
        await delay(ackWaitMs / 2, signal).catch(() => {});
        if (signal.aborted) return;
        await this.#check().catch(() => {}); // the server is away: the next check says more
      }
    };
    void loop();
  }

  /** A host holds a delivery of a job. */
  held(entry: Pending, ack: string): void {
    const { connection, now } = this.#options;
    entry.since = now();
    if (entry.ack !== ack) {
      entry.ack = ack;
      entry.heldSince = now();
    }
    if (now() - (entry.heldSince ?? now()) < MAX_HOLD_MS) connection.publish(ack, "+WPI");
  }

  async #check(): Promise<void> {
    const { connection, manager, engine, pending, ackWaitMs, now, again, bury } = this.#options;
    for (const { answered, ack } of pending.values()) {
      // Not yet in the journal, but nobody need run it again.
      if (answered) connection.publish(ack!, "+WPI");
    }
    const open = [...pending.values()].filter(({ answered }) => !answered);
    if (open.length === 0) return;
    const [{ state }, consumer] = await Promise.all([
      manager.streams.info(JOBS_STREAM),
      manager.consumers.info(JOBS_STREAM, consumerOf(engine)),
    ]);
    this.#tellIdle(consumer);
    for (const entry of open.filter(({ since }) => now() - since > SILENT_WAITS * ackWaitMs)) {
      const { seq } = entry;
      const waits = seq === null ||
        seq > consumer.delivered.stream_seq && seq >= state.first_seq && seq <= state.last_seq;
      if (waits || entry.answered || pending.get(entry.token) !== entry) continue;
      if (entry.attempts >= MAX_ATTEMPTS) bury(entry, `was lost ${MAX_ATTEMPTS} times`);
      else again(entry);
    }
  }

  /** Says so when nobody takes what there is to do, once each time. */
  #tellIdle(consumer: { num_waiting: number; num_pending: number; num_ack_pending: number }): void {
    const idle = consumer.num_waiting + consumer.num_ack_pending === 0 && consumer.num_pending > 0;
    if (idle && !this.#idleTold) {
      const message = `${consumer.num_pending} programs wait and no executor host takes them; ` +
        "start one: deno task work --nats URL";
      this.#options.tell("no_executors", message);
    }
    this.#idleTold = idle;
  }
}
