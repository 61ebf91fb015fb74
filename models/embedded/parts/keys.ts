/**
 * Making keys of tables: codes for cells, and how they are written.
 *
 * @module
 */
import { make, mapCells, sameShape } from "./cells.ts";
import type { Cells, Keys } from "../value.ts";

/** Keys of up to three numbers a cell; null where shapes differ. */
export function layeredKeys(layers: readonly Cells[], sources: readonly Cells[]): Keys | null {
  if (!alike([...layers, ...sources])) return null;
  const [e, f, g] = layers;
  const codes = make(e.length, e[0].length, (r, c) => {
    const code = e[r][c] + 1;
    if (!f) return code;
    return g ? (code * 1024 + f[r][c] + 1) * 1024 + g[r][c] + 1 : code * 1024 + f[r][c] + 1;
  });
  const text = (code: number) =>
    layers.map((_, i) => Math.floor(code / 1024 ** (layers.length - 1 - i)) % 1024 - 1).join(".");
  return { codes, sources, text };
}

/** Keys of `length` digits a cell, which may differ between grids; the digit 10 is written x. */
export function digitKeys(
  shape: Cells,
  base: number,
  length: number,
  gap: string,
  digit: (r: number, c: number, i: number) => number,
  sources: readonly Cells[],
): Keys {
  const codes = make(shape.length, shape[0].length, (r, c) => {
    // The leading 1 tells codes of different lengths apart.
    let code = 1;
    for (let i = 0; i < length; i++) code = code * base + digit(r, c, i);
    return code;
  });
  const text = (code: number) => {
    const shown: string[] = [];
    for (let left = code; left > 1; left = Math.floor(left / base)) {
      const v = left % base;
      shown.unshift(v === 10 && base === 11 ? "x" : `${v}`);
    }
    return shown.join(gap);
  };
  return { codes, sources, text };
}

/** Keys of the three by three marks around a cell; outside of the grid is x. */
export function patchedKeys(g: Cells, marks: number, mark: (v: number) => number): Keys {
  const [h, w] = [g.length, g[0].length];
  const own = mapCells(g, mark);
  const base = marks + 1;
  const codes = make(h, w, (r, c) => {
    let code = 0;
    for (let i = r - 1; i <= r + 1; i++) {
      for (let j = c - 1; j <= c + 1; j++) {
        code = code * base + (i < 0 || j < 0 || i >= h || j >= w ? marks : own[i][j]);
      }
    }
    return code;
  });
  const text = (code: number) =>
    Array.from({ length: 9 }, (_, i) => {
      const v = Math.floor(code / base ** (8 - i)) % base;
      return v === marks ? "x" : v;
    }).join("");
  return { codes, sources: [g], text };
}

/** A black grid of a shape. */
export function black(shape: Cells): Cells {
  return mapCells(shape, () => 0);
}

function alike(layers: readonly Cells[]): boolean {
  return layers.every((layer) => sameShape(layer, layers[0]));
}
