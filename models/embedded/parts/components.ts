/**
 * Connected components, in TypeScript and in Python.
 *
 * @module
 */
import type { Cells, Objects, Place } from "../value.ts";
import { background, make, mapCells } from "./cells.ts";

/** How cells join: across corners or not, and whether only with their own colour. */
export interface Joining {
  readonly diagonal: boolean;
  readonly oneColour: boolean;
  /** Colour that belongs to no component; -1 for none. */
  readonly skip: number;
}

/** Connected components in reading order of their first cell. */
export function components(g: Cells, { diagonal, oneColour, skip }: Joining): Place[][] {
  const h = g.length;
  const w = g[0].length;
  const seen = new Uint8Array(h * w);
  const found: Place[][] = [];
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      if (seen[r * w + c] || g[r][c] === skip) continue;
      seen[r * w + c] = 1;
      const stack = [r * w + c];
      for (let next = 0; next < stack.length; next++) {
        const y = Math.floor(stack[next] / w);
        const x = stack[next] % w;
        for (let i = Math.max(0, y - 1); i < Math.min(h, y + 2); i++) {
          for (let j = Math.max(0, x - 1); j < Math.min(w, x + 2); j++) {
            if (seen[i * w + j] || g[i][j] === skip) continue;
            if (!diagonal && i !== y && j !== x) continue;
            if (oneColour && g[i][j] !== g[y][x]) continue;
            seen[i * w + j] = 1;
            stack.push(i * w + j);
          }
        }
      }
      found.push(stack.sort((a, b) => a - b).map((at) => [Math.floor(at / w), at % w]));
    }
  }
  return found;
}

/** Whether any place lies on the edge of the grid. */
export function touchesEdge(g: Cells, places: readonly Place[]): boolean {
  return places.some(([r, c]) => r === 0 || c === 0 || r === g.length - 1 || c === g[0].length - 1);
}

/** Background areas that no side-by-side path joins to the edge of the grid. */
export function enclosed(g: Cells): Place[][] {
  const skip = background(g);
  const mask = mapCells(g, (v) => (v === skip ? 1 : 0));
  return components(mask, { diagonal: false, oneColour: true, skip: 0 })
    .filter((area) => !touchesEdge(g, area));
}

/** A feature grid: a number for each object on its cells, -1 elsewhere. */
export function spread(
  { grid, items }: Objects,
  measure: (places: readonly Place[]) => number,
): number[][] {
  const out = make(grid.length, grid[0].length, () => -1);
  for (const places of items) {
    const value = measure(places);
    for (const [r, c] of places) out[r][c] = value;
  }
  return out;
}

/** Python twins of the functions above. */
export const COMPONENT_PARTS: Readonly<Record<string, string>> = {
  components: `
def components(g, diagonal, one_colour, skip):
    h, w = len(g), len(g[0])
    seen = [[v == skip for v in row] for row in g]
    found = []
    for r in range(h):
        for c in range(w):
            if seen[r][c]:
                continue
            seen[r][c] = True
            item = [(r, c)]
            for y, x in item:
                for i in range(max(0, y - 1), min(h, y + 2)):
                    for j in range(max(0, x - 1), min(w, x + 2)):
                        if seen[i][j] or (not diagonal and i != y and j != x):
                            continue
                        if one_colour and g[i][j] != g[y][x]:
                            continue
                        seen[i][j] = True
                        item.append((i, j))
            found.append(sorted(item))
    return found`,
  touches_edge: `
def touches_edge(g, places):
    h, w = len(g), len(g[0])
    return any(r in (0, h - 1) or c in (0, w - 1) for r, c in places)`,
  enclosed: `
def enclosed(g):
    skip = background(g)
    mask = [[int(v == skip) for v in row] for row in g]
    return [area for area in components(mask, False, True, 0) if not touches_edge(g, area)]`,
  spread: `
def spread(objects, measure):
    g, items = objects
    out = [[-1] * len(g[0]) for _ in g]
    for places in items:
        value = measure(places)
        for r, c in places:
            out[r][c] = value
    return out`,
};
