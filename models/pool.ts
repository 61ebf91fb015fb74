/**
 * Several routes as one model client: each request goes to the one it was admitted for, and where
 * that fails, to another.
 *
 * - The only retry layer of a run. A failed attempt goes at once to a route that has not failed it;
 *   when all have, it waits as in retry.ts. Top-ups stay with the route whose completions were had.
 * - A route that failed is left alone until a health check succeeds (breaker.ts, route.ts), while the
 *   others go on. When all routes a request may go to are lost, so is the request.
 * - With `fixed`, requests are admitted at fixed counts and leave their route only for one that has
 *   the same model and sampling, so that what is asked does not hang on timing.
 *
 * @module
 */
import { hash63 } from "../data/program.ts";
import {
  type Asked,
  type CompletionRequest,
  type ModelClient,
  ModelError,
  type ModelReply,
} from "./client.ts";
import { gather } from "./completion_client.ts";
import { PooledCall } from "./pooled_call.ts";
import { realDelay, type RetryPolicy, retryPolicy, withRetries } from "./retry.ts";
import { Route, type RouteOptions } from "./route.ts";
import { type HealthOptions, RouteHealth } from "./route_health.ts";
import { fixedChoice, Turns } from "./route_choice.ts";

/** Options of {@link EndpointPool}. */
export interface PoolOptions extends HealthOptions {
  /** At least one; names differ. */
  readonly routes: readonly RouteOptions[];
  /** How often and how long failed requests are tried again. @default {DEFAULT_RETRY} */
  readonly retry?: Partial<RetryPolicy>;
  /** Whether requests are admitted at fixed counts. */
  readonly fixed: boolean;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
}

/** A request about to be admitted. */
export interface Admitting {
  /** Generation of the run that asks. */
  readonly generation: number;
  /** Task it asks for. */
  readonly taskId: string;
  /** Number of the request among those of its task and generation. */
  readonly position: number;
}

interface Waiter {
  readonly call: PooledCall;
  readonly resolve: (route: Route) => void;
  readonly reject: (reason: unknown) => void;
}

/** Clients of all routes in one. */
export class EndpointPool implements ModelClient {
  readonly #options: PoolOptions;
  readonly #policy: RetryPolicy;
  readonly #routes: readonly Route[];
  readonly #turns: Turns;
  readonly #waiters: Waiter[] = [];
  readonly #health: RouteHealth;
  #answeredAtMs = -Infinity;
  #onCapacity: (capacity: number) => void = () => {};

  /** Asks nothing yet. @throws RangeError when there is no route */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.#policy = retryPolicy(options.retry);
    this.#routes = options.routes.map((route) => new Route(route, this.#policy, options.now));
    this.#turns = new Turns(this.#routes.length);
    if (this.#routes.length === 0) throw new RangeError("a pool needs at least one route");
    this.#health = new RouteHealth(this.#routes, options, () => this.#changed());
    this.#health.followLoads();
    this.#changed();
  }

