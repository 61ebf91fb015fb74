/**
 * Objects that move or turn as a whole.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, boxOf, cellAt, mapCells } from "../parts/cells.ts";
import type { Cells, Objects, Place } from "../value.ts";

const WAYS = [["down", 1, 0], ["up", -1, 0], ["right", 0, 1], ["left", 0, -1]] as const;

/** In-place changes of an object's box: which cell of the box a cell of it comes from. */
const TURNS = [
  ["mirror_h", "left and right exchanged", "box[r][w - 1 - c]"],
  ["mirror_v", "top and bottom exchanged", "box[h - 1 - r][c]"],
  ["half_turn", "a half turn", "box[h - 1 - r][w - 1 - c]"],
] as const;

/** Operations that move objects. */
export const MOVEMENT: readonly Operation[] = [
  ...WAYS.map(([way, down, right]) =>
    operation({
      name: `objects_${way}`,
      takes: ["objects"],
      gives: "grid",
      meaning: `objects slide ${way} until they meet the edge or another`,
      apply: (objects) => slid(objects, down, right, () => true),
      python: `
def objects_${way}(objects):
    return slid(objects, ${down}, ${right}, lambda places: True)`,
    })
  ),
  ...WAYS.map(([way, down, right]) =>
    operation({
      name: `colour_${way}`,
      takes: ["objects", "colour"],
      gives: "grid",
      meaning: `objects that begin with a colour slide ${way} until they meet the edge or another`,
      apply: (objects, colour) =>
        slid(objects, down, right, ([[r, c]]) => objects.grid[r][c] === colour),
      python: `
def colour_${way}(objects, colour):
    g = objects[0]
    return slid(objects, ${down}, ${right}, lambda places: g[places[0][0]][places[0][1]] == colour)`,
    })
  ),
  operation({
    name: "attract",
    takes: ["objects", "colour"],
    gives: "grid",
    meaning: "objects in line with the cells of a colour slide towards them until they touch",
    apply: (objects, colour) => attracted(objects, colour),
    python: `
def attract(objects, colour):
    g, items = objects
    target = set(places_where(g, lambda v: v == colour))
    b = background(g)
    out = [row[:] for row in g]
    movers = [places for places in items if g[places[0][0]][places[0][1]] != colour]
    for places in movers:
        for r, c in places:
            out[r][c] = b
    for places in movers:
        step = towards(places, target)
        for r, c in places:
            i, j = r + step[0], c + step[1]
            if 0 <= i < len(g) and 0 <= j < len(g[0]):
                out[i][j] = g[r][c]
    return out`,
  }),
  ...TURNS.map(([name, meaning, python], which) =>
    operation({
      name: `objects_${name}`,
      takes: ["objects"],
      gives: "grid",
      meaning: `the box around each object in place: ${meaning}`,
      apply: ({ grid, items }) => {
        const out = grid.map((row) => [...row]);
        for (const places of items) {
          const [top, left, h, w] = boxOf(places)!;
          for (let r = 0; r < h; r++) {
            for (let c = 0; c < w; c++) {
              out[top + r][left + c] = grid[top + (which === 0 ? r : h - 1 - r)][
                left + (which === 1 ? c : w - 1 - c)
              ];
            }
          }
        }
        return out;
      },
      python: `
def objects_${name}(objects):
    g, items = objects
    out = [row[:] for row in g]
    for places in items:
        top, left, h, w = box_of(places)
        box = cut(g, (top, left, h, w))
        for r in range(h):
            for c in range(w):
                out[top + r][left + c] = ${python}
    return out`,
    })
  ),
  operation({
    name: "complete_objects",
    takes: ["objects"],
    gives: "grid",
    meaning: "background in the box of each object takes the colour of a mirror image in the box",
    apply: ({ grid, items }) => {
      const b = background(grid);
      const out = grid.map((row) => [...row]);
      for (const places of items) {
        const [top, left, h, w] = boxOf(places)!;
        for (let r = 0; r < h; r++) {
          for (let c = 0; c < w; c++) {
            const images = [[r, c], [r, w - 1 - c], [h - 1 - r, c], [h - 1 - r, w - 1 - c]];
            if (h === w) {
              images.push([c, r], [h - 1 - c, h - 1 - r], [c, w - 1 - r], [h - 1 - c, r]);
            }
            const found = images.find(([i, j]) => grid[top + i][left + j] !== b);
            if (found) out[top + r][left + c] = grid[top + found[0]][left + found[1]];
          }
        }
      }
      return out;
    },
    python: `
def complete_objects(objects):
    g, items = objects
    b = background(g)
    out = [row[:] for row in g]
    for places in items:
        top, left, h, w = box_of(places)
        for r in range(h):
            for c in range(w):
                images = [(r, c), (r, w - 1 - c), (h - 1 - r, c), (h - 1 - r, w - 1 - c)]
                if h == w:
                    images += [(c, r), (h - 1 - c, h - 1 - r), (c, w - 1 - r), (h - 1 - c, r)]
                seen = [g[top + i][left + j] for i, j in images]
                out[top + r][left + c] = next((v for v in seen if v != b), out[top + r][left + c])
    return out`,
  }),
];

