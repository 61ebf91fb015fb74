/**
 * An executor host: takes programs from the work queue, runs them in its own cells, says what came
 * of them.
 *
 * It holds as many jobs as its credit and asks for more in lots. It acknowledges nothing: a job is
 * the engine's until the engine has written its evaluation down. Told to drain it takes no more,
 * finishes what it holds, and ends; ended in any other way it loses nothing but its own work.
 *
 * @module
 */
import { type Consumer, jetstream, type JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type Engine, SandboxError } from "../sandbox/engine.ts";
import { HostsError } from "./hosts_error.ts";
import { ResultsOut } from "./results_out.ts";
import { consumerOf, heldSubject, JOBS_STREAM } from "./subjects.ts";
import { decodeJob, encodeHeld, type SentJob } from "./wire.ts";

/** Options of {@link executeForOthers}. */
export interface ExecutorHostOptions {
  /** Closed by the caller. */
  readonly connection: NatsConnection;
  /** Cells that run the jobs; closed by the caller. */
  readonly engine: Engine;
  /** Name of this host, as `hosts/subjects.ts` has it. */
  readonly host: string;
  /** Jobs held at the same time, at least 1. */
  readonly credit: number;
  /** Told what a person should know, a line at a time. */
  readonly tell: (line: string) => void;
  /** Waits so many milliseconds, or until the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Nothing more is taken; what is held is finished. */
  readonly draining: AbortSignal;
  /** What is held is let go. */
  readonly signal: AbortSignal;
}

/** Longest wait of one request for jobs, in milliseconds; the server ends it. */
const PULL_MS = 5000;
/** Pause before the queue is looked for again, in milliseconds. */
const LOOK_PAUSE_MS = 1000;
/** Share of the credit that has to be free before more is asked for. */
const LOT = 0.25;
/** Failures of the sandbox in a row after which a host is of no use. */
const MAX_FAILURES = 3;

/**
 * Runs programs until told to drain. @returns how many
 * @throws {HostsError} when the connection is closed; SandboxError when the sandbox fails on and on
 */
export async function executeForOthers(options: ExecutorHostOptions): Promise<number> {
  if (!Number.isInteger(options.credit) || options.credit < 1) {
    throw new RangeError(`credit must be a whole number of at least 1, got ${options.credit}`);
  }
  return await new ExecutorHost(options).run();
}

class ExecutorHost {
  readonly #options: ExecutorHostOptions;
  /** Jobs by the subject that acknowledges their delivery. */
  readonly #held = new Map<string, SentJob>();
  /** Called when a job has ended. */
  #wake: () => void = () => {};
  #stopPull: () => void = () => {};
  #done = 0;
  #failures = 0;
  readonly #failed = new AbortController();
  readonly #results: ResultsOut;

  constructor(options: ExecutorHostOptions) {
    this.#options = options;
    this.#results = new ResultsOut(options);
  }

