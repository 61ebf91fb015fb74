/**
 * A candidate's grids in the terminal: input, what was expected where the run may know it, and what
 * the program gave, side by side.
 *
 * @module
 */
import { decodeGrid, type Grid, gridsEqual } from "../mod.ts";
import { textWidth } from "./text_width.ts";

/** Grids of a task in compact text. */
export interface ShownGrids {
  readonly train: readonly (readonly [input: string, output: string])[];
  readonly testInputs: readonly string[];
  /** Null where the run does not know them. */
  readonly testOutputs: readonly string[] | null;
}

/** How grids are shown. */
export interface GridStyle {
  readonly color: boolean;
  /** Width of the terminal; what does not fit beside one another stands below. */
  readonly columns: number;
  /** Most inputs shown. */
  readonly inputs: number;
}

/** ARC's ten colours as backgrounds of the 256-colour palette: black, blue, red, green, … */
const BACKGROUNDS = [16, 26, 160, 40, 220, 247, 199, 208, 117, 88];

/** Numbers are black upon these, white upon the others. */
const LIGHT = new Set([3, 4, 5, 7, 8]);

/** Between grids. */
const GAP = "   ";

/** An input of a task with what should and what did come of it. */
interface Case {
  readonly name: string;
  readonly input: Grid;
  readonly expected: Grid | null;
  readonly predicted: Grid | null;
}

/**
 * The grids of one candidate, the inputs it gets wrong first.
 *
 * @param outputs train outputs then test outputs; null where there was none
 */
export function gridView(
  task: ShownGrids,
  outputs: readonly (string | null)[],
  style: GridStyle,
): string {
  const cases = casesOf(task, outputs);
  const chosen = [...cases.filter(isWrong), ...cases.filter((one) => !isWrong(one))]
    .slice(0, style.inputs);
  const more = cases.length - chosen.length;
  const left = more > 0 ? [`(${more} more inputs: --grids ${cases.length})`] : [];
  return [...chosen.map((one) => caseText(one, style)), ...left].join("\n");
}

function casesOf(task: ShownGrids, outputs: readonly (string | null)[]): Case[] {
  const decoded = (text: string | null | undefined) => text ? decodeGrid(text) : null;
  const train = task.train.map(([input, output], i) => ({
    name: `train ${i + 1}`,
    input: decodeGrid(input),
    expected: decoded(output),
    predicted: decoded(outputs[i]),
  }));
  const tests = task.testInputs.map((input, i) => ({
    name: `test ${i + 1}`,
    input: decodeGrid(input),
    expected: decoded(task.testOutputs?.[i]),
    predicted: decoded(outputs[task.train.length + i]),
  }));
  return [...train, ...tests];
}

function isWrong({ expected, predicted }: Case): boolean {
  if (predicted === null) return true;
  return expected !== null && !gridsEqual(expected, predicted);
}

function caseText(one: Case, style: GridStyle): string {
  const { name, input, expected, predicted } = one;
  const blocks = [
    block(`${name} input`, input, null, style),
    ...(expected ? [block("expected", expected, null, style)] : []),
    predicted ? block(`predicted${verdict(one)}`, predicted, expected, style) : [`predicted: none`],
  ];
  return beside(blocks, style.columns);
}

function verdict(one: Case): string {
  if (one.expected === null) return "";
  return isWrong(one) ? ", wrong" : ", right";
}

/** A heading and a line a row; cells that differ from `beside` are marked. */
function block(heading: string, grid: Grid, expected: Grid | null, { color }: GridStyle): string[] {
  const comparable = expected?.length === grid.length && expected[0].length === grid[0].length;
  const rows = grid.map((row, r) =>
    row.map((cell, c) => {
      const differs = comparable && expected[r][c] !== cell;
      return color ? colored(cell, differs) : `${cell}${differs ? "!" : " "}`;
    }).join("")
  );
  return [`${heading} ${grid.length}×${grid[0].length}`, ...rows];
}

function colored(cell: number, differs: boolean): string {
  const ink = LIGHT.has(cell) ? 16 : 231;
  return `\x1b[48;5;${BACKGROUNDS[cell]};38;5;${ink}m${differs ? "><" : "  "}\x1b[0m`;
}

/** Blocks beside one another, or below where the terminal is too narrow. */
function beside(blocks: readonly string[][], columns: number): string {
  const widths = blocks.map((lines) => Math.max(...lines.map(shownWidth)));
  const all = widths.reduce((sum, width) => sum + width, GAP.length * (blocks.length - 1));
  if (all > columns) return blocks.map((lines) => lines.join("\n")).join("\n");
  const height = Math.max(...blocks.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    blocks.map((lines, b) => {
      const line = lines[i] ?? "";
      return line + " ".repeat(widths[b] - shownWidth(line));
    }).join(GAP).trimEnd()).join("\n");
}

function shownWidth(line: string): number {
  // deno-lint-ignore no-control-regex -- colours take no room
  return textWidth(line.replaceAll(/\x1b\[[\d;]*m/g, ""));
}
