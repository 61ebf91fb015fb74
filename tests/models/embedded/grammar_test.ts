import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { drawPlan } from "../../../models/embedded/draw.ts";
import { distribution, SITES, UNIFORM } from "../../../models/embedded/grammar.ts";
import { seeded } from "../../../models/embedded/random.ts";

Deno.test("the base is uniform: over groups, then over their members", () => {
  for (const [name, shares] of distribution(UNIFORM, [], 1)) {
    const { operations } = SITES.get(name)!;
    const groups = Map.groupBy([...shares.keys()], (i) => operations[i]?.group ?? "root");
    for (const members of groups.values()) {
      for (const i of members) {
        assertAlmostEquals(shares[i], 1 / (groups.size * members.length), 1e-12, name);
      }
    }
  }
});

Deno.test("the base draws at random what it says", () => {
  const chances = distribution(UNIFORM, [], 1);
  const random = seeded("base");
  const count = new Map<string, number>();
  const n = 20_000;
  for (let i = 0; i < n; i++) {
    const { root, body } = drawPlan(chances, random);
    if (root === "paint") count.set(body.operation.name, (count.get(body.operation.name) ?? 0) + 1);
  }
  const { names } = SITES.get("keys")!;
  const p = 0.5 / names.length;
  for (const name of names) {
    assert(Math.abs((count.get(name) ?? 0) / n - p) < 5 * Math.sqrt(p * (1 - p) / n), name);
  }
});

Deno.test("temperature acts on what was learned: none of it is left when it is infinite", () => {
  const { names } = SITES.get("keys")!;
  const sites = { keys: { [names[0]]: [3, 0] } };
  const weights = { features: ["a", "b"], sites };
  const share = (features: number[], temperature: number) =>
    distribution(weights, features, temperature).get("keys")![0];
  const base = share([], 1);
  assertEquals(share([1], 1), base);
  assertAlmostEquals(share([0], 1), Math.exp(3) / (Math.exp(3) + names.length - 1), 1e-12);
  assert(share([0], 0.5) > share([0], 1) && share([0], 1) > share([0], 2));
  assertAlmostEquals(share([0], Infinity), base, 1e-12);
});
