/**
 * `soar report`: what a run found and how, as one page and as Markdown.
 *
 * @module
 */
import { findRun, gainOverGenerations, type OnReading, type RunDirectory } from "../mod.ts";
import { AskedRun } from "./ask_run.ts";
import type { Config } from "./config.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { budgetChanges, equalSamples } from "./equal_samples.ts";
import { iidArm, iidSection } from "./iid_arm.ts";
import { writeTextWhole } from "./output_file.ts";
import { readingLine } from "./reading_line.ts";
import { type ReadRun, readRun } from "./read_run.ts";
import { reportHtml } from "./report_html.ts";
import { reportMarkdown } from "./report_markdown.ts";
import type { Report, ReportSection } from "./report_model.ts";
import {
  type AskRows,
  bottleneckSection,
  learningSection,
  querySection,
  scalingSection,
  taskSections,
  taskStands,
} from "./report_sections.ts";
import { commandOf } from "./reproduce.ts";
import { rowObject } from "./result_formats.ts";
import { runConfig } from "./run_config.ts";
import { runState } from "./run_state.ts";
import { runsDirectory } from "./runs_directory.ts";
import { signed } from "./signed.ts";
import { UsageError } from "./usage_error.ts";
import { VERSION } from "./version.ts";

/** Options of `soar report`. */
export interface ReportOptions {
  readonly run?: string;
  /** A `.html` or `.md` file. @default report.html and report.md in the run's folder */
  readonly output?: string;
  /** The run that is its i.i.d. arm. @default NAME-iid, if there is such a run */
  readonly iid?: string;
}

const QUERY_MS = 300_000;
const MOST_ROWS = 1_000_000;

/** @throws UsageError, NoRunError, QueryError, Interrupted */
export async function report({ run, output, iid }: ReportOptions): Promise<void> {
  if (output !== undefined && !/\.(html|md)$/.test(output)) {
    throw new UsageError(`-o ${output}: expected a name that ends in .html or .md`);
  }
  const directory = findRun(runsDirectory(), run);
  const made = await untilCtrlC((signal) => reportOf(directory, signal, iid, readingLine()));
  const files = output === undefined
    ? ["html", "md"].map((ending) => `${Deno.realPathSync(directory.path)}/report.${ending}`)
    : [output];
  for (const file of files) {
    await writeTextWhole(file, [file.endsWith(".md") ? reportMarkdown(made) : reportHtml(made)]);
    console.log(file);
  }
}

/**
 * Gathers the report of a run, live or finished.
 *
 * @param iid as {@link ReportOptions}
 * @param onReading told how far the reading of the journal is
 */
export async function reportOf(
  directory: RunDirectory,
  signal?: AbortSignal,
  iid?: string,
  onReading?: OnReading,
): Promise<Report> {
  await using run = new AskedRun(directory);
  const ask: AskRows = async (sql) => {
    const { columns, rows } = await run.query(sql, {
      maxRows: MOST_ROWS,
      timeoutMs: QUERY_MS,
      signal,
      onReading,
    });
    const names = columns.map(({ name }) => name);
    return rows.map((row) => rowObject(names, row));
  };
  const config = runConfig(directory);
  const read = readRun(directory, onReading);
  const stands = await taskStands(ask);
  const state = runState(directory);
  const [{ programs, tokens }] = await ask(
    "SELECT (SELECT count(*) FROM programs) AS programs, " +
      "(SELECT sum(prompt_tokens + completion_tokens) FROM llm_calls) AS tokens",
  );
  const count = (flag: "solved" | "voted") => {
    const known = stands.filter((stand) => stand[flag] !== null);
    return known.length === 0 ? "not known" : String(known.filter((one) => one[flag]).length);
  };
  return {
    title: `soar, run ${directory.name}`,
    figures: [
      ["state", state === "running" ? "running: figures as of now" : state],
      ["tasks", String(stands.length)],
      ["solved by a program", count("solved")],
      ["solved by vote", count("voted")],
      ["programs", Number(programs).toLocaleString("en")],
      ["tokens", tokens === null ? "not told" : Number(tokens).toLocaleString("en")],
    ],
    sections: [
      await learningSection(ask),
      gainSection(read, config, stands.some(({ solved }) => solved !== null)),
      iidSection(await iidArm(directory, config, iid)),
      await scalingSection(ask),
      partsSection(config, budgetChanges(read.archive)),
      await querySection(ask, "Refinement", "refinement"),
      await querySection(ask, "Diversity", "diversity"),
      await querySection(ask, "Cost", "cost"),
      await querySection(ask, "How programs end", "failures"),
      await querySection(ask, "What was learnt from", "hindsight"),
      await bottleneckSection(ask),
      ...taskSections(stands),
      reproduceSection(directory, config),
    ],
  };
}

/** Whether learning made the difference: equal draws, without what refining adds. */
function gainSection(
  { archive, tasks }: Pick<ReadRun, "archive" | "tasks">,
  config: Config,
  known: boolean,
): ReportSection {
  const title = "What learning added";
  const { run } = config;
  const fitted = Array.from({ length: run.generations }, (_, generation) => generation)
    .filter((generation) =>
      archive.noted("trained", generation) && archive.count(generation).programs > 0
    );
  const last = fitted.at(-1);
  if (!known || last === undefined) {
    const why = known ? "No model was fitted in this run" : "The answers are not known to the run";
    return { title, text: [`${why}: generations are not compared.`] };
  }
  const samples = equalSamples(archive, config, [0, last]);
  const gain = gainOverGenerations(archive, tasks, 0, last, run.seed, samples);
  const { difference, low, high } = gain;
  return {
    title,
    text: [
      `Samples of generation ${last} (fitted) against those of generation 0 (base model), the same ` +
      `number a task: ${signed(difference)} of ${tasks.length} tasks, 95 % paired bootstrap ` +
      `[${signed(low)}, ${signed(high)}]. Samples neither see other programs nor are refined, so ` +
      "those of generation 0 are the independent draws to compare with; a run with --no-fit and " +
      "--refinements 0 has such draws in every generation.",
    ],
  };
}

/** The parts that an ablation switches, as they were in this run. */
function partsSection(
  { train, budget, refine, select, vote, run }: Config,
  changes: readonly string[],
): ReportSection {
  const rows = [
    ["refinement", budget.refinements > 0 ? `${budget.refinements} a task` : "off"],
    ["parents", budget.refinements > 0 ? refine.parents : "–"],
    ["learning", train.enabled ? "on" : "off"],
    ["training data", train.enabled ? `${select.strategy}, ${select.refinement_strategy}` : "–"],
    ["vote", vote.voter],
    ["phases", run.barriers ? "one after the other" : "streaming"],
    ["rules", run.compat],
    ...changes.map((change) => ["budget changed", change]),
  ];
  return {
    title: "Parts and ablations",
    text: ["What this run had on and off; `deno task bench --suite ablation` compares them."],
    table: { header: ["part", "in this run"], rows },
  };
}

function reproduceSection(directory: RunDirectory, config: Config): ReportSection {
  const { version, startedAt, seed } = directory.readRunFile();
  const exactly = config.model.endpoint === undefined
    ? ""
    : " Whether it answers alike, the endpoint decides.";
  return {
    title: "To reproduce",
    text: [
      `Begun ${startedAt} by soar ${version}, seed ${seed}; this report by soar ${VERSION} on Deno ` +
      `${Deno.version.deno}.${exactly} Without run.deterministic what is refined hangs on timing; ` +
      "--replay follows the replies and choices of the run itself.",
    ],
    code: commandOf(config),
  };
}
