/**
 * Finds the program in a completion.
 *
 * The rule is that of the reference implementation (soar/llm_utils.py): blocks start at ```` ```python ````
 * and one line feed, exactly, and end at the next three backticks; the last block that holds
 * `def transform(` is the program, else the last block. Unlike the reference, the block is kept whole
 * instead of being reduced to its imports and functions, so constants a program reads survive.
 * Nothing is parsed here: whether a block is Python, or defines `transform`, shows when it runs.
 *
 * @module
 */

/** Where a program stands in a completion; `codeOf` (data/program.ts) gives the source. */
export interface Extraction {
  /** Start and end of the block's text, in UTF-16 units. */
  readonly span: readonly [start: number, end: number];
  /** Whether the program uses `np.` without importing numpy as np. */
  readonly addNumpy: boolean;
}

// The reference's fence: a trailing space, a carriage return, `py` or a capital letter do not match.
const FENCE = "```";
const OPENING = FENCE + "python\n";
const NUMPY = "import numpy as np";

/** The text of the block that holds the program, or null when there is no closed python block. */
export function chosenBlock(text: string): string | null {
  const span = chosenSpan(text);
  return span && text.slice(...span);
}

/**
 * Finds the program of a completion; null only when it has no closed python block.
 *
 * A block without `def transform(` is given too, as in the reference: running it tells why it fails.
 */
export function extractProgram(text: string): Extraction | null {
  const span = chosenSpan(text);
  return span && { span, addNumpy: lacksNumpy(text.slice(...span)) };
}

function chosenSpan(text: string): [start: number, end: number] | null {
  let last: [number, number] | null = null;
  let defining: [number, number] | null = null;
  for (let from = 0;;) {
    const opening = text.indexOf(OPENING, from);
    if (opening < 0) break;
    const start = opening + OPENING.length;
    const end = text.indexOf(FENCE, start);
    if (end < 0) break;
    last = [start, end];
    if (text.slice(start, end).includes("def transform(")) defining = last;
    from = end + FENCE.length;
  }
  return defining ?? last;
}

/** As the reference decides after its reduction, which loses comments: whole-line ones do not count. */
function lacksNumpy(block: string): boolean {
  const code = block.replace(/^[ \t]*#.*$/gm, "");
  return code.includes("np.") && !code.includes(NUMPY);
}
