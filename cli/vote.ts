/**
 * `soar vote`: votes again on any run, offline, or on several as one.
 *
 * Reads journals, through the files that are kept of them, and writes nothing but those and the
 * submission that was asked for. Where the answers of the tasks are not in the journal, `--answers`
 * joins them after the vote.
 *
 * @module
 */
import {
  accuracy,
  type Ballot,
  type Ballots,
  decodeGrid,
  didYouMean,
  encodeGrid,
  findRun,
  type Grid,
  poolPrograms,
  readBallots,
  type RunPrograms,
  scoreTask,
  submissionOf,
  type Task,
  TaskError,
  type TaskLoaded,
  type TaskScore,
  VOTE_FILTERS,
  type VoteFilter,
  type VoteOptions,
  type VoterName,
  VOTERS,
  votersOf,
} from "../mod.ts";
import { explain, type Explained } from "./explain.ts";
import { openDomain, specFor } from "./open_domain.ts";
import { writeOutput } from "./output.ts";
import { writeTextWhole } from "./output_file.ts";
import { preparePython } from "./python.ts";
import { taskOf, tellDamage } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { table } from "./table.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar vote`. */
export interface VoteCommandOptions {
  /** One of VOTERS. */
  readonly voter: string;
  /** One of VOTE_FILTERS. */
  readonly filter: string;
  /** Each with each of `first`. */
  readonly c: readonly number[];
  /** Programs a task and run; Infinity = all. */
  readonly first: readonly number[];
  readonly halfLength?: number;
  readonly attempts: number;
  /** Last generation that votes. */
  readonly generation?: number;
  /** False for `--no-dedup`. */
  readonly dedup: boolean;
  readonly answers?: string;
  /** Module of the domain that `answers` is of. @default ARC */
  readonly domain?: string;
  readonly explain?: string | true;
  readonly output?: string;
  readonly json?: boolean;
}

/** Options whose names have been checked. */
interface Voting extends VoteCommandOptions {
  readonly voter: VoterName;
  readonly filter: VoteFilter;
}

interface NamedBallots {
  readonly run: string;
  readonly ballots: Ballots;
}

/** One way to vote, and what came of it. */
interface Outcome {
  readonly first: number;
  readonly c: number;
  programs: number;
  readonly scores: Map<string, TaskScore>;
}

/** Votes and prints the scores. @throws NoRunError, TaskError, UsageError */
export async function vote(names: readonly string[], given: VoteCommandOptions): Promise<void> {
  const options: Voting = {
    ...given,
    voter: oneOf("--voter", given.voter, VOTERS),
    filter: oneOf("--filter", given.filter, VOTE_FILTERS),
  };
  if (options.domain !== undefined && options.answers === undefined) {
    throw new UsageError("--domain goes with --answers: a vote itself looks at no domain");
  }
  const { runs, tasks } = await readRuns(names, options);
  const answers = await knownAnswers(tasks, options);
  const ways = options.first.flatMap((first) => options.c.map((c) => ({ first, c })));
  if (ways.length > 1 && (options.output !== undefined || options.explain !== undefined)) {
    throw new UsageError("--output and --explain are for one vote: give one --c and one --first");
  }
  const outcomes = ways.map((way): Outcome => ({ ...way, programs: 0, scores: new Map() }));
  for (const taskId of tasks.keys()) {
    const cast = castIn(runs, taskId);
    for (const outcome of outcomes) {
      voteOn(taskId, cast, answers.get(taskId) ?? null, outcome, options);
    }
  }
  const [only] = outcomes;
  if (options.output !== undefined) {
    await writeTextWhole(options.output, [submissionText(tasks, only.scores)]);
  }
  if (options.explain !== undefined) {
    writeOutput(explained(runs, tasks, answers, only, options) + "\n");
  }
  writeOutput(
    (options.json
      ? outcomes.map((outcome) => JSON.stringify(figures(outcome))).join("\n")
      : scoreTable(outcomes)) + "\n",
  );
}

async function readRuns(
  names: readonly string[],
  { dedup, halfLength }: Voting,
): Promise<{ runs: NamedBallots[]; tasks: Map<string, TaskLoaded> }> {
  const tasks = new Map<string, TaskLoaded>();
  const wanted = new Set(names.length > 0 ? names : [findRun(runsDirectory(), undefined).name]);
  const withSources = halfLength !== undefined || (dedup && wanted.size > 1);
  const runs: NamedBallots[] = [];
  for (const name of wanted) {
    const directory = findRun(runsDirectory(), name);
    const { ballots } = await readBallots(directory, { withSources, onDamage: tellDamage });
    for (const record of ballots.taskRecords) {
      const known = tasks.get(record.taskId);
      if (known && JSON.stringify(known.testInputs) !== JSON.stringify(record.testInputs)) {
        throw new UsageError(
          `task ${record.taskId} of run ${name} is another than in the runs before`,
        );
      }
      if (!known?.testOutputs) tasks.set(record.taskId, record);
    }
    runs.push({ run: name, ballots });
  }
  return { runs, tasks };
}

async function knownAnswers(
  tasks: ReadonlyMap<string, TaskLoaded>,
  { answers: spec, domain: file }: Voting,
): Promise<Map<string, readonly string[]>> {
  const answers = new Map<string, readonly string[]>();
  for (const { taskId, testOutputs } of tasks.values()) {
    if (testOutputs) answers.set(taskId, testOutputs);
  }
  if (spec === undefined) return answers;
  const needsArckit = spec.startsWith("arc-agi");
  const home = needsArckit ? await preparePython(console.error) : null;
  const domain = await openDomain(file);
  const loaded = await domain.loadTasks(specFor(domain, spec), { arckitData: home?.arckitData });
  for (const [taskId, grids] of loaded.answers) {
    if (tasks.has(taskId)) answers.set(taskId, grids.map(encodeGrid));
  }
  return answers;
}

