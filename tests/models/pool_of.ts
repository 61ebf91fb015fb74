/** Pools over fake servers, with time in the test's hand. */
import type { CompletionRequest, ModelReply } from "../../models/client.ts";
import { openaiEndpoint } from "../../models/openai.ts";
import { EndpointPool, type PoolOptions } from "../../models/pool.ts";
import type { RouteOptions } from "../../models/route.ts";
import type { FakeServer } from "./fake_server.ts";

/** A clock that stands until told: waits end when it has come that far. */
export class Clock {
  nowMs = 0;
  readonly #waits = new Set<{ untilMs: number; resolve: () => void }>();

  readonly now = (): number => this.nowMs;

  readonly delay = (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    if (ms === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wait = { untilMs: this.nowMs + ms, resolve };
    this.#waits.add(wait);
    signal?.addEventListener("abort", () => {
      this.#waits.delete(wait);
      reject(signal.reason);
    }, { once: true });
    return promise;
  };

  /** Ends of the waits under way, the first first. */
  get ends(): number[] {
    return [...this.#waits].map(({ untilMs }) => untilMs).sort((a, b) => a - b);
  }

  /** Goes on to the end of the next wait. */
  skip(): void {
    const next = this.ends[0];
    if (next === undefined) throw new Error("nothing waits");
    this.nowMs = next;
    for (const wait of this.#waits) {
      if (wait.untilMs > next) continue;
      this.#waits.delete(wait);
      wait.resolve();
    }
  }
}

/** What was told of endpoints, in order. */
export type Told = [event: string, message: string][];

/** A pool with one route a server, named `a`, `b`, … and asking `tiny`. */
export function poolOf(
  servers: readonly FakeServer[],
  clock: Clock,
  changes: Partial<Omit<PoolOptions, "routes">> = {},
  ofRoute: (name: string) => Partial<RouteOptions> & { timeoutMs?: number } = () => ({}),
): { pool: EndpointPool; told: Told } {
  const told: Told = [];
  const routes = servers.map(({ baseUrl }, i): RouteOptions => {
    const name = "abc"[i];
    const { timeoutMs = 60_000, ...rest } = ofRoute(name);
    return {
      name,
      endpoint: openaiEndpoint({ baseUrl, apiKey: null, timeoutMs, now: clock.now }),
      modelOf: () => "tiny",
      sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 64 },
      weight: 1,
      bounds: { min: 1, max: 8, initial: 8 },
      capabilities: { n: true, minP: true },
      probe: () => Promise.resolve({ n: true, minP: true }),
      ...rest,
    };
  });
  const pool = new EndpointPool({
    routes,
    fixed: false,
    now: clock.now,
    random: () => 0,
    delay: clock.delay,
    tell: (...line) => told.push(line),
    ...changes,
  });
  return { pool, told };
}

/** A request that was admitted for an endpoint. */
export function requestFor(
  endpoint: string,
  changes: Partial<CompletionRequest> = {},
): CompletionRequest {
  return {
    model: "tiny",
    messages: [{ role: "user", content: "hello" }],
    n: 2,
    temperature: 1,
    topP: 1,
    minP: null,
    maxTokens: 64,
    seed: 50,
    endpoint,
    ...changes,
  };
}

/** Texts of a reply. */
export function textsOf({ completions }: ModelReply): string[] {
  return completions.map(({ text }) => text);
}
