import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { dropNearDuplicates } from "../../search/likeness.ts";
import { dedupLexically } from "../../search/lexical.ts";
import { normalDraw, randomInt, seededRandom } from "../../search/random.ts";
import { dedupBySimilarity } from "../../search/similarity.ts";

const PROGRAM = `def transform(grid):
    h, w = len(grid), len(grid[0])
    out = [[0] * w for _ in range(h)]
    for r in range(h):
        for c in range(w):
            out[h - 1 - r][c] = grid[r][c]
    return out
`;
const OTHER = `import numpy as np

def transform(grid):
    a = np.array(grid)
    return np.rot90(a, 2).tolist()
`;

function exactly(items: number, alike: (a: number, b: number) => boolean): number[] {
  const kept: number[] = [];
  for (let i = 0; i < items; i++) if (!kept.some((j) => alike(j, i))) kept.push(i);
  return kept;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Vectors of length 1 around a common direction, every second one near an earlier one. */
function vectors(n: number, size: number, seed: string): Float32Array[] {
  const random = seededRandom(seed);
  const unit = (v: number[]) => Float32Array.from(v, (x) => x / Math.sqrt(dot(v, v)));
  const noise = () => Array.from({ length: size }, () => normalDraw(random) / Math.sqrt(size));
  const common = noise();
  const all: Float32Array[] = [];
  for (let i = 0; i < n; i++) {
    const near = i > 0 && i % 2 === 0 ? all[randomInt(i, random)] : null;
    const scale = near ? 0.2 + 0.5 * random() : 0.9;
    all.push(unit(noise().map((x, k) => (near ?? common)[k] + scale * x)));
  }
  return all;
}

Deno.test("dedupBySimilarity() compares all of a few vectors", () => {
  for (let seed = 0; seed < 20; seed++) {
    const few = vectors(60, 16, `few ${seed}`);
    assertEquals(dedupBySimilarity(few), exactly(60, (a, b) => dot(few[a], few[b]) > 0.9));
  }
});

Deno.test("dedupBySimilarity() of many misses next to nothing and removes nothing unlike", () => {
  const many = vectors(3000, 48, "many");
  const kept = dedupBySimilarity(many);
  const keptSet = new Set(kept);
  const alike = (a: number, b: number) => dot(many[a], many[b]) > 0.9;
  const exact = exactly(many.length, alike);
  assert(exact.length < 0.8 * many.length, "the test has duplicates");
  assert(Math.abs(kept.length - exact.length) <= 0.02 * many.length, `${kept.length}`);
  for (let i = 0; i < many.length; i++) {
    if (!keptSet.has(i)) {
      assert(kept.some((j) => j < i && alike(j, i)), `${i} was removed for none`);
    }
  }
  assertEquals(dedupBySimilarity(many), kept);
});

/** Whether the second of two sources is a near-duplicate of the first. */
function alike(a: string, b: string): boolean {
  return dedupLexically([a, b]).length === 1;
}

Deno.test("dedupLexically() looks past comments and layout, not past tokens", () => {
  const commented = PROGRAM.replaceAll("    ", "  ").replace("return", "# done\n  return");
  assert(alike(PROGRAM, commented));
  assert(alike(PROGRAM, PROGRAM.replace("[0] * w", "[7] * w")), "one constant changed");
  assert(!alike(PROGRAM, OTHER));
  assert(!alike("a = 1", "b = 2"));
  assert(alike("", "# nothing"));
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    assertEquals(alike(a, b), alike(b, a));
    assert(alike(a, a));
  }));
});

Deno.test("dedupLexically() agrees with comparing all pairs", () => {
  const random = seededRandom("sources");
  const words = PROGRAM.split(/\b/);
  const sources: string[] = [];
  for (let i = 0; i < 300; i++) {
    const base = i % 3 === 0 ? words.map(() => words[randomInt(words.length, random)]) : words;
    const changed = base.slice();
    for (let k = randomInt(8, random); k > 0; k--) {
      changed[randomInt(changed.length, random)] = `x${i}`;
    }
    sources.push(changed.join(""));
  }
  const exact = exactly(sources.length, (a, b) => alike(sources[a], sources[b]));
  assert(exact.length > 100 && exact.length < 280, `${exact.length}`);
  assertEquals(dedupLexically(sources), exact);
});

Deno.test("dropNearDuplicates() goes by embeddings where there are any, else by tokens", () => {
  const programs = [PROGRAM, PROGRAM + "\n# again", OTHER].map((code) => ({ code }));
  const [a, b, c] = programs;
  assertEquals(dropNearDuplicates("none", programs, null), [a, b, c]);
  assertEquals(dropNearDuplicates("lexical", programs, null), [a, c]);
  assertEquals(dropNearDuplicates("embedding", programs, null), [a, c]);
  const embedded = [[1, 0], [0, 1], [0.1, Math.sqrt(0.99)]];
  assertEquals(dropNearDuplicates("embedding", programs, embedded), [a, b]);
  assertThrows(() => dropNearDuplicates("embedding", programs, [[1]]), RangeError, "got 1");
});
