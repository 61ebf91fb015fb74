/**
 * Supervision: what becomes of a message whose work threw, and of an actor that failed.
 *
 * A table by error class. A message is tried again with back-off and, if that does not help, set
 * aside, or the run is stopped; a program that fails is a datum and never comes here. Actors that
 * work together fail together: all are ended and built anew from the archive, which is where a
 * resume begins too, so nothing is lost by it.
 *
 * @module
 */
import { JournalError } from "../data/journal_segment.ts";
import { ModelError, type ModelErrorKind } from "../models/client.ts";
import type { Delay } from "../models/retry.ts";
import { ChannelClosedError } from "../streams/channel.ts";
import type { Actor } from "./actor.ts";
import type { Recorder } from "./recorder.ts";
import { ReplayError } from "./replay.ts";

/** What to do about an error of one message. */
export type Verdict = "retry" | "set_aside" | "stop";

/** Times a message is tried in all, and the first pause; each further pause is twice as long. */
export const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

/** Restarts in a row without a program evaluated in between, and the first pause, also doubled. */
export const MAX_RESTARTS = 3;
const FIRST_RESTART_MS = 500;

/**
 * What an error means for its message. The disk, a lost endpoint and a run that cannot be followed
 * concern all messages; everything else this one.
 */
export function verdictOn(error: unknown): Verdict {
  if (isForAll(error)) return "stop";
  // models/ has retried already; asking yet again would multiply.
  return error instanceof ModelError ? "set_aside" : "retry";
}

/** Failures that say nothing of other requests. */
const OF_ONE_REQUEST: ReadonlySet<ModelErrorKind> = new Set(["refused", "bad_reply", "exhausted"]);

function isForAll(error: unknown): boolean {
  if (error instanceof ModelError) return !OF_ONE_REQUEST.has(error.kind);
  return error instanceof JournalError || error instanceof ReplayError;
}

/** Options of {@link supervise}. */
export interface SuperviseOptions<R> {
  /**
   * Ends the message when it is set aside, or throws when the fault is not the message's own: then
   * its actor fails.
   */
  readonly setAside: (error: unknown) => R | Promise<R>;
  /** Told before each pause. */
  readonly onRetry: (error: unknown, attempt: number) => void;
  readonly delay: Delay;
}

/** Does one message's work under the table. @throws what the table says stops the run */
export async function supervise<R>(
  work: () => Promise<R>,
  signal: AbortSignal,
  { setAside, onRetry, delay }: SuperviseOptions<R>,
): Promise<R> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      const verdict = verdictOn(error);
      if (verdict === "stop") throw error;
      if (verdict === "set_aside" || attempt === MAX_ATTEMPTS) return await setAside(error);
      onRetry(error, attempt);
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}

/** Options of {@link restarting}. */
export interface RestartingOptions {
  readonly recorder: Recorder;
  readonly generation: number;
  readonly delay: Delay;
  /** Ends the restarting. */
  readonly signal: AbortSignal;
}

/** An actor failed; `cause` is the error. */
class ActorFailure extends Error {
  constructor(name: string, cause: unknown) {
    super(`actor ${name} failed`, { cause });
  }
}

/**
 * Does work by actors, and again with back-off when one of them fails for a reason that may pass.
 *
 * @param once builds its actors anew each time and runs them by {@link together}
 * @throws the failed actor's error, when it stops the run or {@link MAX_RESTARTS} did not help
 */
export async function restarting<R>(
  once: () => Promise<R>,
  { recorder, generation, delay, signal }: RestartingOptions,
): Promise<R> {
  let programs = recorder.archive.size;
  for (let failures = 0;;) {
    try {
      return await once();
    } catch (failure) {
      if (!(failure instanceof ActorFailure)) throw failure;
      const error = failure.cause;
      if (recorder.archive.size > programs) failures = 0;
      programs = recorder.archive.size;
      if (signal.aborted || isForAll(error) || ++failures > MAX_RESTARTS) throw error;
      const pauseMs = FIRST_RESTART_MS * 2 ** (failures - 1);
      await recorder.record({
        kind: "event",
        level: "warning",
        event: "restarted",
        generation,
        taskId: null,
        message: `${failure.message}: ${String(error)}; restart ${failures} of ${MAX_RESTARTS} ` +
          `after ${pauseMs} ms`,
      });
      await delay(pauseMs, signal);
    }
  }
}

/**
 * Runs actors until all have ended; the first failure stops the others.
 *
 * @param start sets them off in reading order; its promises end when they have
 * @throws the reason of the signal, or what {@link restarting} understands
 */
export async function together(
  recorder: Recorder,
  signal: AbortSignal,
  actors: readonly Actor[],
  start: (run: (actor: Actor) => Promise<void>) => Promise<unknown>[],
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const run = (actor: Actor) =>
    actor.run(both).catch((error) => {
      failures.push({ name: actor.name, error });
      throw error;
    });
  for (const actor of actors) recorder.attach(actor.events$);
  await Promise.all(start(run).map((end) => end.catch((error) => stop.abort(error))));
  signal.throwIfAborted();
  if (!stop.signal.aborted) return;
  // Whoever sends to an actor that failed may notice before that actor has said why.
  const first = failures.find(({ error }) => !(error instanceof ChannelClosedError)) ?? failures[0];
  throw first ? new ActorFailure(first.name, first.error) : stop.signal.reason;
}
