/**
 * The values that plans compute with, and when one is legal.
 *
 * @module
 */
import { MAX_SIDE } from "../../data/grid.ts";

/** A rectangle of integers: colours 0..9 in a grid, -1..1022 in a feature grid. */
export type Cells = readonly (readonly number[])[];

/** A cell's place. */
export type Place = readonly [row: number, column: number];

/** Groups of cells of one grid; places of a group are in reading order. */
export interface Objects {
  readonly grid: Cells;
  readonly items: readonly (readonly Place[])[];
}

/** A number for each cell, to look up in a fitted table, and what a cell may be copied from. */
export interface Keys {
  /** One whole number from 0 on a cell. */
  readonly codes: Cells;
  /** Grids of one shape; the first answers where the table does not. */
  readonly sources: readonly Cells[];
  /** How a program writes a code: another text for each. */
  readonly text: (code: number) => string;
}

/** What a value of each kind is. */
export interface ValueOf {
  grid: Cells;
  features: Cells;
  objects: Objects;
  pieces: readonly Cells[];
  keys: Keys;
  colour: number;
  int: number;
}

/** Name of a kind of value. */
export type Kind = keyof ValueOf;

/** Any value. */
export type Value = ValueOf[Kind];

/** Largest number of groups or pieces a value may hold; more are noise, not objects. */
export const MAX_ITEMS = 200;

/** Largest number of a feature; three of them make a small integer. */
export const MAX_FEATURE = 1022;

/** Whether `value` is a legal value of its kind: shapes within 30, colours within 0..9. */
export function isLegal(kind: Kind, value: Value | null): boolean {
  if (value === null) return false;
  switch (kind) {
    case "grid":
      return isRectangle(value as Cells, 0, 9);
    case "features":
      return isRectangle(value as Cells, -1, MAX_FEATURE);
    case "objects":
      return (value as Objects).items.length <= MAX_ITEMS;
    case "pieces":
      return (value as Cells[]).length <= MAX_ITEMS &&
        (value as Cells[]).every((piece) => isRectangle(piece, 0, 9));
    case "keys":
      return (value as Keys).sources.every((source) => isRectangle(source, 0, 9));
    case "colour":
      return isWithin(value as number, 0, 9);
    case "int":
      return isWithin(value as number, 0, MAX_SIDE * MAX_SIDE);
  }
}

/** Whether two numbers, or two nestings of arrays of numbers, are equal. */
export function valuesEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => valuesEqual(item, b[i]));
  }
  return false;
}

function isRectangle(cells: Cells, least: number, most: number): boolean {
  if (cells.length < 1 || cells.length > MAX_SIDE) return false;
  const width = cells[0].length;
  if (width < 1 || width > MAX_SIDE) return false;
  for (const row of cells) {
    if (row.length !== width) return false;
    for (let c = 0; c < width; c++) if (!isWithin(row[c], least, most)) return false;
  }
  return true;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
