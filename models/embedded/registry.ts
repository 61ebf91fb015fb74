/**
 * All operations, by name and by what they give, and the Python they are written in.
 *
 * @module
 */
import { ASSEMBLE, ASSEMBLE_PARTS } from "./operations/assemble.ts";
import { BOX_FEATURE_PARTS, BOX_FEATURES } from "./operations/box_features.ts";
import { CELL_FEATURES, FEATURE_PARTS } from "./operations/cell_features.ts";
import { COMBINE, COMBINE_PARTS } from "./operations/combine.ts";
import { COPYING_KEY_PARTS, COPYING_KEYS } from "./operations/copying_keys.ts";
import { CROP } from "./operations/crop.ts";
import { FILL, FILL_PARTS } from "./operations/fill.ts";
import { GEOMETRY } from "./operations/geometry.ts";
import { GRAVITY, GRAVITY_PARTS } from "./operations/gravity.ts";
import { KEY_PARTS, KEYS } from "./operations/keys.ts";
import { LINE_FEATURE_PARTS, LINE_FEATURES } from "./operations/line_features.ts";
import { LINE_PARTS, LINES } from "./operations/lines.ts";
import { MOVEMENT, MOVEMENT_PARTS } from "./operations/movement.ts";
import { NEAR_FEATURE_PARTS, NEAR_FEATURES } from "./operations/near_features.ts";
import { COLOURS, INTEGERS } from "./operations/numbers.ts";
import { OBJECT_FEATURE_PARTS, OBJECT_FEATURES } from "./operations/object_features.ts";
import { BOX_PARTS, CHOICE_PARTS, FIND, OBJECTS } from "./operations/objects.ts";
import { ORDER } from "./operations/order.ts";
import { PICK, PICK_PARTS } from "./operations/pick.ts";
import { PLACE_FEATURES } from "./operations/place_features.ts";
import { RECOLOUR } from "./operations/recolour.ts";
import { SHOOT, SHOOT_PARTS } from "./operations/shoot.ts";
import { SPLIT, SPLIT_PARTS } from "./operations/split.ts";
import { SYMMETRY, SYMMETRY_PARTS } from "./operations/symmetry.ts";
import { TILING, TILING_PARTS } from "./operations/tiling.ts";
import type { Operation } from "./operation.ts";
import { CELL_PARTS } from "./parts/cells.ts";
import { COMPONENT_PARTS } from "./parts/components.ts";
import { TABLE_PARTS } from "./table.ts";

/** The leaf of every plan: the grid that the program is given. */
export const INPUT: Operation = {
  name: "input",
  takes: [],
  gives: "grid",
  meaning: "the given grid",
  group: "leaf",
  apply: () => null,
  python: null,
};

/** Every operation of the grammar, in a fixed order. */
export const OPERATIONS: readonly Operation[] = [
  INPUT,
  ...GEOMETRY,
  ...CROP,
  ...RECOLOUR,
  ...SPLIT,
  ...PICK,
  ...COMBINE,
  ...TILING,
  ...GRAVITY,
  ...LINES,
  ...SYMMETRY,
  ...FILL,
  ...FIND,
  ...OBJECTS,
  ...COLOURS,
  ...INTEGERS,
  ...PLACE_FEATURES,
  ...CELL_FEATURES,
  ...LINE_FEATURES,
  ...OBJECT_FEATURES,
  ...BOX_FEATURES,
  ...KEYS,
  ...COPYING_KEYS,
  ...NEAR_FEATURES,
  ...ASSEMBLE,
  ...MOVEMENT,
  ...ORDER,
  ...SHOOT,
];

const BY_NAME = new Map(OPERATIONS.map((operation) => [operation.name, operation]));

const PYTHON: Readonly<Record<string, string>> = {
  ...TABLE_PARTS,
  ...CELL_PARTS,
  ...COMPONENT_PARTS,
  ...SPLIT_PARTS,
  ...PICK_PARTS,
  ...COMBINE_PARTS,
  ...TILING_PARTS,
  ...GRAVITY_PARTS,
  ...LINE_PARTS,
  ...SYMMETRY_PARTS,
  ...FILL_PARTS,
  ...CHOICE_PARTS,
  ...BOX_PARTS,
  ...FEATURE_PARTS,
  ...LINE_FEATURE_PARTS,
  ...OBJECT_FEATURE_PARTS,
  ...BOX_FEATURE_PARTS,
  ...KEY_PARTS,
  ...COPYING_KEY_PARTS,
  ...NEAR_FEATURE_PARTS,
  ...ASSEMBLE_PARTS,
  ...MOVEMENT_PARTS,
  ...SHOOT_PARTS,
  ...Object.fromEntries(OPERATIONS.filter(({ python }) => python).map((o) => [o.name, o.python!])),
};

const NEEDS = new Map(Object.keys(PYTHON).map((name) => [name, calledBy(name)]));

/** The operation with a name, or undefined. */
export function operationNamed(name: string): Operation | undefined {
  return BY_NAME.get(name);
}

/**
 * Sources of the named functions and of all they call, each once, callees first.
 *
 * @throws {RangeError} for a name that is no function
 */
export function pythonOf(names: Iterable<string>): string[] {
  const sources = new Map<string, string>();
  const add = (name: string) => {
    if (sources.has(name)) return;
    const needs = NEEDS.get(name);
    if (!needs) throw new RangeError(`python of an unknown function: ${name}`);
    needs.forEach(add);
    sources.set(name, PYTHON[name].trim());
  };
  for (const name of names) add(name);
  return [...sources.values()];
}

function calledBy(name: string): string[] {
  const called = PYTHON[name].matchAll(/(?<![.\w]|def )([a-z_]\w*)(?=\()/g);
  return [...new Set(Array.from(called, (match) => match[1]))]
    .filter((other) => other !== name && Object.hasOwn(PYTHON, other));
}
