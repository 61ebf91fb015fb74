import { assertEquals } from "@std/assert";
import { guessTier, TIERS } from "../../sandbox/tier.ts";

const CASES: [code: string, tier: typeof TIERS[number]][] = [
  ["def transform(g): return g", "bare"],
  ["from collections import Counter", "bare"],
  ["snps = 1", "bare"],
  ["import numpy as np", "numpy"],
  ["def transform(g): return np.array(g)", "numpy"],
  ["from scipy.ndimage import label", "ndimage"],
  ["from scipy import ndimage", "ndimage"],
  ["import scipy", "ndimage"],
  ["from scipy.spatial import cKDTree\nimport scipy.ndimage", "wide"],
  ["from scipy import signal", "wide"],
  ["from skimage.measure import label", "wide"],
];

Deno.test("guessTier() takes the lowest tier that the text suggests", () => {
  for (const [code, tier] of CASES) assertEquals(TIERS[guessTier(code)], tier, code);
});
