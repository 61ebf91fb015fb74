/**
 * Programs for benchmarks and differential tests, made from templates of our own.
 *
 * They stand for what a model writes: numpy, scipy.ndimage or plain Python, a few functions, and the
 * usual flaws. The same seed gives the same programs. They solve no task.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";

/** The richest library a program imports. */
export type Kind = "pure" | "numpy" | "ndimage";

/** What is wrong with a program. */
export type Flaw = "none" | "exception" | "wrong_type" | "syntax" | "loop" | "memory";

/** A program and the inputs it is to be run on. */
export interface CorpusProgram {
  readonly code: string;
  readonly kind: Kind;
  readonly flaw: Flaw;
  readonly inputs: readonly Grid[];
}

/** Draws from a random source. */
export class Dice {
  readonly #random: () => number;

  /** @param random 0 ≤ x < 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A whole number low..high, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** A colour other than the background. */
  colour(): number {
    return this.whole(1, 9);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.whole(0, values.length - 1)];
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** `n` different values in random order; all when there are fewer. */
  some<T>(values: readonly T[], n: number): T[] {
    const left = [...values];
    const taken: T[] = [];
    while (taken.length < n && left.length > 0) {
      taken.push(...left.splice(this.whole(0, left.length - 1), 1));
    }
    return taken;
  }
}

/** A function from grid to grid, as a program would define it. */
export interface Step {
  readonly name: string;
  /** `list`: takes and gives lists of rows; `array`: numpy arrays. */
  readonly of: "list" | "array";
  readonly kind: Kind;
  /** Its source, under the name `f`. */
  write(f: string, dice: Dice): string;
}

/** Inputs of a made-up task: two to four demonstrations and a test input. */
export function makeInputs(dice: Dice): Grid[] {
  const background = dice.chance(0.8) ? 0 : dice.colour();
  const colours = Array.from({ length: dice.whole(1, 4) }, () => dice.colour());
  const density = dice.pick([0.1, 0.25, 0.4]);
  return Array.from({ length: dice.whole(3, 5) }, () => {
    const [height, width] = [dice.whole(4, 18), dice.whole(4, 18)];
    return Array.from(
      { length: height },
      () =>
        Array.from(
          { length: width },
          () => dice.chance(density) ? dice.pick(colours) : background,
        ),
    );
  });
}
