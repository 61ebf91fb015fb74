/**
 * The health of a pool's routes: a route whose breaker is open is checked, ever more seldom, until it
 * is well, and the load of servers that tell it is followed.
 *
 * @module
 */
import { type Delay, realDelay } from "./retry.ts";
import type { Route } from "./route.ts";

/** Options of {@link RouteHealth}. */
export interface HealthOptions {
  /** Clock in ms. */
  readonly now: () => number;
  /** Waits between checks. @default the clock's */
  readonly delay?: Delay;
  /** Longest health check and look at a server's load, in ms. @default 30000 */
  readonly checkMs?: number;
  /** Told when a route is left alone, and when it is back. */
  readonly tell: (event: "endpoint_down" | "endpoint_up", message: string) => void;
}

/** Between looks at a server's load, in ms: vLLM renews its figures about once a second. */
const LOOK_MS = 5_000;

/** Watches routes until it is closed. */
export class RouteHealth {
  /** Generation whose model a route must have to be well. */
  generation = 0;
  readonly #routes: readonly Route[];
  readonly #options: HealthOptions;
  readonly #onChange: () => void;
  readonly #closed = new AbortController();
  readonly #checking = new Set<Route>();
  readonly #down = new Set<Route>();

  /** Checks nothing yet. @param onChange told when a check or a look may have changed a route */
  constructor(routes: readonly Route[], options: HealthOptions, onChange: () => void) {
    this.#routes = routes;
    this.#options = options;
    this.#onChange = onChange;
  }

  /** Follows the load of all servers that tell it. */
  followLoads(): void {
    for (const route of this.#routes) {
      if (route.options.readLoad) void this.#followLoad(route);
    }
  }

  /** Tells of routes that went down or came back, and begins to check those that are down. */
  update(): void {
    for (const route of this.#routes) {
      const isDown = route.breaker.mode === "open";
      if (isDown && !this.#down.has(route)) {
        this.#down.add(route);
        const why = route.lastFailure?.message ?? "it fails";
        this.#options.tell("endpoint_down", `endpoint ${route.name} is left alone: ${why}`);
      }
      if (route.breaker.mode === "closed" && this.#down.delete(route)) {
        this.#options.tell("endpoint_up", `endpoint ${route.name} is asked again`);
      }
      if (isDown && !this.#checking.has(route)) void this.#checkUntilWell(route);
    }
  }

  /** Ends all checks. */
  close(): void {
    this.#closed.abort(new DOMException("the pool is closed", "AbortError"));
  }

  async #checkUntilWell(route: Route): Promise<void> {
    const { now, delay = realDelay } = this.#options;
    this.#checking.add(route);
    try {
      while (route.breaker.mode === "open") {
        await delay(Math.max(0, route.breaker.untilMs - now()), this.#closed.signal);
        // A reply to a request from before may have closed it.
        if (route.breaker.mode !== "open") break;
        await route.check(this.generation, this.#deadline());
        this.#onChange();
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
    } finally {
      this.#checking.delete(route);
    }
    if (!this.#closed.signal.aborted) this.#onChange();
  }

  async #followLoad(route: Route): Promise<void> {
    const { delay = realDelay } = this.#options;
    try {
      while (await route.look(this.#deadline())) {
        this.#onChange();
        await delay(LOOK_MS, this.#closed.signal);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
    }
  }

  #deadline(): AbortSignal {
    const { checkMs = 30_000 } = this.#options;
    return AbortSignal.any([this.#closed.signal, AbortSignal.timeout(checkMs)]);
  }
}
