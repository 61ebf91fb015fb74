/**
 * How many of a kind are among some drawn without replacement.
 *
 * @module
 */
import { logGamma } from "./beta_tail.ts";
import type { Random } from "./random.ts";

/** Trials up to which each is made; beyond, the number is looked for from the likeliest on. */
const MAX_TRIALS = 10;

/**
 * How many of `good` among `all` are within `drawn` of all, drawn without replacement.
 *
 * @param all Whole numbers, as the others; `good` and `drawn` are 0..all.
 */
export function hypergeometric(all: number, good: number, drawn: number, random: Random): number {
  if (drawn === all) return good;
  // What is drawn and what is good may change places, and so may what is not: fewest are left.
  if (2 * drawn > all) return good - hypergeometric(all, good, all - drawn, random);
  if (2 * good > all) return drawn - hypergeometric(all, all - good, drawn, random);
  return good <= MAX_TRIALS || drawn <= MAX_TRIALS
    ? byTrials(all, good, drawn, random)
    : fromLikeliest(all, good, drawn, random);
}

function byTrials(all: number, good: number, drawn: number, random: Random): number {
  const trials = Math.min(good, drawn);
  let rest = Math.max(good, drawn);
  let count = 0;
  for (let i = 0; i < trials; i++) {
    if (random() * (all - i) >= rest) continue;
    rest--;
    count++;
  }
  return count;
}

/** Takes the chances of the numbers off a uniform one, outwards on both sides of the likeliest. */
function fromLikeliest(all: number, good: number, drawn: number, random: Random): number {
  const most = Math.min(good, drawn);
  // Half of all are bad or more, so that none of the drawn need be good.
  const spare = all - good - drawn;
  const likeliest = Math.floor((good + 1) * (drawn + 1) / (all + 2));
  const chance = Math.exp(
    logChoose(good, likeliest) + logChoose(all - good, drawn - likeliest) - logChoose(all, drawn),
  );
  let rest = random() - chance;
  let [above, below] = [likeliest, likeliest];
  let [chanceAbove, chanceBelow] = [chance, chance];
  while (rest >= 0) {
    if (above < most) {
      chanceAbove *= (good - above) * (drawn - above) / ((above + 1) * (spare + above + 1));
      above++;
      rest -= chanceAbove;
      if (rest < 0) return above;
    }
    if (below > 0) {
      chanceBelow *= below * (spare + below) / ((good - below + 1) * (drawn - below + 1));
      below--;
      rest -= chanceBelow;
      if (rest < 0) return below;
    }
    // Rounding may leave a rest of about 1e-11.
    if (above === most && below === 0) break;
  }
  return likeliest;
}

/** ln of n!, by n, as far as it was asked for. */
const logFactorials: number[] = [];

function logChoose(n: number, k: number): number {
  while (logFactorials.length <= n) logFactorials.push(logGamma(logFactorials.length + 1));
  return logFactorials[n] - logFactorials[k] - logFactorials[n - k];
}
