/**
 * Sends messages into a stream until the server says that it has them.
 *
 * As the package's own `publish`, which makes an error with its stack, a timer and a subscription's
 * entry for each message: here one subscription takes all of the server's words, and one loop looks
 * after those that do not come.
 *
 * @module
 */
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import { messageHeaders, newInbox } from "./connection.ts";

/** Options of {@link Publisher}. */
export interface PublisherOptions {
  readonly connection: NatsConnection;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Told when a message has to be sent again. */
  readonly onAgain: (why: string) => void;
  /** Ends the looking after. */
  readonly signal: AbortSignal;
}

/** Longest wait for the server's word that it has a message, in milliseconds. */
const WAIT_MS = 2000;
/** How often those that wait are looked at, in milliseconds. */
const LOOK_MS = 500;

interface Sent {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly headers: MsgHdrs;
  readonly isWanted: () => boolean;
  readonly resolve: (seq: number) => void;
  since: number;
}

/** See above. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #inbox = newInbox();
  readonly #sent = new Map<string, Sent>();
  #count = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    options.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, { subject, data }) => {
        if (!error) this.#onWord(subject.slice(this.#inbox.length + 1), data);
      },
    });
    void this.#lookAfter();
  }

  /**
   * Resolves with the message's place in the stream; never, once it is wanted no more.
   *
   * @param id by which the server tells a second copy
   */
  publish(
    subject: string,
    bytes: Uint8Array,
    id: string,
    isWanted: () => boolean,
  ): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const headers = messageHeaders({ "Nats-Msg-Id": id });
    const number = String(++this.#count);
    const sent = { subject, bytes, headers, isWanted, resolve, since: 0 };
    this.#sent.set(number, sent);
    this.#send(number, sent);
    return promise;
  }

  #send(number: string, sent: Sent): void {
    const { connection, now } = this.#options;
    sent.since = now();
    const { subject, bytes, headers } = sent;
    // While the server is away the client keeps messages; a closed one needs none.
    if (connection.isClosed()) return;
    connection.publish(subject, bytes, { headers, reply: `${this.#inbox}.${number}` });
  }

  #onWord(number: string, data: Uint8Array): void {
    const sent = this.#sent.get(number);
    if (!sent) return;
    const said = data.length === 0
      ? "the server has no such stream"
      : new TextDecoder().decode(data);
    const seq = seqIn(said);
    if (seq === null) return this.#options.onAgain(said);
    this.#sent.delete(number);
    sent.resolve(seq);
  }

  async #lookAfter(): Promise<void> {
    const { delay, now, onAgain, signal } = this.#options;
    while (true) {
      await delay(LOOK_MS, signal).catch(() => {});
      if (signal.aborted) return;
      for (const [number, sent] of this.#sent) {
        if (!sent.isWanted()) this.#sent.delete(number);
        else if (now() - sent.since > WAIT_MS) {
          onAgain("the server does not answer");
          this.#send(number, sent);
        }
      }
    }
  }
}

/** The place in the stream that the server states, or null. */
function seqIn(text: string): number | null {
  try {
    const { seq, error } = JSON.parse(text);
    return error === undefined && Number.isInteger(seq) ? seq : null;
  } catch {
    return null; // told as it stands
  }
}
