/**
 * The runs that the embedded model's figures are made of, by budget.
 *
 * Targets hold for 2 cores, an hour for fitting on training and an hour for evaluation. `full` fills
 * these hours at about 300 programs a second; `reduced` is about ten minutes a seed, to compare
 * versions; `tiny` only shows that all of it works.
 *
 * @module
 */

/** What one run is for. */
export const ROLES = [
  "fit",
  "uniform",
  "fitted",
  "refined",
  "half-fit",
  "half",
  "evaluation",
  "arc-agi-2",
] as const;

/** Name of a role. */
export type Role = typeof ROLES[number];

/** Programs a task and generation. */
interface Draws {
  readonly samples: number;
  readonly refinements: number;
}

/** Sizes of all runs. */
export interface Budget {
  readonly fit: Draws & { readonly generations: number };
  /** Draws of the arms that are compared. */
  readonly draws: number;
  readonly evaluation: Draws;
  /** Tasks taken of each data set; null = all. */
  readonly limit: number | null;
}

/** Budgets by name. */
export const BUDGETS: Readonly<Record<string, Budget>> = {
  full: {
    fit: { generations: 3, samples: 240, refinements: 24 },
    draws: 300,
    evaluation: { samples: 600, refinements: 60 },
    limit: null,
  },
  reduced: {
    fit: { generations: 3, samples: 36, refinements: 12 },
    draws: 48,
    evaluation: { samples: 48, refinements: 12 },
    limit: null,
  },
  tiny: {
    fit: { generations: 2, samples: 12, refinements: 4 },
    draws: 12,
    evaluation: { samples: 12, refinements: 4 },
    limit: 8,
  },
};

/** One run to be made. */
export interface PlannedRun extends Draws {
  readonly role: Role;
  readonly tasks: string;
  readonly generations: number;
  /** Role of the run whose last model generation 0 asks; null = the uniform grammar. */
  readonly from: Role | null;
  /** Fits after each generation but the last. */
  readonly fit: boolean;
  /** Measured beside both evaluation sets: nothing may be learnt from it. */
  readonly measured: string | null;
}

/**
 * All runs of a budget.
 *
 * @param halves SPECs of two halves of the training tasks: the one fitted on, the one measured
 */
export function planRuns(
  budget: Budget,
  halves: readonly [learnt: string, measured: string],
): PlannedRun[] {
  const { draws, evaluation } = budget;
  const of = (dataset: string) => dataset + (budget.limit === null ? "" : `#${budget.limit}`);
  const training = of("arc-agi-1:training");
  const [learnt, measured] = halves;
  // A quarter refined is the share of the default run.
  const refinements = Math.round(draws / 4);
  const fit = { ...budget.fit, from: null, fit: true, measured: null };
  const arm = {
    generations: 1,
    samples: draws,
    refinements: 0,
    from: "fit" as const,
    fit: false,
    measured: null,
  };
  return [
    { ...fit, role: "fit", tasks: training },
    { ...arm, role: "uniform", tasks: training, from: null },
    { ...arm, role: "fitted", tasks: training },
    { ...arm, role: "refined", tasks: training, samples: draws - refinements, refinements },
    { ...fit, role: "half-fit", tasks: learnt, measured },
    { ...arm, role: "half", tasks: measured, from: "half-fit", measured },
    { ...arm, ...evaluation, role: "evaluation", tasks: of("arc-agi-1:evaluation") },
    { ...arm, ...evaluation, role: "arc-agi-2", tasks: of("arc-agi-2:evaluation") },
  ];
}

/** The roles and those they need, in the order of the plan. */
export function withNeeded(runs: readonly PlannedRun[], wanted: ReadonlySet<Role>): PlannedRun[] {
  const needed = new Set(wanted);
  for (const { role, from } of runs.toReversed()) {
    if (needed.has(role) && from !== null) needed.add(from);
  }
  return runs.filter(({ role }) => needed.has(role));
}

/** Flags of `soar` for a run of the plan. */
export function flagsOf(
  { tasks, generations, samples, refinements, from, fit, measured }: PlannedRun,
  seed: number,
  nameOf: (role: Role) => string,
): string[] {
  const numbers = { seed, generations, samples, refinements };
  const guarded = ["arc-agi-1:evaluation", "arc-agi-2:evaluation", ...(measured ? [measured] : [])];
  return [
    "--tasks",
    tasks,
    ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    ...(from === null ? [] : ["--model-from", nameOf(from)]),
    ...(fit ? [] : ["--no-fit"]),
    "--set",
    `guard.measured=${JSON.stringify(guarded)}`,
  ];
}
