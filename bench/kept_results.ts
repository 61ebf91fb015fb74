/**
 * Results of finished runs in a small file, so that an interrupted benchmark goes on.
 *
 * @module
 */
import type { RunResult } from "./run_result.ts";

/** What the file holds. */
interface Kept {
  readonly format: 1;
  /** What the results were made with; others are not mixed with them. */
  readonly made: string;
  readonly results: Record<string, RunResult>;
}

/** Results by name of run; written at each `set`. */
export class KeptResults {
  readonly #path: string;
  readonly #kept: Kept;

  /**
   * @param made a text that says with what settings the results are made
   * @throws RangeError when the file's results were made with others
   */
  constructor(path: string, made: string) {
    this.#path = path;
    this.#kept = readKept(path) ?? { format: 1, made, results: {} };
    if (this.#kept.made !== made) {
      throw new RangeError(
        `${path} holds results of ${this.#kept.made}, not of ${made}: remove its folder, or keep elsewhere`,
      );
    }
  }

  get size(): number {
    return Object.keys(this.#kept.results).length;
  }

  get(name: string): RunResult | undefined {
    return this.#kept.results[name];
  }

  set(name: string, result: RunResult): void {
    this.#kept.results[name] = result;
    Deno.writeTextFileSync(`${this.#path}.tmp`, JSON.stringify(this.#kept) + "\n");
    Deno.renameSync(`${this.#path}.tmp`, this.#path);
  }
}

function readKept(path: string): Kept | null {
  let kept: Kept;
  try {
    kept = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (kept.format !== 1) throw new RangeError(`${path}: format ${kept.format}, expected 1`);
  return kept;
}
