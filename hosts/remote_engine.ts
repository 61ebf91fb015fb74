/**
 * A sandbox engine whose screening is done by other hosts, over NATS JetStream.
 *
 * - What counts is not left to them: confirmation, and whatever is run `alone`, happens in the cells
 *   of this host. A host that lies can lose or spoil its own screenings only.
 * - A job stays in the work queue until its evaluation is in the journal ({@link RunResult.settle});
 *   only this engine acknowledges, so a host that dies, leaves or is cut off loses nothing.
 * - Of several results the first counts. A job that no host gives a result for, too large a job, and
 *   one whose deliveries are spent (a dead letter, which is told) are run here.
 *
 * @module
 */
import { jetstream, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Engine, Job, RunResult } from "../sandbox/engine.ts";
import { checkJob } from "../sandbox/job.ts";
import { JobWatch } from "./job_watch.ts";
import { type DeliveryOptions, makeStreams } from "./streams.ts";
import {
  acknowledges,
  deadSubject,
  heldSubject,
  hostOf,
  JOBS_STREAM,
  jobsSubject,
  resultsSubject,
} from "./subjects.ts";
import { newToken, type Pending } from "./pending.ts";
import { Hosts } from "./hosts.ts";
import { Publisher } from "./publisher.ts";
import { decodeHeld, decodeResult, encodeJob, MAX_JOB_BYTES, type SentResult } from "./wire.ts";

/** Options of {@link openRemoteEngine}. */
export interface RemoteOptions extends DeliveryOptions {
  /** Closed with the engine. */
  readonly connection: NatsConnection;
  /** Cells of this host, which outlive the engine. */
  readonly local: Engine;
  /** Names the run on the server, as `hosts/subjects.ts` has it. */
  readonly run: string;
  /** Jobs sent out at the same time. */
  readonly inFlight: number;
  /** Told what a user should know, e.g. `dead_letter`. */
  readonly tell: (event: string, message: string) => void;
  /** Waits so many milliseconds, or until the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Longest wait for the server's word that it has a dead letter, in milliseconds. */
const PUBLISH_TIMEOUT_MS = 2000;
/** Bytes that a message needs beside what is said in it. */
const ENVELOPE_BYTES = 1024;

/** Makes the streams, drops what an earlier start of the run left there. @throws {HostsError} */
export async function openRemoteEngine(options: RemoteOptions): Promise<Engine> {
  const client = jetstream(options.connection);
  const manager = await client.jetstreamManager();
  await makeStreams(manager, options.local.name, options);
  const engine = new RemoteEngine(options, client, manager);
  await engine.purge();
  return engine;
}

class RemoteEngine implements Engine {
  readonly name: string;
  readonly layers: string;
  readonly workers: number;
  readonly ahead: number;
  readonly #options: RemoteOptions;
  readonly #client: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #session: string;
  readonly #subject: string;
  readonly #maxBytes: number;
  readonly #pending = new Map<string, Pending>();
  readonly #hosts: Hosts;
  readonly #over = new AbortController();
  readonly #watch: JobWatch;
  readonly #publisher: Publisher;
  #sent = 0;

