/**
 * A request on its way through a pool: where it failed so far, and whether it is tried again.
 *
 * A round is over when the request has failed at every route it may go to. Decisions only; pool.ts
 * finds the routes and waits.
 *
 * @module
 */
import type { CompletionRequest, ModelError } from "./client.ts";
import { retryDelayMs, type RetryPolicy } from "./retry.ts";
import type { Route } from "./route.ts";

/** What a decision goes by beside the call. */
export interface Circumstances {
  /** Routes that the call may go to at all. */
  readonly routes: readonly Route[];
  readonly policy: RetryPolicy;
  /** Clock in ms. */
  readonly nowMs: number;
  /** When any request was last answered, in ms. */
  readonly answeredAtMs: number;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
}

/** A request under way. */
export class PooledCall {
  readonly request: CompletionRequest;
  readonly generation: number;
  /** Where it was admitted. */
  readonly admitted: Route;
  /** Whose completions were had; else where the last attempt went. */
  route: Route;
  /** Whether completions were had: then the rest comes from the same route. */
  had = false;
  readonly #failedAt = new Set<Route>();
  readonly #refusedBy = new Set<Route>();
  #rounds = 0;
  /** When the last round ended, or the call began, in ms. */
  #roundAtMs: number;
  #isOwnFault = false;

  /** A call that was tried nowhere yet. */
  constructor(request: CompletionRequest, admitted: Route, nowMs: number) {
    this.request = request;
    this.generation = request.generation ?? 0;
    this.admitted = admitted;
    this.route = admitted;
    this.#roundAtMs = nowMs;
  }

  /** Whether others were answered during its last round, so that the fault is its own. */
  get isOwnFault(): boolean {
    return this.#isOwnFault;
  }

  /** Whether a route has refused it for good. */
  isRefusedBy(route: Route): boolean {
    return this.#refusedBy.has(route);
  }

  /** Whether it failed there in this round. */
  hasFailedAt(route: Route): boolean {
    return this.#failedAt.has(route);
  }

  /** All routes it may go to are lost. */
  lose(): void {
    this.#isOwnFault = false;
  }

  /** Takes note of a failure at its route: ms until it is asked again; null gives it up. */
  fail(
    failure: ModelError,
    { routes, policy, nowMs, answeredAtMs, random }: Circumstances,
  ): number | null {
    (failure.passing ? this.#failedAt : this.#refusedBy).add(this.route);
    const others = routes.filter((route) => !this.#refusedBy.has(route));
    if (others.some((route) => !this.#failedAt.has(route) && route.breaker.mode !== "open")) {
      return 0;
    }
    if (!failure.passing && others.length === 0) return null;
    this.#failedAt.clear();
    this.#rounds++;
    this.#isOwnFault = answeredAtMs >= this.#roundAtMs;
    this.#roundAtMs = nowMs;
    // A busy endpoint is waited for as long as it answers anybody.
    const waits = failure.kind === "busy" && this.#isOwnFault;
    if (this.#rounds >= policy.maxAttempts && !waits) return null;
    // What the server asked for is kept by its breaker.
    return retryDelayMs(this.#rounds - 1, null, policy, random);
  }
}
