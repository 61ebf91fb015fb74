/**
 * The transduction filter: programs that write their outputs down instead of computing them
 * (SOAR appendix F).
 *
 * It compares texts and knows no Python, so it errs on the safe side: short outputs may be found
 * by chance.
 *
 * @module
 */
import type { Grid } from "../data/grid.ts";

/** Longest line of a program that may stay, in characters (SOAR's code). */
export const MAX_LINE = 200;

/** How source and outputs are compared. */
export interface HardCodingOptions {
  /**
   * White space that does not tell a literal apart: `any` finds a literal spread over lines or
   * tabs; `spaces` is the published code's reading, which misses those.
   * @default {"any"}
   */
  readonly ignore?: "any" | "spaces";
}

/**
 * Whether a program is hard-coded: a line over 200 characters, or one of its outputs literally in
 * its source. Brackets are ignored too, so nesting does not matter, unless the task has a 1×1 train
 * output: its digit alone would be found anywhere (SOAR appendix F).
 *
 * @param outputs What the program computed on train and test inputs; null where there is no grid.
 * @param trainOutputs The task's true train outputs.
 */
export function isHardCoded(
  code: string,
  outputs: readonly (Grid | null)[],
  trainOutputs: readonly Grid[],
  options: HardCodingOptions = {},
): boolean {
  const texts = outputs.filter((output) => output !== null).map((output) => JSON.stringify(output));
  return holdsText(code, texts, trainOutputs, options);
}

/**
 * As {@link isHardCoded} with outputs as texts (SOAR appendix F).
 *
 * @param texts E.g. `[[1, 2], [3, 4]]`, or that of an error.
 */
export function holdsText(
  code: string,
  texts: readonly string[],
  trainOutputs: readonly Grid[],
  { ignore = "any" }: HardCodingOptions = {},
): boolean {
  if (code.split("\n").some((line) => line.length > MAX_LINE && [...line].length > MAX_LINE)) {
    return true;
  }
  const brackets = !trainOutputs.some((grid) => grid.length === 1 && grid[0].length === 1);
  const bare = (text: string) => {
    const dense = text.replace(ignore === "any" ? /\s+/g : / +/g, "");
    return brackets ? dense.replace(/[[\]]/g, "") : dense;
  };
  const source = bare(code);
  return texts.some((text) => source.includes(bare(text)));
}
