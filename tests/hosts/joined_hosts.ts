/**
 * An engine and executor hosts in this process, joined by a real server.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { connectNats, type NatsAccess } from "../../hosts/connection.ts";
import { executeForOthers } from "../../hosts/executor_host.ts";
import { openRemoteEngine } from "../../hosts/remote_engine.ts";
import { realDelay } from "../../models/retry.ts";
import type { Engine, Job } from "../../sandbox/engine.ts";
import { until } from "../until.ts";
import { NatsServer } from "./nats_server.ts";

export const RUN = "1234";

/** A job upon one small grid; `alone` and the time are the caller's. */
export function jobOf(code: string, more: Partial<Job> = {}): Job {
  return { code, inputs: [[[1, 2]], [[3]]], timeoutMs: 1000, ...more };
}

/** A server, an engine on it, and whatever hosts a test lets in. */
export class JoinedHosts implements AsyncDisposable {
  readonly #open = new AsyncDisposableStack();

  private constructor(
    readonly server: NatsServer,
    readonly engine: Engine,
    /** What the engine told, as `event: message`. */
    readonly told: string[],
  ) {}

  static async open(
    local: Engine,
    { config = "", access = {}, ackWaitMs = 1000, maxDeliver = 5 }: {
      readonly config?: string;
      readonly access?: NatsAccess;
      readonly ackWaitMs?: number;
      readonly maxDeliver?: number;
    } = {},
  ): Promise<JoinedHosts> {
    const server = await new NatsServer(config).start();
    const told: string[] = [];
    const engine = await openRemoteEngine({
      connection: await connectNats({ ...access, url: server.url, name: "engine" }),
      local,
      run: RUN,
      inFlight: 100,
      ackWaitMs,
      maxDeliver,
      tell: (event, message) => told.push(`${event}: ${message}`),
      delay: realDelay,
      now: () => performance.now(),
    });
    const joined = new JoinedHosts(server, engine, told);
    joined.#open.defer(() => server[Symbol.asyncDispose]());
    joined.#open.defer(() => engine.close());
    return joined;
  }

  /** A connection of somebody's own. */
  async connect(access: NatsAccess = {}, inboxPrefix?: string) {
    const connection = await connectNats({
      url: this.server.url,
      name: "host",
      inboxPrefix,
      ...access,
    });
    this.#open.defer(() => connection.close());
    return connection;
  }

  /** An executor host that runs until it is told to drain. */
  async host(host: string, engine: Engine, access: NatsAccess = {}, credit = 8) {
    const connection = await this.connect(access, `_INBOX_${host}`);
    const [drain, stop] = [new AbortController(), new AbortController()];
    const ended = executeForOthers({
      connection,
      engine,
      host,
      credit,
      tell: () => {},
      delay: realDelay,
      draining: drain.signal,
      signal: stop.signal,
    });
    // A host that is cut off ends by an error, which is its own affair.
    const over = ended.catch(() => {});
    this.#open.defer(async () => {
      stop.abort();
      await over;
    });
    return {
      drain: () => {
        drain.abort();
        return ended;
      },
      /** As a crash would: nothing is said any more. */
      cut: () => connection.close(),
    };
  }

  /** Messages in the work queue. */
  async waiting(access: NatsAccess = {}): Promise<number> {
    const manager = await jetstreamManager(await this.connect(access));
    return (await manager.streams.info("SOAR_JOBS")).state.messages;
  }

  async untilTold(what: string): Promise<void> {
    await until(`told ${what}`, async () => {
      await new Promise((go) => setTimeout(go, 10));
      return this.told.some((line) => line.startsWith(what));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}
