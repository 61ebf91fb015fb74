/**
 * Turns at a database: who may ask now, in order of asking.
 *
 * @module
 */
import type { End } from "./store_end.ts";

/** A fixed number of places, each one question's at a time. */
export class Turns {
  readonly #free: number[];
  readonly #waiting: ((place: number) => void)[] = [];

  constructor(places: number) {
    this.#free = Array.from({ length: places }, (_, place) => place);
  }

  /**
   * A place of one's own; {@link give} it back.
   *
   * @param leave makes the error of one who leaves the line by `signal`
   * @param end comes when nobody will get a turn any more
   */
  async take(
    signal: AbortSignal | undefined,
    leave: () => Error,
    end: End,
  ): Promise<number> {
    if (signal?.aborted) throw leave();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const turn = Promise.withResolvers<number>();
    const stepOut = () => {
      const at = this.#waiting.indexOf(turn.resolve);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      turn.reject(leave());
    };
    this.#waiting.push(turn.resolve);
    signal?.addEventListener("abort", stepOut);
    try {
      return await end.before(turn.promise);
    } finally {
      signal?.removeEventListener("abort", stepOut);
    }
  }

  /** Hands a place to who waits longest. */
  give(place: number): void {
    const next = this.#waiting.shift();
    if (next) next(place);
    else this.#free.push(place);
  }
}
