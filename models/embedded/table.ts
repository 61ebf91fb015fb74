/**
 * Fitted tables: from the key of a cell to its output colour, learned from the train pairs.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";
import { sameShape } from "./parts/cells.ts";
import type { Cells, Keys } from "./value.ts";

/** Colour by key; keys whose colour is that of their base are left out. */
export type Table = ReadonlyMap<string, number>;

/** A table and what it was learned from. */
export interface Fitted {
  readonly table: Table;
  /** Every key that a train cell has. */
  readonly seen: ReadonlySet<string>;
}

/** Most entries a table may have, so that programs stay readable. */
export const MAX_ENTRIES = 120;

/** Fewest train cells a key must stand for on average; below that a table repeats the outputs. */
const CELLS_A_KEY = 2;

/**
 * The table that is right on most train cells.
 *
 * @returns null when shapes differ, or when it would be a copy of the outputs rather than a rule
 */
export function fitTable(keys: readonly Keys[], outputs: readonly Grid[]): Fitted | null {
  const votes = new Map<string, { base: number; count: number[] }>();
  let cells = 0;
  for (const [i, { keys: texts, base }] of keys.entries()) {
    const output = outputs[i];
    if (!sameShape(base, output)) return null;
    cells += output.length * output[0].length;
    for (let r = 0; r < output.length; r++) {
      for (let c = 0; c < output[r].length; c++) {
        let vote = votes.get(texts[r][c]);
        if (!vote) {
          vote = { base: base[r][c], count: new Array(10).fill(0) };
          votes.set(texts[r][c], vote);
        }
        vote.count[output[r][c]]++;
      }
    }
  }
  if (votes.size * CELLS_A_KEY > cells) return null;
  const table = new Map<string, number>();
  for (const key of [...votes.keys()].sort()) {
    const { base, count } = votes.get(key)!;
    const colour = count.indexOf(Math.max(...count));
    if (colour !== base) table.set(key, colour);
  }
  return table.size <= MAX_ENTRIES ? { table, seen: new Set(votes.keys()) } : null;
}

/** Whether a cell has a key that no train cell has: what the table says of it is a guess. */
export function meetsNewKeys({ seen }: Fitted, { keys }: Keys): boolean {
  return keys.some((row) => row.some((key) => !seen.has(key)));
}

/** The grid a table gives for keys. */
export function lookUp(table: Table, { keys, base }: Keys): Cells {
  return base.map((row, r) => row.map((v, c) => table.get(keys[r][c]) ?? v));
}

/** Python of the look-up, and of reading the entries of a table from text. */
export const TABLE_PARTS: Readonly<Record<string, string>> = {
  entries: `
def entries(text):
    return {key: int(colour) for key, colour in (pair.split(":") for pair in text.split())}`,
  look_up: `
def look_up(table, keys, base):
    return [[table.get(k, v) for k, v in zip(p, q)] for p, q in zip(keys, base)]`,
};

/** Python statements that fill the dict `table`; entries are blank-separated `key:colour` pairs. */
export function tableStatements(table: Table): string[] {
  const statements = ["table = {}"];
  let line = "";
  const flush = () => {
    if (line) statements.push(`table.update(entries("${line}"))`);
  };
  for (const [key, colour] of table) {
    const entry = `${key}:${colour}`;
    if (line.length + entry.length > 60) {
      flush();
      line = "";
    }
    line += (line && " ") + entry;
  }
  flush();
  return statements;
}
