/**
 * Lines that two texts share, and those that only one has.
 *
 * @module
 */

/** A line, and where it is: in both (` `), only in the old (`-`) or the new text (`+`). */
export type DiffLine = readonly [sign: " " | "-" | "+", line: string];

/** Longest text compared; the table grows with the product of the lines. */
const MAX_LINES = 1_000;

/** The shortest way from one text to another, by a longest common subsequence of lines. */
export function textDiff(before: string, after: string): DiffLine[] {
  const a = before.split("\n").slice(0, MAX_LINES);
  const b = after.split("\n").slice(0, MAX_LINES);
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([" ", a[i++]]);
      j++;
    } else if (
      j >= b.length || i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1]
    ) {
      lines.push(["-", a[i++]]);
    } else lines.push(["+", b[j++]]);
  }
  return lines;
}
