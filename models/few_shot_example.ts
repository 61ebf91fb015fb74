/**
 * The solved task shown while a run has none of its own: generation 0's few-shot example.
 *
 * @module
 */
import type { FewShot } from "./prompts.ts";

/** Every row is put beside its mirror image. Of our own making; in no data set. */
export const FIRST_EXAMPLE: FewShot = {
  task: {
    train: [
      { input: [[1, 0], [2, 3]], output: [[1, 0, 0, 1], [2, 3, 3, 2]] },
      { input: [[0, 4, 4]], output: [[0, 4, 4, 4, 4, 0]] },
    ],
    testInputs: [[[5, 0, 6], [0, 5, 0]]],
  },
  code: `def transform(grid):
    # Put each row beside its mirror image.
    return [row + row[::-1] for row in grid]`,
};
