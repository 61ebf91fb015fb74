/**
 * Numbers as grids: a natural number travels as one row of its digits, which is all that the sandbox
 * lets in and out.
 *
 * @module
 */
import type { Grid } from "../../mod.ts";

/** A row of digits. @throws {RangeError} unless the number is natural and below 10^30 */
export function gridOf(number: bigint): Grid {
  const text = number.toString();
  if (!/^\d{1,30}$/.test(text)) {
    throw new RangeError(`Cannot write ${text}: expected a natural number of at most 30 digits`);
  }
  return [Array.from(text, Number)];
}

/** The number that a grid stands for; null where it has more than one row. */
export function numberOf(grid: Grid): bigint | null {
  return grid.length === 1 ? BigInt(grid[0].join("")) : null;
}

/** Put behind a program that defines `term(n)`: what the sandbox calls. */
export const HARNESS = `

def transform(grid):
    value = term(int("".join(str(digit) for digit in grid[0])))
    if type(value) is not int or value < 0:
        raise ValueError("expected a natural number, got %r" % (value,))
    return [[int(digit) for digit in str(value)]]
`;
