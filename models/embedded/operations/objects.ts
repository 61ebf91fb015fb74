/**
 * Finding objects, and changing a grid by them.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, boxOf, mapCells, rankedColours } from "../parts/cells.ts";
import { components, enclosed, touchesEdge } from "../parts/components.ts";
import type { Cells, Objects, Place } from "../value.ts";

/** Operations that find objects. */
export const FIND: readonly Operation[] = [
  ...([
    ["objects_4", false, true, "of one colour, joined side by side"],
    ["objects_8", true, true, "of one colour, joined also at corners"],
    ["objects_mixed", true, false, "of any colours, joined also at corners"],
  ] as const).map(([name, diagonal, oneColour, what]) =>
    operation({
      name,
      takes: ["grid"],
      gives: "objects",
      meaning: `groups of cells ${what}`,
      apply: (g) => ({
        grid: g,
        items: components(g, { diagonal, oneColour, skip: background(g) }),
      }),
      python: `
def ${name}(g):
    return g, components(g, ${diagonal ? "True" : "False"}, ${
        oneColour ? "True" : "False"
      }, background(g))`,
    })
  ),
  operation({
    name: "holes",
    takes: ["grid"],
    gives: "objects",
    meaning: "areas of background that do not reach the edge",
    apply: (g) => ({ grid: g, items: enclosed(g) }),
    python: `
def holes(g):
    return g, enclosed(g)`,
  }),
  ...([["areas", true], ["regions", false]] as const).map(([name, empty]) =>
    operation({
      name,
      takes: ["grid"],
      gives: "objects",
      meaning: empty
        ? "areas of background, joined side by side"
        : "areas of one colour, background too, joined side by side",
      apply: (g) => {
        const b = background(g);
        const shown = empty ? mapCells(g, (v) => Number(v === b)) : g;
        const skip = empty ? 0 : -1;
        return { grid: g, items: components(shown, { diagonal: false, oneColour: true, skip }) };
      },
      python: empty
        ? `
def areas(g):
    b = background(g)
    return g, components([[int(v == b) for v in row] for row in g], False, True, 0)`
        : `
def regions(g):
    return g, components(g, False, True, -1)`,
    })
  ),
  operation({
    name: "colour_groups",
    takes: ["grid"],
    gives: "objects",
    meaning: "all cells of each colour, the commonest first",
    apply: (g) => ({
      grid: g,
      items: rankedColours(g).map((colour) => {
        const places: Place[] = [];
        g.forEach((row, r) => row.forEach((v, c) => v === colour && places.push([r, c])));
        return places;
      }),
    }),
    python: `
def colour_groups(g):
    return g, [places_where(g, lambda v: v == k) for k in ranked_colours(g)]`,
  }),
];

interface Choice {
  readonly name: string;
  readonly meaning: string;
  readonly of: (objects: Objects) => (places: readonly Place[]) => boolean;
  /** Body of a Python function of `objects` that returns the chosen items. */
  readonly python: string;
}

const CHOICES: readonly Choice[] = [
  {
    name: "largest",
    meaning: "the objects with most cells",
    of: ({ items }) => {
      const most = Math.max(0, ...items.map((places) => places.length));
      return (places) => places.length === most;
    },
    python: `
    size = max(map(len, items), default=0)
    return [places for places in items if len(places) == size]`,
  },
  {
    name: "smallest",
    meaning: "the objects with fewest cells",
    of: ({ items }) => {
      const least = Math.min(...items.map((places) => places.length));
      return (places) => places.length === least;
    },
    python: `
    size = min(map(len, items), default=0)
    return [places for places in items if len(places) == size]`,
  },
  {
    name: "at_edge",
    meaning: "the objects that touch the edge",
    of: ({ grid }) => (places) => touchesEdge(grid, places),
    python: `
    return [places for places in items if touches_edge(g, places)]`,
  },
  {
    name: "solid",
    meaning: "the objects that fill their box",
    of: () => (places) => {
      const [, , h, w] = boxOf(places)!;
      return places.length === h * w;
    },
    python: `
    boxes = [box_of(places) for places in items]
    return [places for places, (_, _, h, w) in zip(items, boxes) if len(places) == h * w]`,
  },
];

