/**
 * What can be said of a cell by its place in the box of the object it belongs to.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { boxOf, mapCells } from "../parts/cells.ts";
import type { Objects } from "../value.ts";

/** Operations from objects to numbers for cells; -1 outside of objects. */
export const BOX_FEATURES: readonly Operation[] = [
  operation({
    name: "object_rim",
    takes: ["objects"],
    gives: "features",
    meaning: "1 on the rim of its object's box, 0 within",
    apply: (objects) =>
      onCells(
        objects,
        (r, c, [top, left, h, w]) =>
          Number(r === top || c === left || r === top + h - 1 || c === left + w - 1),
      ),
    python: `
def object_rim(objects):
    return on_cells(objects, lambda r, c, h, w: int(r in (0, h - 1) or c in (0, w - 1)))`,
  }),
  operation({
    name: "object_ring",
    takes: ["objects"],
    gives: "features",
    meaning: "steps to the rim of its object's box",
    apply: (objects) =>
      onCells(
        objects,
        (r, c, [top, left, h, w]) => Math.min(r - top, c - left, top + h - 1 - r, left + w - 1 - c),
      ),
    python: `
def object_ring(objects):
    return on_cells(objects, lambda r, c, h, w: min(r, c, h - 1 - r, w - 1 - c))`,
  }),
  operation({
    name: "object_row",
    takes: ["objects"],
    gives: "features",
    meaning: "row within its object's box",
    apply: (objects) => onCells(objects, (r, _c, [top]) => r - top),
    python: `
def object_row(objects):
    return on_cells(objects, lambda r, c, h, w: r)`,
  }),
  operation({
    name: "object_column",
    takes: ["objects"],
    gives: "features",
    meaning: "column within its object's box",
    apply: (objects) => onCells(objects, (_r, c, [, left]) => c - left),
    python: `
def object_column(objects):
    return on_cells(objects, lambda r, c, h, w: c)`,
  }),
  ...([
    ["row_parity", "whether its row within its object's box is odd", "r % 2"],
    ["column_parity", "whether its column within its object's box is odd", "c % 2"],
    ["checker", "the chessboard within its object's box", "(r + c) % 2"],
    ["row_up", "row from below within its object's box", "h - 1 - r"],
    ["column_back", "column from the right within its object's box", "w - 1 - c"],
  ] as const).map(([name, meaning, python], which) =>
    operation({
      name: `object_${name}`,
      takes: ["objects"],
      gives: "features",
      meaning,
      apply: (objects) =>
        onCells(objects, (r, c, [top, left, h, w]) => {
          const [i, j] = [r - top, c - left];
          return [i % 2, j % 2, (i + j) % 2, h - 1 - i, w - 1 - j][which];
        }),
      python: `
def object_${name}(objects):
    return on_cells(objects, lambda r, c, h, w: ${python})`,
    })
  ),
  operation({
    name: "in_boxes",
    takes: ["objects"],
    gives: "features",
    meaning: "number of objects whose box it lies in",
    apply: ({ grid, items }) => {
      const out = mapCells(grid, () => 0);
      for (const places of items) {
        const [top, left, h, w] = boxOf(places)!;
        for (let r = top; r < top + h; r++) for (let c = left; c < left + w; c++) out[r][c]++;
      }
      return out;
    },
    python: `
def in_boxes(objects):
    g, items = objects
    out = [[0] * len(row) for row in g]
    for places in items:
        top, left, h, w = box_of(places)
        for r in range(top, top + h):
            for c in range(left, left + w):
                out[r][c] += 1
    return out`,
  }),
];

/** Python twin of {@link onCells}. */
export const BOX_FEATURE_PARTS: Readonly<Record<string, string>> = {
  on_cells: `
def on_cells(objects, feature):
    g, items = objects
    out = [[-1] * len(row) for row in g]
    for places in items:
        top, left, h, w = box_of(places)
        for r, c in places:
            out[r][c] = feature(r - top, c - left, h, w)
    return out`,
};

function onCells(
  { grid, items }: Objects,
  feature: (r: number, c: number, box: [number, number, number, number]) => number,
): number[][] {
  const out = mapCells(grid, () => -1);
  for (const places of items) {
    const box = boxOf(places)!;
    for (const [r, c] of places) out[r][c] = feature(r, c, box);
  }
  return out;
}
