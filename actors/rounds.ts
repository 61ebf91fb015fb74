/**
 * SOAR's phases, for comparison with the stream: all samples are asked for, then all are executed,
 * then `window` refinements of every task are asked for, then these are executed, and so on.
 *
 * Counts only; {@link Admission} tells it what has happened, and `PhaseHolder` keeps the programs of
 * a round until all of it is answered.
 *
 * @module
 */
import type { Unit } from "./unit.ts";

/** The rounds of one generation. */
export class Rounds {
  readonly #window: number;
  readonly #unanswered: Set<Unit>[] = [];
  readonly #open: Set<Unit>[] = [];
  #current = 0;
  #onAsked: () => void = () => {};

  /** @param window requests of a task in a round of refinement, at least 1 */
  constructor(window: number) {
    this.#window = window;
  }

  /** Takes a unit of the generation in, before anything is answered. */
  add(unit: Unit): void {
    const round = this.#roundOf(unit);
    (this.#unanswered[round] ??= new Set()).add(unit);
    (this.#open[round] ??= new Set()).add(unit);
  }

  /** Whether a unit's round has begun: all of the rounds before it have ended. */
  isDue(unit: Unit): boolean {
    return this.#roundOf(unit) <= this.#now();
  }

  /** Whether all requests of the present round have been answered, so that it may be executed. */
  get isAsked(): boolean {
    return (this.#unanswered[this.#now()]?.size ?? 0) === 0;
  }

  /** Called whenever {@link Rounds.isAsked} may have become true. */
  set onAsked(listener: () => void) {
    this.#onAsked = listener;
  }

  /** The request has its reply, or will have none. */
  answer(unit: Unit): void {
    this.#unanswered[this.#roundOf(unit)].delete(unit);
    if (this.isAsked) this.#onAsked();
  }

  /** All of the unit's programs are evaluated, or there are none. */
  end(unit: Unit): void {
    this.#open[this.#roundOf(unit)].delete(unit);
    this.answer(unit);
  }

  #roundOf({ operator, draw }: Unit): number {
    return operator === "sample" ? 0 : 1 + Math.floor(draw / this.#window);
  }

  #now(): number {
    while (this.#current < this.#open.length && (this.#open[this.#current]?.size ?? 0) === 0) {
      this.#current++;
    }
    return this.#current;
  }
}
