/**
 * Programs made of steps: imports, the steps as functions, and a `transform` that chains some.
 *
 * @module
 */
import { seededRandom } from "../../search/random.ts";
import { ARRAY_STEPS } from "./array_steps.ts";
import { breaking } from "./flaws.ts";
import { LIST_STEPS } from "./list_steps.ts";
import {
  type CorpusProgram,
  Dice,
  type Flaw,
  type Kind,
  makeInputs,
  type Step,
} from "./program.ts";

/** Shares of the kinds, as in model-written programs: most use numpy. */
const KINDS: readonly [Kind, number][] = [["numpy", 0.65], ["ndimage", 0.17], ["pure", 0.18]];
const ONLY_PURE: readonly [Kind, number][] = [["pure", 1]];

/** Programs a task's inputs are shared by. */
const PROGRAMS_A_TASK = 20;

/** Shares of flaws; the rest of the programs has none. */
export type FlawShares = Partial<Record<Flaw, number>>;

/** The usual flaws apart from loops and memory bombs. */
export const USUAL_FLAWS: FlawShares = { exception: 0.11, wrong_type: 0.03, syntax: 0.05 };

/** About 20 to 60 lines, one to three steps. */
export function smallPrograms(n: number, seed: number, flaws: FlawShares): CorpusProgram[] {
  return programs("small", n, seed, flaws, KINDS, () => 0, (dice) => dice.whole(1, 3));
}

/** The same, in plain Python only. */
export function purePrograms(n: number, seed: number, flaws: FlawShares): CorpusProgram[] {
  return programs("pure", n, seed, flaws, ONLY_PURE, () => 0, (dice) => dice.whole(1, 3));
}

/** 100 to 300 lines, three to six steps chained and others that are only there. */
export function longPrograms(n: number, seed: number, flaws: FlawShares = {}): CorpusProgram[] {
  return programs(
    "long",
    n,
    seed,
    flaws,
    KINDS,
    (dice) => dice.whole(100, 300),
    (dice) => dice.whole(3, 6),
  );
}

function programs(
  name: string,
  n: number,
  seed: number,
  flaws: FlawShares,
  kinds: readonly [Kind, number][],
  lines: (dice: Dice) => number,
  steps: (dice: Dice) => number,
): CorpusProgram[] {
  const made: CorpusProgram[] = [];
  let inputs = makeInputs(new Dice(seededRandom(name, "task", seed, 0)));
  for (let i = 0; i < n; i++) {
    const dice = new Dice(seededRandom(name, seed, i));
    if (i % PROGRAMS_A_TASK === 0) {
      inputs = makeInputs(new Dice(seededRandom(name, "task", seed, i)));
    }
    const kind = pickShare(kinds, dice) ?? kinds[0][0];
    const flaw = pickShare(Object.entries(flaws) as [Flaw, number][], dice) ?? "none";
    const code = breaking(compose(kind, lines(dice), steps(dice), dice), flaw, dice);
    made.push({ code, kind, flaw, inputs });
  }
  return made;
}

function pickShare<T>(shares: readonly (readonly [T, number])[], dice: Dice): T | null {
  const percent = dice.whole(1, 1000) / 1000;
  let sum = 0;
  for (const [value, share] of shares) if (percent <= (sum += share)) return value;
  return null;
}

function compose(kind: Kind, leastLines: number, chained: number, dice: Dice): string {
  const array = kind !== "pure";
  const usable = (array ? ARRAY_STEPS : LIST_STEPS).filter((step) =>
    step.kind !== "ndimage" || kind === "ndimage"
  );
  const chain = dice.some(usable, chained);
  if (kind === "ndimage" && !chain.some((step) => step.kind === "ndimage")) {
    chain[0] = dice.pick(usable.filter((step) => step.kind === "ndimage"));
  }
  const parts = [imports(kind)];
  const names: string[] = [];
  let written = 0;
  const add = (step: Step) => {
    const name = dice.pick([step.name, `${step.name}_step`, `apply_${step.name}`]) +
      (names.length > 0 ? `_${names.length}` : "");
    names.push(name);
    const source = step.write(name, dice);
    parts.push(source);
    written += source.split("\n").length + 2;
  };
  for (const step of chain) add(step);
  while (written < leastLines) add(dice.pick(dice.chance(0.5) ? LIST_STEPS : usable));
  const calls = names.slice(0, chain.length);
  return [...parts, array ? arrayTransform(calls) : listTransform(calls)].join("\n\n\n") + "\n";
}

function imports(kind: Kind): string {
  const lines = [
    "from collections import Counter, defaultdict, deque",
    "from functools import lru_cache",
    "from itertools import combinations",
  ];
  if (kind !== "pure") lines.push("import numpy as np");
  if (kind === "ndimage") lines.push("from scipy import ndimage");
  return lines.join("\n");
}

function arrayTransform(calls: readonly string[]): string {
  const body = calls.map((call) => `    a = ${call}(a)`).join("\n");
  return `def transform(grid):\n    a = np.array(grid, dtype=int)\n${body}\n    return a.tolist()`;
}

function listTransform(calls: readonly string[]): string {
  const body = calls.map((call) => `    result = ${call}(result)`).join("\n");
  return `def transform(grid):\n    result = [list(row) for row in grid]\n${body}\n    return result`;
}
