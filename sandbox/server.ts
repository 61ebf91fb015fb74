/**
 * One fork-server process as its cell sees it.
 *
 * Orders are answered in the order they were sent; the first unanswered one is running. The server
 * keeps the deadline of its fork itself; if it has not answered a while later it is killed from
 * here. Whatever happens, `onEnd` is called once, when the process is gone and its descendants with
 * it: a fork dies with its server (PR_SET_PDEATHSIG), and the server with its cell (its stdin hangs
 * up).
 *
 * @module
 */
import type { Order, ServerOptions, ServerReply } from "./protocol.ts";
import { decodeReply, encodeOrder, REPLY_KINDS } from "./protocol.ts";
import { type Tier, TIERS } from "./tier.ts";

/** How long a server may take to load its modules. The dearest takes 1 s on an idle core. */
const START_MS = 60_000;
/** How long past a fork's deadline a server may stay silent before it is killed. */
const GRACE_MS = 1_500;
/** How long a server may take to leave by itself. */
const LEAVE_MS = 2_000;

/** What a {@link ForkServer} tells. */
export interface ServerEvents {
  /** It has confined itself. */
  onReady(layers: string): void;
  /** A fork ended. */
  onReply(reply: ServerReply, server: ForkServer): void;
  /** The process is gone; `running` is the order it had begun, if any. */
  onEnd(end: ServerEnd, server: ForkServer): void;
}

/** How a server ended. */
export interface ServerEnd {
  /** Why it never became ready; null when it did. */
  readonly fault: string | null;
  /** Whether it was killed for not keeping the deadline of the first unanswered order. */
  readonly overdue: boolean;
  /** Orders without an answer, the one that was running first. */
  readonly unanswered: readonly Order[];
}

/** A child process running launcher.py. */
export class ForkServer {
  readonly tier: Tier;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  #child: Deno.ChildProcess;
  #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #events: ServerEvents;
  #unanswered: Order[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ready = false;
  #overdue = false;
  #fault: string | null = null;

  constructor(options: ServerOptions, tier: Tier, events: ServerEvents) {
    this.tier = tier;
    this.#events = events;
    this.#child = new Deno.Command(options.python, {
      args: [
        ...["-I", "-S", "-B", "-X", "utf8", options.launcher],
        ...[TIERS[tier], String(options.memoryBytes), String(options.outputBytes)],
      ],
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#watch(START_MS);
    this.gone = this.#read();
  }

  /** Orders sent and not answered. */
  get load(): number {
    return this.#unanswered.length;
  }

  /** Where an order stands: `running`, `waiting` behind another, or not here. */
  place(id: number): "running" | "waiting" | null {
    const index = this.#unanswered.findIndex((order) => order.id === id);
    if (index < 0) return null;
    return index === 0 && this.#ready ? "running" : "waiting";
  }

  /** Sends an order; it waits in the pipe while another is running. */
  send(order: Order): void {
    this.#unanswered.push(order);
    this.#stdin.write(encodeOrder(order)).catch(endsElsewhere);
    if (this.#ready && this.#unanswered.length === 1) this.#watch(patienceMs(order));
  }

  /** Kills it at once. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it had ended already
    }
  }

  /** Lets it leave by closing its input, which also ends a running fork; kills it if it stays. */
  async leave(): Promise<void> {
    this.#stdin.close().catch(endsElsewhere);
    const timer = setTimeout(() => this.kill(), LEAVE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  #watch(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#overdue = true;
      this.kill();
    }, ms);
  }

  async #read(): Promise<void> {
    let bytes = new Uint8Array(0);
    for await (const part of this.#child.stdout) {
      bytes = bytes.length === 0 ? part : concatenated(bytes, part);
      for (let next = decodeReply(bytes); next !== null; next = decodeReply(bytes)) {
        bytes = bytes.subarray(next.length);
        this.#accept(next.reply);
      }
    }
    this.kill(); // it has closed its output: of no use any more
    const status = await this.#child.status;
    clearTimeout(this.#timer);
    const silent = `${status.signal ?? `status ${status.code}`} before it was ready`;
    this.#events.onEnd({
      fault: this.#ready ? null : this.#fault ?? `python ended with ${silent}`,
      overdue: this.#overdue,
      unanswered: this.#unanswered,
    }, this);
  }

  #accept(reply: ServerReply): void {
    const kind = REPLY_KINDS[reply.kind];
    if (kind === "ready" || kind === "fault") {
      const text = new TextDecoder().decode(reply.bytes);
      this.#ready = kind === "ready";
      if (kind === "ready") this.#events.onReady(text);
      else this.#fault = text;
    } else if (reply.id === this.#unanswered[0]?.id) {
      this.#unanswered.shift();
      this.#events.onReply(reply, this);
    } else {
      this.kill(); // out of step
    }
    clearTimeout(this.#timer);
    const head = this.#unanswered[0];
    if (head !== undefined) this.#watch(patienceMs(head));
  }
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** How long an order may take: each member of a batch has the time of a program alone. */
function patienceMs({ timeoutMs, members }: Order): number {
  return (timeoutMs + GRACE_MS) * Math.max(members, 1);
}

/** A broken pipe means the process has ended, which the reading side reports. */
function endsElsewhere(): void {}