  async run(): Promise<number> {
    const { connection, draining, signal } = this.#options;
    const ended = new AbortController();
    const until = AbortSignal.any([draining, signal, this.#failed.signal]);
    // A host that nothing can reach any more is of no use.
    void connection.closed().then(() =>
      this.#failed.abort(new HostsError("the connection to the NATS server was closed"))
    );
    void this.#followConnection();
    try {
      while (!until.aborted) {
        const consumer = await this.#findQueue(until);
        if (consumer) await this.#takeFrom(consumer, until, ended.signal);
      }
      while (this.#held.size > 0 && !signal.aborted && !this.#failed.signal.aborted) {
        await this.#jobEnded(signal);
      }
      this.#results.close();
      this.#failed.signal.throwIfAborted();
      if (!signal.aborted) await connection.flush();
    } finally {
      this.#results.close();
      ended.abort();
    }
    return this.#done;
  }

  /** The queue, once an engine has made it. */
  async #findQueue(until: AbortSignal): Promise<Consumer | null> {
    const { connection, engine, tell, delay } = this.#options;
    let told = false;
    while (!until.aborted) {
      try {
        return await jetstream(connection).consumers.get(JOBS_STREAM, consumerOf(engine.name));
      } catch (error) {
        if (!told) tell(`waiting for a run to begin (${(error as Error).message})`);
        told = true;
        await delay(LOOK_PAUSE_MS, until).catch(() => {});
      }
    }
    return null;
  }

  /** Takes jobs until told to stop, or until the queue has to be looked for again. */
  async #takeFrom(consumer: Consumer, until: AbortSignal, ended: AbortSignal): Promise<void> {
    const { credit, engine, tell } = this.#options;
    const { config } = await consumer.info(true);
    tell(`taking programs for ${engine.name} cells, up to ${credit} at a time`);
    const lost = new AbortController();
    const beating = this.#sayWhatIsHeld(
      config.ack_wait! / 1e6 / 3,
      AbortSignal.any([ended, lost.signal]),
    );
    try {
      while (!until.aborted) {
        const free = credit - this.#held.size;
        if (free < Math.max(1, credit * LOT)) {
          await this.#jobEnded(until);
          continue;
        }
        await this.#pull(consumer, free, until);
      }
    } catch (error) {
      tell(`the queue is lost (${(error as Error).message}); looking for it again`);
      await this.#options.delay(LOOK_PAUSE_MS, until).catch(() => {});
      lost.abort();
    }
    // What is still held is spoken for until the host ends.
    if (lost.signal.aborted) await beating;
  }

  /** Asks for jobs once; a request that the server has forgotten, as when it was away, is given up. */
  async #pull(consumer: Consumer, most: number, until: AbortSignal): Promise<void> {
    const messages = await consumer.fetch({ max_messages: most, expires: PULL_MS });
    const over = new AbortController();
    const stop = () => messages.stop();
    const signal = AbortSignal.any([until, over.signal]);
    signal.addEventListener("abort", stop);
    this.#options.delay(PULL_MS * 1.5, signal).then(stop, () => {});
    this.#stopPull = stop;
    try {
      for await (const message of messages) this.#take(message);
    } finally {
      over.abort();
    }
  }

  /** The server may have forgotten what was asked for before the connection was lost. */
  async #followConnection(): Promise<void> {
    for await (const { type } of this.#options.connection.status()) {
      if (type === "reconnect") this.#stopPull();
    }
  }

  #take(message: JsMsg): void {
    // The subject that acknowledges; the package's types leave it out.
    const ack = (message as JsMsg & { readonly reply: string }).reply;
    let job: SentJob;
    try {
      job = decodeJob(message.data);
    } catch (error) {
      this.#options.tell(`a message that is no job was passed over: ${(error as Error).message}`);
      return;
    }
    this.#held.set(ack, job);
    void this.#execute(job, ack).finally(() => {
      this.#held.delete(ack);
      this.#wake();
    });
  }

  async #execute(job: SentJob, ack: string): Promise<void> {
    const { engine, signal } = this.#options;
    try {
      const { code, inputs, timeoutMs } = job;
      const result = await engine.run({ code, inputs, timeoutMs }, signal);
      this.#failures = 0;
      this.#done++;
      this.#results.add(job, ack, result);
    } catch (error) {
      if (signal.aborted) return;
      this.#results.add(job, ack, { failed: String(error) });
      if (++this.#failures >= MAX_FAILURES) {
        const message = `the sandbox failed ${MAX_FAILURES} times in a row: ${error}`;
        this.#failed.abort(new SandboxError(message, { cause: error }));
      }
    }
  }

  async #sayWhatIsHeld(everyMs: number, signal: AbortSignal): Promise<void> {
    const { connection, host, delay } = this.#options;
    while (true) {
      await delay(everyMs, signal).catch(() => {});
      if (signal.aborted || connection.isClosed()) return;
      for (const [session, jobs] of Map.groupBy(this.#held, ([, job]) => job.session)) {
        const held = jobs.map(([ack, { token }]) => [token, ack] as const);
        connection.publish(heldSubject(session, host), encodeHeld(held));
      }
    }
  }

  /** Resolves when a job has ended, or the signal aborts. */
  async #jobEnded(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#wake = () => {};
  }
}
