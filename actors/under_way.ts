/**
 * Requests under way, by task, so that those a stop rule has made needless can be ended.
 *
 * @module
 */
import type { Unit } from "./unit.ts";

/** A request under way; disposed of when it has ended. */
export interface RequestUnderWay extends Disposable {
  /** Aborts when the request has become needless; the reason says why. */
  readonly signal: AbortSignal;
}

interface Held {
  readonly unit: Unit;
  readonly stop: AbortController;
}

/** The requests of a generation that wait for their reply. */
export class UnderWay {
  readonly #byTask = new Map<string, Set<Held>>();

  /** Takes in a request about to be made. */
  begin(unit: Unit): RequestUnderWay {
    const held = { unit, stop: new AbortController() };
    const ofTask = this.#byTask.get(unit.taskId) ?? new Set();
    this.#byTask.set(unit.taskId, ofTask.add(held));
    return {
      signal: held.stop.signal,
      [Symbol.dispose]: () => {
        ofTask.delete(held);
      },
    };
  }

  /** Ends the requests of a task that are needless. */
  end(taskId: string, isNeedless: (unit: Unit) => boolean): void {
    for (const { unit, stop } of this.#byTask.get(taskId) ?? []) {
      if (!isNeedless(unit)) continue;
      stop.abort(new DOMException(`task ${taskId} is asked nothing more`, "AbortError"));
    }
  }
}