  /**
   * Requests that may be in flight now. Those at routes that are left alone count as they are, so
   * that they take nobody's place.
   */
  get capacity(): number {
    const sum = this.#routes.reduce(
      (sum, { limit, inFlight }) => sum + Math.max(limit, inFlight),
      0,
    );
    return Math.max(1, sum);
  }

  /** Told whenever {@link EndpointPool.capacity} may have changed. */
  set onCapacity(listener: (capacity: number) => void) {
    this.#onCapacity = listener;
    listener(this.capacity);
  }

  /** Names of the models that serve a generation. */
  modelsOf(generation: number): string[] {
    return [...new Set(this.#routes.map(({ options }) => options.modelOf(generation)))];
  }

  /** Which route a new request is for. */
  assign({ generation, taskId, position }: Admitting): Asked {
    const offset = Number(BigInt(hash63("endpoint", taskId)) & 0xffffffffn) / 2 ** 32;
    const weights = this.#routes.map(({ options }) => options.weight);
    const turns = (isReady: (route: Route) => boolean) =>
      this.#turns.take(this.#routes.map((route, i) => ({
        weight: weights[i],
        ready: isReady(route),
      })));
    const choice = this.#options.fixed
      ? fixedChoice(weights, position, offset)
      : turns((route) => route.canTake(generation)) ?? turns((route) => route.limit > 0) ??
        fixedChoice(weights, position, offset);
    return this.#asked(this.#routes[choice], generation);
  }

  /**
   * Has all routes that need it take on a generation's model; resolves when one has, or there is none
   * that needs it. The others are asked when they have, too.
   *
   * @throws {ModelError} when none would
   */
  async prepare(generation: number, signal: AbortSignal): Promise<void> {
    this.#health.generation = generation;
    const lacking = this.#routes.filter((route) => !route.isPrepared(generation));
    if (lacking.length === 0) return;
    const ends = lacking.map((route) =>
      route.prepare(generation, signal).finally(() => this.#changed())
    );
    try {
      await Promise.any(ends);
    } catch (error) {
      signal.throwIfAborted();
      if (lacking.length === this.#routes.length) throw (error as AggregateError).errors[0];
    }
  }

  /**
   * The reply of the route it was admitted for, or of another when that one is lost.
   *
   * @throws {ModelError} when no route would, or all that might are lost
   */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<ModelReply> {
    const admitted = this.#routes.find(({ name }) => name === request.endpoint) ?? this.#routes[0];
    const call = new PooledCall(request, admitted, this.#options.now());
    const reply = await gather(request, (had) => this.#ask(call, had, signal));
    return call.route === admitted
      ? reply
      : { ...reply, by: this.#asked(call.route, call.generation) };
  }

  close(): Promise<void> {
    this.#health.close();
    return Promise.resolve();
  }

  async #ask(call: PooledCall, had: number, signal?: AbortSignal) {
    const { random, delay = realDelay } = this.#options;
    call.had = had > 0;
    try {
      const { value, retries } = await withRetries(async () => {
        call.route = await this.#place(call, signal);
        try {
          const answer = await call.route.attempt(call.request, had, signal);
          this.#answeredAtMs = this.#options.now();
          return answer;
        } finally {
          this.#changed();
        }
      }, {
        policy: this.#policy,
        random,
        delay,
        signal,
        decide: (failure) => this.#decide(call, failure),
      });
      return { ...value, retries };
    } catch (error) {
      if (!(error instanceof ModelError) || !error.passing || error.kind === "bad_reply") {
        throw error;
      }
      if (!call.isOwnFault) throw error;
      throw new ModelError("exhausted", error.message, error);
    }
  }

  /** How long a failed request waits before it is asked again, in ms; null gives it up. */
  #decide(call: PooledCall, failure: ModelError): number | null {
    if (failure instanceof LostError) {
      call.lose();
      return null;
    }
    const { now, random } = this.#options;
    return call.fail(failure, {
      routes: this.#eligible(call),
      policy: this.#policy,
      nowMs: now(),
      answeredAtMs: this.#answeredAtMs,
      random,
    });
  }

  /** Waits for a place at a route the call may go to. */
  #place(call: PooledCall, signal?: AbortSignal): Promise<Route> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Route>();
    const waiter = { call, resolve, reject };
    const leave = () => {
      const at = this.#waiters.indexOf(waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiters.push(waiter);
    this.#serve();
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const { call, resolve, reject } = waiter;
      const eligible = this.#eligible(call).filter((route) => !call.isRefusedBy(route));
      const route = this.#choose(call, eligible);
      const isOver = !route && eligible.every(({ isLost }) => isLost);
      if (!route && !isOver) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      if (route) {
        route.enter();
        resolve(route);
      } else reject(lost(eligible));
    }
  }

  #choose(call: PooledCall, eligible: readonly Route[]): Route | null {
    const open = eligible.filter((route) => !call.hasFailedAt(route));
    const free = open.filter((route) => route.canTake(call.generation));
    if (free.includes(call.admitted)) return call.admitted;
    // Its own route is worth waiting for while it works.
    if (open.includes(call.admitted) && call.admitted.limit > 0 && this.#options.fixed) return null;
    const turn = this.#turns.take(this.#routes.map((route) => ({
      weight: route.options.weight,
      ready: free.includes(route),
    })));
    return turn === null ? null : this.#routes[turn];
  }

  /** Routes a call may go to at all. */
  #eligible(call: PooledCall): readonly Route[] {
    if (call.had) return [call.route];
    return this.#options.fixed
      ? this.#routes.filter((route) => isAlike(route, call.admitted, call.generation))
      : this.#routes;
  }

  #asked({ options }: Route, generation: number): Asked {
    const { temperature } = options.sampling;
    return { endpoint: options.name, model: options.modelOf(generation), temperature };
  }

  /** Something changed at a route: its health is seen to, and who waits is served. */
  #changed(): void {
    this.#health.update();
    this.#serve();
    this.#onCapacity(this.capacity);
  }
}

/** All endpoints a request might go to have been down for as long as a request is tried. */
class LostError extends ModelError {}

function lost(routes: readonly Route[]): LostError {
  const failures = routes.map(({ lastFailure }) => lastFailure).filter((failure) =>
    failure !== null
  );
  const kind = failures[0]?.kind ?? "unreachable";
  const said = failures.map(({ message }) => message).join("; ");
  return new LostError(
    kind === "bad_reply" || kind === "refused" ? "unreachable" : kind,
    routes.length > 1 ? `all ${routes.length} endpoints are lost: ${said}` : said,
  );
}

/** Whether two routes ask the same of the same model. */
function isAlike(a: Route, b: Route, generation: number): boolean {
  const { temperature, topP, minP, maxTokens } = a.options.sampling;
  const other = b.options.sampling;
  return a === b ||
    a.options.modelOf(generation) === b.options.modelOf(generation) &&
      temperature === other.temperature && topP === other.topP && minP === other.minP &&
      maxTokens === other.maxTokens;
}
