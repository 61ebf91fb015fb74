/**
 * Fitted tables: from the key of a cell to its output colour, learned from the train pairs.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";
import { sameShape } from "./parts/cells.ts";
import type { Cells, Keys } from "./value.ts";

/** What becomes of cells, by their code. */
export interface Table {
  /** A colour from 0 on, or -1, -2, … for the first, second, … source; the first is left out. */
  readonly choices: ReadonlyMap<number, number>;
  readonly text: (code: number) => string;
}

/** A table and what it was learned from. */
export interface Fitted {
  readonly table: Table;
  /** Every code that a train cell has. */
  readonly seen: ReadonlySet<number>;
}

/** Most entries a table may have, so that programs stay readable. */
export const MAX_ENTRIES = 120;

/** Fewest train cells a key must stand for on average; below that a table repeats the outputs. */
const CELLS_A_KEY = 2;

/**
 * The table that is right on most train cells. Of equals the first source is preferred to the
 * other sources, and these to a fixed colour: what is copied holds for other colours too.
 *
 * @returns null when shapes differ, or when it would be a copy of the outputs rather than a rule
 */
export function fitTable(keys: readonly Keys[], outputs: readonly Grid[]): Fitted | null {
  const votes = new Map<number, number[]>();
  const { text, sources: { length } } = keys[0];
  let cells = 0;
  for (const [i, { codes, sources }] of keys.entries()) {
    const output = outputs[i];
    if (!sameShape(codes, output) || sources.length !== length) return null;
    cells += output.length * output[0].length;
    for (let r = 0; r < output.length; r++) {
      const line = codes[r];
      for (let c = 0; c < line.length; c++) {
        let vote = votes.get(line[c]);
        if (vote === undefined) votes.set(line[c], vote = new Array(10 + length).fill(0));
        const colour = output[r][c];
        vote[length + colour]++;
        for (let s = 0; s < length; s++) if (sources[s][r][c] === colour) vote[s]++;
      }
    }
  }
  if (votes.size * CELLS_A_KEY > cells) return null;
  const choices = new Map<number, number>();
  for (const [code, vote] of votes) {
    let best = 0;
    for (let i = 1; i < vote.length; i++) if (vote[i] > vote[best]) best = i;
    if (best > 0) choices.set(code, best < length ? -1 - best : best - length);
  }
  if (choices.size > MAX_ENTRIES) return null;
  return { table: { choices, text }, seen: new Set(votes.keys()) };
}

/** Whether a cell has a key that no train cell has: what the table says of it is a guess. */
export function meetsNewKeys({ seen }: Fitted, { codes }: Keys): boolean {
  return codes.some((row) => row.some((code) => !seen.has(code)));
}

/** The grid a table gives for keys. */
export function lookUp({ choices }: Table, { codes, sources }: Keys): Cells {
  return codes.map((row, r) =>
    row.map((code, c) => {
      const choice = choices.get(code) ?? -1;
      return choice >= 0 ? choice : sources[-1 - choice][r][c];
    })
  );
}

/** Python of the look-up, and of reading the entries of a table from text. */
export const TABLE_PARTS: Readonly<Record<string, string>> = {
  entries: `
def entries(text):
    return {key: int(choice) for key, choice in (pair.split(":") for pair in text.split())}`,
  look_up: `
def look_up(table, keys, sources):
    def cell(r, c):
        choice = table.get(keys[r][c], -1)
        return choice if choice >= 0 else sources[-1 - choice][r][c]
    return [[cell(r, c) for c in range(len(row))] for r, row in enumerate(keys)]`,
};

/** Python statements that fill the dict `table`; entries are blank-separated `key:colour` pairs. */
export function tableStatements(table: Table): string[] {
  const statements = ["table = {}"];
  let line = "";
  const flush = () => {
    if (line) statements.push(`table.update(entries("${line}"))`);
  };
  const written = Array.from(table.choices, ([code, choice]) => `${table.text(code)}:${choice}`);
  for (const entry of written.sort()) {
    if (line.length + entry.length > 60) {
      flush();
      line = "";
    }
    line += (line && " ") + entry;
  }
  flush();
  return statements;
}
