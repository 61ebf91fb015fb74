/**
 * What every actor is: a name, a state, its events, and a life of run, drain, stop.
 *
 * An actor is given half-channels and collaborators, never the engine. It accepts messages from its
 * inbox and ends each exactly once: a result, a failure or a cancellation.
 *
 * @module
 */
import { Subject } from "rxjs";
import type { Noted } from "../data/records.ts";
import type { EventStream } from "../streams/event_stream.ts";

/** Where an actor is in its life. */
export type ActorState =
  | { readonly status: "idle" | "running" | "draining" }
  | { readonly status: "stopped"; readonly reason: string }
  | { readonly status: "failed"; readonly error: unknown };

/** A part of the pipeline. */
export interface Actor {
  /** Name in events and journal. */
  readonly name: string;
  /** Where it is in its life. */
  readonly state: ActorState;
  /** What it has to tell beside its messages; completes when it has ended. */
  readonly events$: EventStream<Noted>;
  /** Works until its inbox is closed and all of it is done. Rejects when it failed. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the work accepted so far is done; its inbox must have been closed. */
  drain(): Promise<void>;
  /** Stops at once; what is under way is cancelled. */
  stop(reason: string): void;
}

/** The life that all actors share; subclasses say what the work is. */
export abstract class PipelineActor implements Actor {
  /** Name in events and journal. */
  abstract readonly name: string;
  readonly #events = new Subject<Noted>();
  readonly events$: EventStream<Noted> = this.#events.asObservable();
  readonly #stop = new AbortController();
  #state: ActorState = { status: "idle" };
  #running: Promise<void> | null = null;

  /** Where it is in its life. */
  get state(): ActorState {
    return this.#state;
  }

  /**
   * Works until its inbox is closed and all of it is done; rejects when it failed.
   *
   * @throws TypeError when it has been run before
   */
  run(signal: AbortSignal): Promise<void> {
    if (this.#running) throw new TypeError(`actor ${this.name} runs once`);
    this.#state = { status: "running" };
    this.#running = this.#live(AbortSignal.any([signal, this.#stop.signal]));
    return this.#running;
  }

  async drain(): Promise<void> {
    if (this.#state.status === "running") this.#state = { status: "draining" };
    await this.#running;
  }

  stop(reason: string): void {
    this.#stop.abort(new DOMException(reason, "AbortError"));
  }

  /** Does the work; ends when the inbox does. */
  protected abstract work(signal: AbortSignal): Promise<void>;

  /** Tells an event. */
  protected emit(
    level: Noted["level"],
    event: string,
    message: string,
    about: { generation?: number; taskId?: string } = {},
  ): void {
    const { generation = null, taskId = null } = about;
    this.#events.next({ kind: "event", level, event, generation, taskId, message });
  }

  async #live(signal: AbortSignal): Promise<void> {
    try {
      await this.work(signal);
      this.#state = { status: "stopped", reason: "done" };
    } catch (error) {
      this.#state = signal.aborted
        ? { status: "stopped", reason: String(signal.reason) }
        : { status: "failed", error };
      throw error;
    } finally {
      this.#events.complete();
    }
  }
}
