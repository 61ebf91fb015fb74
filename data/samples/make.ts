/**
 * Makes the bundled tasks from their rules; run in the project's root after changing a rule:
 *
 * ```sh
 * deno run --allow-write=data/samples data/samples/make.ts
 * ```
 *
 * @module
 */
import { encodeGrid, type Grid, gridsEqual } from "../grid.ts";
import { hash63 } from "../program.ts";
import type { Pair } from "../task.ts";
import type { Random } from "./draw.ts";
import { type Rule, RULES } from "./rules.ts";

/**
 * The text of a task file: ARC JSON, one pair a line. The rule's name seeds the inputs, so that a
 * new rule leaves the other files as they are. Inputs differ, and none is left as it is.
 */
export function sampleText({ id, pairs: [train, test], draw, apply }: Rule): string {
  const random = seeded(Number(BigInt(hash63(id)) % 2n ** 32n));
  const pairs = new Map<string, Pair>();
  while (pairs.size < train + test) {
    const input: Grid = draw(random);
    const output = apply(input);
    if (!gridsEqual(input, output)) pairs.set(encodeGrid(input), { input, output });
  }
  const lines = [...pairs.values()].map((pair) => `    ${JSON.stringify(pair)}`);
  const list = (from: number, to?: number) => `[\n${lines.slice(from, to).join(",\n")}\n  ]`;
  return `{\n  "train": ${list(0, train)},\n  "test": ${list(train)}\n}\n`;
}

/** The generator mulberry32 (Tommy Ettinger, public domain) behind the interface of draw.ts. */
function seeded(seed: number): Random {
  let state = seed;
  const below = (bound: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * bound);
  };
  return {
    int: (low, high) => low + below(high - low + 1),
    pick: (values) => values[below(values.length)],
    shuffle: (values) => {
      const result = [...values];
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [result[i], result[j]] = [result[j], result[i]];
      }
      return result;
    },
  };
}

if (import.meta.main) {
  for (const rule of RULES) {
    await Deno.writeTextFile(new URL(`./${rule.id}.json`, import.meta.url), sampleText(rule));
  }
}
