/**
 * Hashing vectors by the sides of random hyperplanes that they lie on.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** Rounds of signs and transform: dense vectors, as embeddings are, need no more. */
const ROUNDS = 2;

/** Signs of vectors, packed from the lowest bit of each vector's first word on. */
export class Signs {
  /** Of all vectors, one after another. */
  readonly words: Int32Array;
  /** Words a vector. */
  readonly stride: number;

  /** All signs are negative at first. @param stride Words a vector. */
  constructor(vectors: number, stride: number) {
    this.words = new Int32Array(vectors * stride);
    this.stride = stride;
  }

  /** The cell of a vector in each of `tables` tables, made of `bits` signs each. */
  cells(vector: number, bits: number, tables: number): Int32Array {
    const from = vector * this.stride;
    return Int32Array.from({ length: tables }, (_, table) => {
      let cell = 0;
      for (let i = table * bits; i < (table + 1) * bits; i++) {
        cell = cell * 2 + ((this.words[from + (i >>> 5)] >>> (i & 31)) & 1);
      }
      return cell;
    });
  }
}

/**
 * On which side of at least `planes` random hyperplanes through `centre` vectors lie. The planes
 * come in groups as wide as the vectors, each a product of random signs and Hadamard transforms:
 * as good as independent ones, in n log n steps instead of n² (Andoni et al. 2015, section 4).
 */
export function signsOf(
  vectors: readonly (readonly number[] | Float32Array)[],
  centre: Float32Array,
  planes: number,
  random: Random,
): Signs {
  const width = 2 ** Math.ceil(Math.log2(Math.max(32, centre.length)));
  const signs = new Signs(vectors.length, Math.ceil(planes / 32));
  const flips = Array.from(
    { length: Math.ceil(planes / width) * ROUNDS },
    () => Float32Array.from({ length: width }, () => random() < 0.5 ? -1 : 1),
  );
  const work = new Float32Array(width);
  vectors.forEach((vector, v) => {
    for (let group = 0; group * width < planes; group++) {
      work.fill(0);
      for (let i = 0; i < centre.length; i++) work[i] = vector[i] - centre[i];
      for (let round = 0; round < ROUNDS; round++) {
        const flip = flips[group * ROUNDS + round];
        for (let i = 0; i < width; i++) work[i] *= flip[i];
        hadamard(work);
      }
      const from = group * width;
      const end = Math.min(width, 32 * signs.stride - from);
      for (let i = 0; i < end; i++) {
        if (work[i] > 0) signs.words[v * signs.stride + ((from + i) >>> 5)] |= 1 << (i & 31);
      }
    }
  });
  return signs;
}

/** The Walsh-Hadamard transform in place, not normalised; the length is a power of two. */
function hadamard(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = values[i];
        const b = values[i + half];
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}
