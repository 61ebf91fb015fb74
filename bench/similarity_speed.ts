/**
 * Near-duplicates among many embeddings (`--part similarity` of the scale suite): vectors that point
 * in much the same direction, as embeddings of programs do, a part of them close to an earlier one.
 *
 * @module
 */
import { normalDraw, randomInt, seededRandom } from "../search/random.ts";
import { dedupBySimilarity } from "../search/similarity.ts";
import { printFigure } from "./target_table.ts";

/** Numbers of an embedding. */
const NUMBERS = 256;

/** Share that is close to an earlier one, with a cosine of about 0.98. */
const COPIES = 0.3;

/** What all share, against what is their own. */
const SHARED = 0.8;

export function measureSimilarity(items: number): void {
  const random = seededRandom("similarity bench");
  const common = drawn();
  const vectors: Float32Array[] = [];
  for (let i = 0; i < items; i++) {
    const isCopy = i > 0 && random() < COPIES;
    const from = isCopy ? vectors[randomInt(i, random)] : common;
    const weight = isCopy ? 0.2 : 1 / SHARED;
    const own = drawn();
    vectors.push(unit(from.map((x, k) => x + weight * own[k])));
  }
  const start = performance.now();
  const kept = dedupBySimilarity(vectors);
  printFigure(
    `${items.toLocaleString("en")} embeddings of ${NUMBERS}`,
    performance.now() - start,
    "ms",
  );
  printFigure("  kept", kept.length, "");

  function drawn(): Float32Array {
    return unit(Float32Array.from({ length: NUMBERS }, () => normalDraw(random)));
  }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / length);
}