/** Python twins of the functions below. */
export const MOVEMENT_PARTS: Readonly<Record<string, string>> = {
  slid: `
def slid(objects, down, right, moves):
    g, items = objects
    b = background(g)
    out = [row[:] for row in g]
    front = lambda places: max(r * down + c * right for r, c in places)
    for places in sorted(filter(moves, items), key=front, reverse=True):
        cells = [(r, c, g[r][c]) for r, c in places]
        for r, c, v in cells:
            out[r][c] = b
        k = 1
        while all(free(out, b, r + down * k, c + right * k) for r, c, v in cells):
            k += 1
        for r, c, v in cells:
            out[r + down * (k - 1)][c + right * (k - 1)] = v
    return out`,
  free: `
def free(g, b, r, c):
    return 0 <= r < len(g) and 0 <= c < len(g[0]) and g[r][c] == b`,
  towards: `
def towards(places, target):
    own = set(places)
    for k in range(1, 30):
        for down, right in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
            if any((r + down * k, c + right * k) in target for r, c in own):
                return down * (k - 1), right * (k - 1)
    return 0, 0`,
};

function slid(
  { grid, items }: Objects,
  down: number,
  right: number,
  moves: (places: readonly Place[]) => boolean,
): Cells {
  const b = background(grid);
  const out = grid.map((row) => [...row]);
  const front = (places: readonly Place[]) =>
    Math.max(...places.map(([r, c]) => r * down + c * right));
  const movers = items.filter(moves).toSorted((p, q) => front(q) - front(p));
  for (const places of movers) {
    for (const [r, c] of places) out[r][c] = b;
    let k = 1;
    while (places.every(([r, c]) => cellAt(out, r + down * k, c + right * k) === b)) k++;
    for (const [r, c] of places) out[r + down * (k - 1)][c + right * (k - 1)] = grid[r][c];
  }
  return out;
}

function attracted({ grid, items }: Objects, colour: number): Cells {
  const out = mapCells(grid, (v) => v);
  const b = background(grid);
  const movers = items.filter(([[r, c]]) => grid[r][c] !== colour);
  for (const places of movers) for (const [r, c] of places) out[r][c] = b;
  for (const places of movers) {
    const [down, right] = towards(places, grid, colour);
    for (const [r, c] of places) {
      if (cellAt(out, r + down, c + right) !== undefined) out[r + down][c + right] = grid[r][c];
    }
  }
  return out;
}

/** The way to the nearest cell of a colour straight ahead, one step short of it. */
function towards(places: readonly Place[], grid: Cells, colour: number): [number, number] {
  for (let k = 1; k < 30; k++) {
    for (const [, down, right] of WAYS) {
      if (places.some(([r, c]) => cellAt(grid, r + down * k, c + right * k) === colour)) {
        return [down * (k - 1), right * (k - 1)];
      }
    }
  }
  return [0, 0];
}
