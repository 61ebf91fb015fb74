import { assert, assertEquals } from "@std/assert";
import type { Operation } from "../../../models/embedded/operation.ts";
import { factsOf } from "../../../models/embedded/facts.ts";
import { seeded } from "../../../models/embedded/random.ts";
import { INPUT, OPERATIONS, pythonOf } from "../../../models/embedded/registry.ts";
import {
  type Cells,
  isLegal,
  type Keys,
  type Kind,
  type Objects,
  type Value,
} from "../../../models/embedded/value.ts";
import { GRIDS, randomGrid } from "./grids.ts";
import { runPython } from "./python.ts";

const CALLS = 40;

const SCRIPT = `
import json, sys

def places(items):
    return [[tuple(p) for p in item] for item in items]

for line in sys.stdin:
    job = json.loads(line)
    if "source" in job:
        exec(job["source"], globals())
        continue
    args = [(a[0], places(a[1])) if k == "objects" else a for k, a in zip(job["takes"], job["args"])]
    before = json.dumps(args)
    try:
        value = globals()[job["name"]](*args)
    except Exception:
        value = None
    print(json.dumps({"value": value, "kept": json.dumps(args) == before}))
`;

const FACTS = factsOf([{ input: [[0, 1]], output: [[0, 2]] }]);

Deno.test("every operation computes the same in TypeScript and in Python", async () => {
  const random = seeded("differential");
  const values = valuesByKind(random);
  const functions = OPERATIONS.filter((operation) => operation.python !== null);
  const calls = functions.flatMap((operation) =>
    Array.from(
      { length: CALLS },
      (_, i) => ({ operation, args: argsFor(operation, values, i, random) }),
    )
  );
  const lines = await runPython(SCRIPT, [
    { source: pythonOf(functions.map(({ name }) => name)).join("\n\n") },
    ...calls.map(({ operation: { name, takes }, args }) => ({
      name,
      takes,
      args: args.map(plain),
    })),
  ]) as { value: unknown; kept: boolean }[];
  assertEquals(lines.length, calls.length);
  const defined = new Set<string>();
  const faults = new Map<string, string>();
  calls.forEach(({ operation, args }, i) => {
    const { name, gives } = operation;
    const value = operation.apply(args, FACTS);
    const { value: given, kept } = lines[i];
    const legal = isLegal(gives, value);
    if (legal) defined.add(name);
    const same = legal
      ? JSON.stringify(given) === JSON.stringify(plain(value!))
      : !isLegal(gives, revived(gives, given));
    if (same && kept) return;
    const call = JSON.stringify(args.map(plain));
    const told = kept
      ? `gives ${JSON.stringify(value)} and ${JSON.stringify(given)}`
      : "changes them";
    faults.set(name, `${name} of ${call} ${told}`);
  });
  assertEquals([...faults.values()], []);
  assertEquals(functions.map(({ name }) => name).filter((name) => !defined.has(name)), []);
});

Deno.test("there are at least 80 operations with distinct names", () => {
  assert(OPERATIONS.length >= 80);
  assertEquals(new Set(OPERATIONS.map(({ name }) => name)).size, OPERATIONS.length);
  for (const { name, meaning } of OPERATIONS) {
    assert(/^[a-z][a-z_0-9]*$/.test(name), name);
    assert(meaning.length > 0 && !meaning.includes("\n"), name);
  }
  assertEquals(INPUT.name, "input");
});

/** Some values of every kind, made by the operations themselves from grids. */
function valuesByKind(random: () => number): Map<Kind, Value[]> {
  const grids: Cells[] = [...GRIDS, ...Array.from({ length: 60 }, () => randomGrid(random))];
  const values = new Map<Kind, Value[]>([["grid", grids]]);
  values.set("colour", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  values.set("int", [1, 2, 3, 4, 5, 6]);
  for (const kind of ["pieces", "objects", "features"] as const) {
    const made = OPERATIONS.filter((o) => o.gives === kind && o.takes.length === 1)
      .flatMap((o) =>
        (values.get(o.takes[0]) ?? []).slice(0, 60).map((arg) => o.apply([arg], FACTS))
      )
      .filter((value) => isLegal(kind, value));
    values.set(kind, made as Value[]);
  }
  return values;
}

/** Arguments for a call; where several rectangles are taken they mostly share a shape. */
function argsFor(
  { takes }: Operation,
  values: Map<Kind, Value[]>,
  i: number,
  random: () => number,
): Value[] {
  const chosen: Value[] = [];
  let first: Cells | null = null;
  for (const kind of takes) {
    let among = values.get(kind)!;
    if (first && i % 4 !== 0 && (kind === "grid" || kind === "features")) {
      const { length: h, 0: { length: w } } = first;
      among = among.filter((v) => (v as Cells).length === h && (v as Cells)[0].length === w);
      if (among.length === 0) among = [first];
    }
    const value = among[Math.floor(random() * among.length)];
    if (first === null && (kind === "grid" || kind === "features")) first = value as Cells;
    chosen.push(value);
  }
  return chosen;
}

function plain(value: Value): unknown {
  if (typeof value === "object" && "items" in value) return [value.grid, value.items];
  if (typeof value === "object" && "codes" in value) {
    return [value.codes.map((row) => row.map(value.text)), value.sources];
  }
  return value;
}

function revived(kind: Kind, value: unknown): Value | null {
  if (value === null) return null;
  if (kind === "objects") {
    const [grid, items] = value as [Cells, Objects["items"]];
    return { grid, items };
  }
  if (kind === "keys") {
    const [codes, sources] = value as [Cells, Keys["sources"]];
    return { codes, sources, text: String };
  }
  return value as Value;
}
