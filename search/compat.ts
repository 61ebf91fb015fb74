/**
 * Paper or published code: the rules in which SOAR's code differs from what the paper describes.
 *
 * The paper's reading is the default. The code's is there to be compared with, faults included.
 * What could not have run at all in the code is not reproduced: its sampling loop drops what it
 * has not judged yet, and its training module does not import.
 *
 * @module
 */
import { ENOUGH_SOLVED } from "./stop.ts";

/** Whose rules a run follows. */
export const COMPAT = ["paper", "published"] as const;

/** One of {@link COMPAT}. */
export type Compat = typeof COMPAT[number];

/** The rules that differ. */
export interface CompatRules {
  /** Whether a chosen parent's count grows; the code's refinement loop leaves it at 0. */
  readonly countChoices: boolean;
  /** Whether greedy-diverse has its diverse half; the code's output deduplication loses all of it. */
  readonly diverseHalf: boolean;
  /** Whether a program, or a pair, may be selected twice to fill a quota. */
  readonly repeats: boolean;
  /** Whether uniform refinement data holds children that are not right. */
  readonly wrongChildren: boolean;
  /** Whether the answers of a task's refinement rows are shuffled against their questions. */
  readonly mixAnswers: boolean;
  /** Whether sampling rows show the outputs of the test inputs. */
  readonly showTestOutputs: boolean;
  /** White space that the hard-coding filter passes over. */
  readonly ignore: "any" | "spaces";
  /** Whether programs with constant or copied outputs are dropped before anything else. */
  readonly keepRules: boolean;
  /** Whether every island starts from all samples of its task, instead of a part of its own. */
  readonly sharedIslands: boolean;
  /** Solved programs after which a task stops sampling. */
  readonly enoughSampled: number;
  /** Solved refined programs after which a task stops refining. */
  readonly enoughRefined: number;
}

const RULES: Record<Compat, CompatRules> = {
  paper: {
    countChoices: true,
    diverseHalf: true,
    repeats: false,
    wrongChildren: false,
    mixAnswers: false,
    showTestOutputs: false,
    ignore: "any",
    keepRules: false,
    sharedIslands: false,
    enoughSampled: ENOUGH_SOLVED,
    enoughRefined: ENOUGH_SOLVED,
  },
  published: {
    countChoices: false,
    diverseHalf: false,
    repeats: true,
    wrongChildren: true,
    mixAnswers: true,
    showTestOutputs: true,
    ignore: "spaces",
    keepRules: true,
    sharedIslands: true,
    // "More than 100" when sampling, "at least 25" when refining.
    enoughSampled: ENOUGH_SOLVED + 1,
    enoughRefined: 25,
  },
};

/** The rules of the paper (SOAR sections 3.2 and 3.3) or of the published code. */
export function compatRules(compat: Compat): CompatRules {
  return RULES[compat];
}