  constructor(options: RemoteOptions, client: JetStreamClient, manager: JetStreamManager) {
    const { connection, local, run, inFlight, tell } = options;
    this.name = local.name;
    this.layers = local.layers;
    this.workers = local.workers;
    this.ahead = Math.max(local.ahead, inFlight - local.workers);
    this.#options = options;
    this.#client = client;
    this.#manager = manager;
    this.#session = newToken();
    this.#subject = jobsSubject(local.name, run);
    const { max_payload } = connection.info!;
    this.#maxBytes = Math.min(MAX_JOB_BYTES, max_payload - ENVELOPE_BYTES);
    this.#hosts = new Hosts(tell);
    this.#publisher = new Publisher({
      ...options,
      onAgain: (why) => {
        this.#hosts.tellOnce("not_sent", `a program could not be sent: ${why}; trying again`);
      },
      signal: this.#over.signal,
    });
    this.#watch = new JobWatch({
      ...options,
      manager,
      pending: this.#pending,
      engine: local.name,
      again: (entry) => this.#again(entry),
      bury: (entry, why) => this.#bury(entry, why),
    });
    connection.subscribe(resultsSubject(this.#session, "*"), {
      callback: (error, message) => {
        if (!error) void this.#onResult(message.subject, message.data);
      },
    });
    connection.subscribe(heldSubject(this.#session, "*"), {
      callback: (error, message) => {
        if (!error) this.#onHeld(message.subject, message.data);
      },
    });
    this.#watch.start(this.#over.signal);
  }

  async run(job: Job, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    const { local } = this.#options;
    const sent = { ...job, token: newToken(), session: this.#session };
    // Sizes are told apart before the job is written out.
    if (job.alone || job.code.length > this.#maxBytes) return await local.run(job, signal);
    const bytes = encodeJob(sent);
    if (bytes.length > this.#maxBytes) return await local.run(job, signal);
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const entry: Pending = {
      ...{ job, token: sent.token, bytes, number: ++this.#sent, resolve, reject },
      ...{ seq: null, attempts: 0, ack: null, answered: false, since: 0 },
      ...{ heldSince: null, published: Promise.resolve() },
    };
    this.#publish(entry);
    const abort = () => {
      this.#forget(entry);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort);
    return await promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  async confirm(job: Job, random: () => number, signal?: AbortSignal): Promise<RunResult> {
    return await this.#options.local.confirm(job, random, signal);
  }

  async close(): Promise<void> {
    const { connection } = this.#options;
    this.#over.abort();
    const error = new Error("the connection to the executor hosts was closed");
    for (const entry of this.#pending.values()) if (!entry.answered) entry.reject(error);
    this.#pending.clear();
    try {
      if (!connection.isClosed()) await this.purge();
    } catch {
      // The server is away; the next start of the run purges, or the jobs' age does.
    }
    await connection.close();
  }

  /** Drops the run's jobs from the queue. */
  async purge(): Promise<void> {
    await this.#manager.streams.purge(JOBS_STREAM, { filter: this.#subject });
  }

  /** Sends a job until the server has it; its identity lets the server tell a second copy. */
  #publish(entry: Pending): void {
    const { now } = this.#options;
    this.#pending.set(entry.token, entry);
    entry.since = now();
    entry.seq = null;
    entry.attempts++;
    const id = `${this.#session}.${entry.number}.${entry.attempts}`;
    const isWanted = () => this.#pending.get(entry.token) === entry;
    entry.published = this.#publisher.publish(this.#subject, entry.bytes, id, isWanted)
      .then((seq) => {
        entry.seq = seq;
        entry.since = now();
      });
  }

  /** Sends a job that was lost on the way once more, under a new token. */
  #again(entry: Pending): void {
    this.#forget(entry);
    entry.token = newToken();
    entry.bytes = encodeJob({ ...entry.job, token: entry.token, session: this.#session });
    entry.ack = null;
    entry.heldSince = null;
    this.#publish(entry);
  }

  /** Takes a job out of the queue; whoever runs it does so for nothing. */
  #forget({ token, seq }: Pending): void {
    this.#pending.delete(token);
    // Gone already, or the server is away: then its deliveries are spent in vain.
    if (seq !== null) this.#manager.streams.deleteMessage(JOBS_STREAM, seq, false).catch(() => {});
  }

  /** A dead letter is kept on the server, told, and run here. */
  #bury(entry: Pending, why: string): void {
    const { local, run, tell } = this.#options;
    this.#forget(entry);
    tell("dead_letter", `a program ${why}; it is run on the engine's own host`);
    this.#client.publish(deadSubject(run), entry.bytes, { timeout: PUBLISH_TIMEOUT_MS })
      .catch((error) => this.#hosts.tellOnce("dead_not_kept", `a dead letter: ${error}`));
    local.run({ ...entry.job, alone: true }).then(entry.resolve, entry.reject);
  }

  async #onResult(subject: string, bytes: Uint8Array): Promise<void> {
    const host = hostOf(subject);
    if (this.#hosts.isIgnored(host)) return;
    let sent: SentResult;
    try {
      sent = decodeResult(bytes);
    } catch (error) {
      return this.#hosts.refuse(host, (error as Error).message);
    }
    const entry = this.#pending.get(sent.token);
    // Late, of an earlier copy, or made up: it states nothing about a job under way.
    if (entry === undefined || entry.answered) return;
    if (entry.seq === null) await entry.published;
    if (entry.answered || this.#pending.get(sent.token) !== entry) return;
    const { connection } = this.#options;
    const acked = acknowledges(sent.ack, this.name, entry.seq!);
    if (!acked) return this.#hosts.refuse(host, "acknowledges another job than it answers");
    if ("failed" in sent.result) {
      this.#hosts.tellOnce(`failed ${host}`, `host ${host}: ${sent.result.failed}`, "host_failed");
      return connection.publish(sent.ack, "-NAK");
    }
    if (sent.result.frames.length !== entry.job.inputs.length) {
      const { length } = sent.result.frames;
      this.#hosts.refuse(host, `${length} frames, expected ${entry.job.inputs.length}`);
      return connection.publish(sent.ack, "-NAK");
    }
    this.#hosts.welcome(host);
    entry.answered = true;
    entry.ack = sent.ack;
    entry.resolve({
      ...sent.result,
      host,
      settle: () => {
        this.#pending.delete(entry.token);
        if (!connection.isClosed()) connection.publish(entry.ack!, "+ACK");
      },
    });
  }

  #onHeld(subject: string, bytes: Uint8Array): void {
    const host = hostOf(subject);
    if (this.#hosts.isIgnored(host)) return;
    try {
      for (const [token, ack] of decodeHeld(bytes)) {
        const entry = this.#pending.get(token);
        if (!entry || entry.seq === null || !acknowledges(ack, this.name, entry.seq)) continue;
        this.#watch.held(entry, ack);
      }
    } catch (error) {
      this.#hosts.refuse(host, (error as Error).message);
    }
  }
}
