/**
 * A route: one model at one endpoint, with its limit (limit.ts), its breaker (breaker.ts) and what is
 * under way there. It sends single attempts and learns from them; whom to ask is pool.ts's business.
 *
 * @module
 */
import { breaker, BREAKER_START, type BreakerState, isLost } from "./breaker.ts";
import { type CompletionRequest, ModelError, type SamplingFields } from "./client.ts";
import {
  type Answer,
  ask,
  type Capabilities,
  chatBody,
  type Endpoint,
} from "./completion_client.ts";
import { aimd, type AimdBounds, aimdStart, type AimdState } from "./limit.ts";
import type { RetryPolicy } from "./retry.ts";
import type { ServerLoad } from "./server_load.ts";

/** How to ask one model at one endpoint. */
export interface RouteOptions {
  /** Told apart by it in journal and SQL. */
  readonly name: string;
  /** Where requests are sent. */
  readonly endpoint: Endpoint;
  /** Name the endpoint knows a generation's model by. */
  readonly modelOf: (generation: number) => string;
  /** Sent with every request, whatever it was admitted with. */
  readonly sampling: SamplingFields;
  /** Share of requests relative to the others, above 0. */
  readonly weight: number;
  /** Requests in flight. */
  readonly bounds: AimdBounds;
  /** Tries until it is taken for lost. @default the pool's */
  readonly maxAttempts?: number;
  /** Null where it could not be asked yet: {@link RouteOptions.probe} is, once it answers. */
  readonly capabilities: Capabilities | null;
  /** Finds out what it can do. @throws {ModelError} */
  readonly probe: (signal: AbortSignal) => Promise<Capabilities>;
  /** Has it take on a generation's model before that is asked. @default nothing to take on */
  readonly prepare?: (generation: number, signal: AbortSignal) => Promise<void>;
  /** Its server's word on its load; null where it gives none. @default none */
  readonly readLoad?: (signal: AbortSignal) => Promise<ServerLoad | null>;
}

/** What a route is asked in a health check: the least that shows that it completes prompts. */
const CHECK = {
  messages: [{ role: "user", content: "Say yes." }],
  n: 1,
  seed: 1,
} as const;

/** A route and what is known of it. */
export class Route {
  /** How it was made. */
  readonly options: RouteOptions;
  readonly #policy: RetryPolicy;
  readonly #now: () => number;
  #capabilities: Capabilities | null;
  #breaker: BreakerState;
  #aimd: AimdState;
  #inFlight = 0;
  /** Versions it has taken on: requests of the last one may still be asked beside the newest. */
  readonly #prepared = new Set<number>();
  #lastFailure: ModelError | null = null;

  /**
   * Asks nothing yet; where its capabilities are unknown its breaker begins open.
   *
   * @param now clock in ms
   */
  constructor(options: RouteOptions, policy: RetryPolicy, now: () => number) {
    this.options = options;
    this.#policy = { ...policy, maxAttempts: options.maxAttempts ?? policy.maxAttempts };
    this.#now = now;
    this.#capabilities = options.capabilities;
    this.#aimd = aimdStart(options.bounds);
    this.#breaker = BREAKER_START;
    if (options.capabilities === null) {
      this.fail(new ModelError("unreachable", `endpoint ${options.name} did not answer yet`), true);
    }
  }

  /** Told apart by it in journal and SQL. */
  get name(): string {
    return this.options.name;
  }
  /** Whether it is asked, left alone or tried. */
  get breaker(): BreakerState {
    return this.#breaker;
  }
  /** Requests under way. */
  get inFlight(): number {
    return this.#inFlight;
  }
  /** Why it last failed; null when it never did. */
  get lastFailure(): ModelError | null {
    return this.#lastFailure;
  }

