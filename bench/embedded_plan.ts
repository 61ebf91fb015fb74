/**
 * The runs that the embedded model's figures are made of, by budget.
 *
 * Targets hold for 2 cores, an hour for fitting on training and an hour for evaluation. `full` takes
 * about a third of each at 250 programs a second; `reduced` is a few minutes a seed, for several
 * seeds and to compare versions; `tiny` only shows that all of it works.
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
  "plans-uniform",
  "plans-fitted",
  "plans-half",
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
  /** Programs a task of the arms that are compared. */
  readonly programs: number;
  /** Plans a task of the arms that compare distributions alone (drawn_plans.ts). */
  readonly plans: number;
  readonly evaluation: Draws;
  /** Tasks taken of each data set; null = all. */
  readonly limit: number | null;
}

/** Budgets by name. */
export const BUDGETS: Readonly<Record<string, Budget>> = {
  full: {
    fit: { generations: 3, samples: 120, refinements: 24 },
    programs: 120,
    plans: 300,
    evaluation: { samples: 96, refinements: 24 },
    limit: null,
  },
  reduced: {
    fit: { generations: 3, samples: 12, refinements: 4 },
    programs: 16,
    plans: 300,
    evaluation: { samples: 12, refinements: 4 },
    limit: null,
  },
  tiny: {
    fit: { generations: 2, samples: 12, refinements: 4 },
    programs: 12,
    plans: 30,
    evaluation: { samples: 12, refinements: 4 },
    limit: 8,
  },
};

/** One run to be made. */
export interface PlannedRun extends Draws {
  readonly role: Role;
  /** `programs`: a run of soar; `plans`: its samples are drawn in this process. */
  readonly of: "programs" | "plans";
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
  const { programs, plans, evaluation } = budget;
  const of = (dataset: string) => dataset + (budget.limit === null ? "" : `#${budget.limit}`);
  const training = of("arc-agi-1:training");
  const [learnt, measured] = halves;
  // A quarter refined is the share of the default run.
  const refinements = Math.round(programs / 4);
  const run = { of: "programs" as const, measured: null };
  const fit = { ...run, ...budget.fit, from: null, fit: true };
  const arm = {
    ...run,
    generations: 1,
    samples: programs,
    refinements: 0,
    from: "fit" as const,
    fit: false,
  };
  const drawn = { ...arm, of: "plans" as const, samples: plans };
  return [
    { ...fit, role: "fit", tasks: training },
    { ...arm, role: "uniform", tasks: training, from: null },
    { ...arm, role: "fitted", tasks: training },
    { ...arm, role: "refined", tasks: training, samples: programs - refinements, refinements },
    { ...fit, role: "half-fit", tasks: learnt, measured },
    { ...arm, role: "half", tasks: measured, from: "half-fit", measured },
    { ...arm, ...evaluation, role: "evaluation", tasks: of("arc-agi-1:evaluation") },
    { ...arm, ...evaluation, role: "arc-agi-2", tasks: of("arc-agi-2:evaluation") },
    { ...drawn, role: "plans-uniform", tasks: training, from: null },
    { ...drawn, role: "plans-fitted", tasks: training },
    { ...drawn, role: "plans-half", tasks: measured, from: "half-fit" },
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