/** All programs of a task, run by run. */
function castIn(runs: readonly NamedBallots[], taskId: string): RunPrograms<Ballot>[] {
  return runs.map(({ run, ballots }) => ({ run, programs: ballots.ofTask(taskId) }));
}

/** Votes on a task, and adds what came of it to the outcome. */
function voteOn(
  taskId: string,
  cast: readonly RunPrograms<Ballot>[],
  answers: readonly string[] | null,
  outcome: Outcome,
  options: Voting,
): void {
  const pooled = programsOf(cast, outcome.first, options);
  outcome.programs += pooled.length;
  const voters = votersOf(pooled, options.filter);
  const score = scoreTask(options.voter, voters, answers, voteOptions(outcome.c, options));
  outcome.scores.set(taskId, score);
}

function programsOf(
  cast: readonly RunPrograms<Ballot>[],
  first: number,
  { generation = Infinity, dedup }: Voting,
): Ballot[] {
  const own = cast.map(({ run, programs }) => {
    return { run, programs: programs.filter((ballot) => ballot.generation <= generation) };
  });
  // One run votes as it did: with every program it asked for.
  if (own.length === 1) return own[0].programs.slice(0, first);
  return poolPrograms(own, { first, dedup });
}

function voteOptions(c: number, { attempts, halfLength }: Voting): VoteOptions {
  return { c, attempts, halfLength };
}

function figures({ first, c, programs, scores }: Outcome) {
  const all = [...scores.values()];
  const known = all.filter(({ voted }) => voted !== null);
  const sum = (of: (score: TaskScore) => number) =>
    known.length === 0 ? null : known.reduce((total, score) => total + of(score), 0);
  return {
    first: Number.isFinite(first) ? first : null,
    c,
    programs,
    tasks: all.length,
    answers_known: known.length,
    with_attempt: all.filter(({ attempts }) => attempts.length > 0).length,
    score: sum(({ voted }) => voted!),
    solved: sum(({ voted }) => Number(voted === 1)),
    oracle: sum(({ oracle }) => Number(oracle)),
  };
}

function scoreTable(outcomes: readonly Outcome[]): string {
  const header = ["first", "c", "programs", "with attempt", "score", "solved", "oracle", "of"];
  return table(
    header,
    outcomes.map(figures).map((row) => [
      row.first === null ? "all" : row.first.toLocaleString("en"),
      `${row.c}`,
      row.programs.toLocaleString("en"),
      `${row.with_attempt}`,
      row.score === null ? "?" : row.score.toFixed(2),
      row.solved === null ? "?" : `${row.solved}`,
      row.oracle === null ? "?" : `${row.oracle}`,
      `${row.answers_known || row.tasks}`,
    ]),
  );
}

function submissionText(
  tasks: ReadonlyMap<string, TaskLoaded>,
  scores: ReadonlyMap<string, TaskScore>,
): string {
  const shown: Task[] = [...tasks.values()].map(taskOf);
  const none: Grid = [[0]];
  const attempts = new Map(
    shown.map(({ id }) => [
      id,
      scores.get(id)!.attempts.map((attempt) =>
        attempt.map((voted) => voted === null ? none : decodeGrid(voted.output))
      ),
    ]),
  );
  return JSON.stringify(submissionOf(shown, attempts)) + "\n";
}

function explained(
  runs: readonly NamedBallots[],
  tasks: ReadonlyMap<string, TaskLoaded>,
  answers: ReadonlyMap<string, readonly string[]>,
  { first, scores }: Outcome,
  options: Voting,
): string {
  const { explain: asked, voter } = options;
  if (typeof asked === "string" && !tasks.has(asked)) {
    const near = didYouMean(asked, tasks.keys());
    throw new TaskError("not_found", `--explain ${asked}: no such task in the run${near}`);
  }
  const accuracies = new Map<string, number>();
  const votes = (typeof asked === "string" ? [asked] : [...tasks.keys()]).flatMap((taskId) => {
    for (const { id, correctTrain } of programsOf(castIn(runs, taskId), first, options)) {
      accuracies.set(`${taskId} ${id}`, accuracy(correctTrain));
    }
    const known = answers.get(taskId);
    return scores.get(taskId)!.attempts.flatMap((attempt, k) => {
      // By complete sets the inputs of an attempt have the same voters: one line tells all.
      const shown = voter === "whole" ? attempt.slice(0, 1) : attempt;
      return shown.flatMap((voted, i): Explained[] => {
        if (voted === null) return [];
        const judged = voter === "whole" ? attempt.map((_, t) => t) : [i];
        return [{
          ...voted,
          taskId,
          attempt: k + 1,
          input: voter === "whole" ? null : i + 1,
          correct: known ? judged.every((t) => attempt[t]?.output === known[t]) : null,
        }];
      });
    });
  });
  return explain(votes, (taskId, id) => accuracies.get(`${taskId} ${id}`)!);
}

function oneOf<T extends string>(flag: string, text: string, names: readonly T[]): T {
  const name = names.find((name) => name === text);
  if (name === undefined) throw new UsageError(`${flag} ${text}: expected ${names.join(", ")}`);
  return name;
}