  /** Whether it has been away for as long as a request is tried. */
  get isLost(): boolean {
    return isLost(this.#breaker, this.#now(), this.#policy);
  }

  /** Requests it may have in flight now. */
  get limit(): number {
    if (this.#breaker.mode === "open") return 0;
    return this.#breaker.mode === "trial" ? 1 : Math.floor(this.#aimd.limit);
  }

  /** Whether it may be sent a request for a generation now. */
  canTake(generation: number): boolean {
    return this.#inFlight < this.limit && this.isPrepared(generation);
  }

  /** Whether it has a generation's model. */
  isPrepared(generation: number): boolean {
    return this.options.prepare === undefined || this.#prepared.has(generation);
  }

  /** Has it take on a generation's model. @throws {ModelError} which also opens its breaker */
  async prepare(generation: number, signal: AbortSignal): Promise<void> {
    if (this.isPrepared(generation)) return;
    try {
      await this.options.prepare!(generation, signal);
      this.#prepared.add(generation);
    } catch (error) {
      if (error instanceof ModelError) this.fail(error, true);
      throw error;
    }
  }

  /** Takes a place; {@link Route.attempt} gives it back. */
  enter(): void {
    this.#inFlight++;
  }

  /** Sends one attempt for the completions missing after `had`. @throws {ModelError} */
  async attempt(
    request: CompletionRequest,
    had: number,
    signal?: AbortSignal,
  ): Promise<Answer & { latencyMs: number }> {
    const startedAtMs = this.#now();
    const inFlight = this.#inFlight;
    const { endpoint, sampling, modelOf } = this.options;
    const asked = { ...request, ...sampling, model: modelOf(request.generation ?? 0) };
    try {
      const body = chatBody(asked, had, this.#capabilities!);
      const answer = await ask(endpoint, body, signal);
      const endedAtMs = this.#now();
      this.#limitBy({ kind: "ok", startedAtMs, endedAtMs, inFlight });
      this.#breaker = breaker(this.#breaker, { kind: "ok" }, this.#policy);
      return { ...answer, latencyMs: endedAtMs - startedAtMs };
    } catch (error) {
      if (error instanceof ModelError) this.#failed(error, startedAtMs, inFlight);
      throw error;
    } finally {
      this.#inFlight--;
    }
  }

  /** Asks the least it can be asked; an open route is then on trial, or open for longer. */
  async check(generation: number, signal: AbortSignal): Promise<void> {
    const { endpoint, sampling, modelOf, probe } = this.options;
    try {
      this.#capabilities ??= await probe(signal);
      if (!this.isPrepared(generation)) {
        await this.options.prepare!(generation, signal);
        this.#prepared.add(generation);
      }
      const asked = { ...CHECK, ...sampling, maxTokens: 1, model: modelOf(generation) };
      await endpoint.chat(chatBody(asked, 0, this.#capabilities), signal);
      this.#breaker = breaker(this.#breaker, { kind: "healthy" }, this.#policy);
    } catch (error) {
      if (error instanceof ModelError) this.#lastFailure = error;
      const retryAfterMs = error instanceof ModelError ? error.retryAfterMs : undefined;
      const event = { kind: "unhealthy", atMs: this.#now(), retryAfterMs } as const;
      this.#breaker = breaker(this.#breaker, event, this.#policy);
      if (!(error instanceof ModelError) && !signal.aborted) throw error;
    }
  }

  /** Takes the server's word on its load; false where it gives none. */
  async look(signal: AbortSignal): Promise<boolean> {
    const load = await this.options.readLoad?.(signal) ?? null;
    if (load) this.#limitBy({ kind: "load", atMs: this.#now(), load });
    return load !== null;
  }

  /** Notes a failure that was no attempt's. @param atOnce whether it opens the breaker by itself */
  fail(error: ModelError, atOnce: boolean): void {
    const at = this.#now();
    this.#lastFailure = error;
    this.#breaker = breaker(this.#breaker, {
      kind: "failed",
      startedAtMs: at,
      endedAtMs: at,
      retryAfterMs: error.retryAfterMs ?? (atOnce ? 0 : undefined),
    }, this.#policy);
  }

  #failed(error: ModelError, startedAtMs: number, inFlight: number): void {
    const endedAtMs = this.#now();
    if (error.kind === "refused") {
      this.#breaker = breaker(this.#breaker, { kind: "ok" }, this.#policy);
      return;
    }
    this.#lastFailure = error;
    if (error.kind === "busy" || error.kind === "timeout") {
      this.#limitBy({ kind: "busy", startedAtMs, endedAtMs, inFlight });
    }
    const { retryAfterMs } = error;
    const final = error.kind === "unauthorised";
    const event = { kind: "failed", startedAtMs, endedAtMs, retryAfterMs, final } as const;
    this.#breaker = breaker(this.#breaker, event, this.#policy);
  }

  #limitBy(event: Parameters<typeof aimd>[1]): void {
    this.#aimd = aimd(this.#aimd, event, this.options.bounds);
  }
}
