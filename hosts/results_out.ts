/**
 * Results on their way out of a host, gathered for a moment: several of them then cost one write to
 * the socket, and wake server and engine once.
 *
 * @module
 */
import type { NatsConnection } from "@nats-io/transport-node";
import type { RunResult } from "../sandbox/engine.ts";
import { resultsSubject } from "./subjects.ts";
import { encodeResult, type SentJob } from "./wire.ts";

/** Options of {@link ResultsOut}. */
export interface ResultsOutOptions {
  readonly connection: NatsConnection;
  /** Name of this host. */
  readonly host: string;
  readonly tell: (line: string) => void;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * How long a result waits for others, in milliseconds: little beside what a program takes, and its
 * cell has the next one long since.
 */
const GATHER_MS = 2;

/** See above. */
export class ResultsOut {
  readonly #options: ResultsOutOptions;
  /** Bytes; the server is not asked each time, as it may be away. */
  readonly #maxPayload: number;
  readonly #closed = new AbortController();
  #waiting: (() => void)[] = [];

  constructor(options: ResultsOutOptions) {
    this.#options = options;
    this.#maxPayload = options.connection.info!.max_payload;
  }

  /** Sends a result, or why there is none, within a moment. @param ack what acknowledges the job */
  add({ token, session }: SentJob, ack: string, result: RunResult | { failed: string }): void {
    let bytes = encodeResult({ token, ack, result });
    const limit = this.#maxPayload;
    if (bytes.length > limit) {
      const failed = `its result has ${bytes.length} bytes, more than the server's ${limit}`;
      bytes = encodeResult({ token, ack, result: { failed } });
    }
    const { connection, host } = this.#options;
    this.#waiting.push(() => connection.publish(resultsSubject(session, host), bytes));
    if (this.#waiting.length === 1) void this.#sendSoon();
  }

  /** Sends what waits, and waits no more. */
  close(): void {
    this.#send();
    this.#closed.abort();
  }

  async #sendSoon(): Promise<void> {
    await this.#options.delay(GATHER_MS, this.#closed.signal).catch(() => {});
    this.#send();
  }

  #send(): void {
    for (const send of this.#waiting.splice(0)) {
      try {
        send();
      } catch (error) {
        this.#options.tell(`a result could not be sent: ${(error as Error).message}`);
      }
    }
  }
}