/** Python twins of the choices. */
export const CHOICE_PARTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CHOICES.map(({ name, python }) => [
    `choose_${name}`,
    `
def choose_${name}(objects):
    g, items = objects${python}`,
  ])),
  repaint: `
def repaint(objects, cell):
    g, items = objects
    out = [row[:] for row in g]
    for places in items:
        for r, c in places:
            out[r][c] = cell
    return out`,
  without_items: `
def without_items(g, items):
    return repaint((g, items), background(g))`,
};

/** Operations from objects to a grid. */
export const OBJECTS: readonly Operation[] = [
  ...CHOICES.flatMap((choice) => [
    operation({
      name: `keep_${choice.name}`,
      takes: ["objects"],
      gives: "grid",
      meaning: `of all objects only ${choice.meaning} stay`,
      apply: (objects) => {
        const chosen = choice.of(objects);
        return erased(objects, (places) => !chosen(places));
      },
      python: `
def keep_${choice.name}(objects):
    g, items = objects
    kept = choose_${choice.name}(objects)
    return without_items(g, [places for places in items if places not in kept])`,
    }),
    operation({
      name: `drop_${choice.name}`,
      takes: ["objects"],
      gives: "grid",
      meaning: `${choice.meaning} become background`,
      apply: (objects) => erased(objects, choice.of(objects)),
      python: `
def drop_${choice.name}(objects):
    return without_items(objects[0], choose_${choice.name}(objects))`,
    }),
    operation({
      name: `paint_${choice.name}`,
      takes: ["objects", "colour"],
      gives: "grid",
      meaning: `${choice.meaning} get a colour`,
      apply: (objects, colour) => repainted(objects, choice.of(objects), colour),
      python: `
def paint_${choice.name}(objects, colour):
    return repaint((objects[0], choose_${choice.name}(objects)), colour)`,
    }),
  ]),
  operation({
    name: "paint_objects",
    takes: ["objects", "colour"],
    gives: "grid",
    meaning: "all objects get a colour",
    apply: (objects, colour) => repainted(objects, () => true, colour),
    python: `
def paint_objects(objects, colour):
    return repaint(objects, colour)`,
  }),
  operation({
    name: "fill_boxes",
    takes: ["objects", "colour"],
    gives: "grid",
    meaning: "background in the box around each object gets a colour",
    apply: ({ grid, items }, colour) => boxesFilled(grid, items, () => colour),
    python: `
def fill_boxes(objects, colour):
    return boxes_filled(objects, lambda places: colour)`,
  }),
  operation({
    name: "fill_own_boxes",
    takes: ["objects"],
    gives: "grid",
    meaning: "background in the box around each object gets the colour of its first cell",
    apply: ({ grid, items }) => boxesFilled(grid, items, ([[r, c]]) => grid[r][c]),
    python: `
def fill_own_boxes(objects):
    g, items = objects
    return boxes_filled(objects, lambda places: g[places[0][0]][places[0][1]])`,
  }),
];

/** Python twin of {@link boxesFilled}. */
export const BOX_PARTS: Readonly<Record<string, string>> = {
  boxes_filled: `
def boxes_filled(objects, colour):
    g, items = objects
    b = background(g)
    out = [row[:] for row in g]
    for places in items:
        top, left, h, w = box_of(places)
        for r in range(top, top + h):
            for c in range(left, left + w):
                if g[r][c] == b:
                    out[r][c] = colour(places)
    return out`,
};

function repainted(
  { grid, items }: Objects,
  chosen: (places: readonly Place[]) => boolean,
  colour: number,
): Cells {
  const out = mapCells(grid, (v) => v);
  for (const places of items) {
    if (chosen(places)) { for (const [r, c] of places) out[r][c] = colour; }
  }
  return out;
}

function erased(objects: Objects, chosen: (places: readonly Place[]) => boolean): Cells {
  return repainted(objects, chosen, background(objects.grid));
}

function boxesFilled(
  g: Cells,
  items: Objects["items"],
  colour: (places: readonly Place[]) => number,
): Cells {
  const b = background(g);
  const out = mapCells(g, (v) => v);
  for (const places of items) {
    const [top, left, h, w] = boxOf(places)!;
    const fill = colour(places);
    for (let r = top; r < top + h; r++) {
      for (let c = left; c < left + w; c++) if (g[r][c] === b) out[r][c] = fill;
    }
  }
  return out;
}
