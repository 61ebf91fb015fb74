/**
 * The command line: one file a command, this one tells them apart.
 *
 * @module
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../mod.ts";
import { CONTROL_ACTIONS } from "./control_actions.ts";
import { EXAMPLES } from "./examples.ts";
import { exitCodeOf } from "./exit_code.ts";
import { asInvoked, isInstalled } from "./invocation.ts";
import { EXPORT_FORMATS, FORMATS } from "./result_formats.ts";
import { UsageError } from "./usage_error.ts";
import { VERSION } from "./version.ts";

const FIRST_EXAMPLES = `\
  deno task soar                                       the main job: ARC-AGI-1, embedded model
  deno task soar --tasks sample                        the bundled tasks, in seconds
  deno task soar --endpoint http://host:8000/v1 --model NAME
  deno task tail                                       follow the candidates of the last run
  deno task sql "FROM learning_curve"                  ask about any run, live or finished
  deno task report                                     a page on what a run found, and how
  deno task vote RUN --first 10,100 --c 0,1000         vote again, offline; several runs as one
`;

const EXIT_CODES = `
A command's own help begins with its examples: deno task COMMAND --help

Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such run or task, 4 model lost,
130 interrupted (go on with --resume).`;

/** Runs the command line. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command(isInstalled() ? "soar" : "deno task")
    .description("Lets a model teach itself to write programs that solve ARC tasks.")
    .addHelpText("before", () => asInvoked(FIRST_EXAMPLES))
    .addHelpText("after", EXIT_CODES)
    .version(VERSION, "--version", "say which soar this is")
    .exitOverride()
    .configureOutput({ writeErr: (text) => void Deno.stderr.writeSync(encode(text)) });
  const runOption = ["--run <name>", "which run (default: the last one begun or resumed)"] as const;
  const runArgument = ["[run]", "the same as --run"] as const;

  program.command("soar", { isDefault: true })
    .alias("run")
    .description("run the search: sample, execute, refine, relabel, fit, vote")
    .option("--tasks <spec>", "task SPEC, e.g. arc-agi-1:training, sample, a directory")
    .option("--split <split>", "of tasks read from a path: training or evaluation")
    .option("--endpoint <url>", "OpenAI-compatible server; key from OPENAI_API_KEY")
    .option("--model <name>", "model to ask there")
    .option("--model-from <run[:gNNN]>", "fitted model of another run, for generation 0")
    .option("--run <name>", "name of the new run (default: date and time)")
    .option("--resume <name>", "go on with a run that was interrupted")
    .option("--seed <n>", "seed of every choice", whole)
    .option("--generations <n>", "generations, the base model's included", whole)
    .option("--samples <n>", "programs sampled a task and generation", whole)
    .option("--refinements <n>", "programs refined a task and generation", whole)
    .option("--no-fit", "ask the base model in every generation")
    .option("--test-time-training", "learn from the measured tasks' train pairs, answers withheld")
    .option("--deterministic", "the same seed and replies give the same archive")
    .option("--barriers", "SOAR's phases in place of the stream, for comparison")
    .option("--continuous", "search on while the trainer works, on the newest model that is ready")
    .option("--nats <url>", "have programs run by executor hosts (deno task work)")
    .option("--replay <name>", "search again as a run did, with its replies and without a model")
    .option("--config <file>", "configuration (default: soar.toml, if there is one)")
    .addOption(settings())
    .option("--dry-run", "check everything, print the plan, start nothing")
    .option("--dash", "serve the dashboard of the run while it runs")
    .action(async (options) => await (await import("./soar.ts")).soar(options));

  program.command("tail")
    .description("follow the candidates of a run")
    .option(...runOption)
    .option("-n, --last <n>", "candidates to begin with (default: 10)", whole)
    .option("--after <seq>", "begin after this journal number", whole)
    .option("--since <when>", "begin at a time, or so long ago: 30s, 5m, 2h, 1d")
    .option("--count <n>", "end after so many", positive)
    .option("--no-follow", "end after those that are there")
    .option("--task <id>", "only this task")
    .option("--outcome <name>", "only this outcome, e.g. timeout")
    .option("--solved", "only solutions")
    .option("--gain [n]", "only those with n (1) more train pairs right than their parent", whole)
    .option("--bin <name>", "only this bin of train accuracy: zero, low, medium, max")
    .option("--generation <n>", "only this generation", whole)
    .option("--model <name>", "only this model")
    .option("--where <sql>", "only where this holds, over the columns of programs")
    .option("--grids [n]", "with the grids of n (2) inputs, wrong ones first", positive)
    .option("--template <text>", "a line by a template, e.g. '{seq} {task} {outcome}'")
    .option("--json", "one JSON object a line")
    .action(async (options) => await (await import("./tail.ts")).tail(options));

  program.command("sql")
    .description("SQL over every program of a run, live or finished")
    .argument("[query]", "a query, or @name of a named one; - or none: from standard input")
    .argument("[values...]", "of a named query's parameters, in their order")
    .option(...runOption)
    .option("-f, --file <file>", "read the query from a file")
    .addOption(
      new Option("--format <name>", "box (default at a terminal), csv (default elsewhere), …")
        .choices(FORMATS),
    )
    .option("--json", "the same as --format json: an array of row objects")
    .option("-o, --output <file>", "write to a file; its ending says the format")
    .option("--max-rows <n>", "rows to show", positive)
    .option("--timeout <seconds>", "longest time", positive, 60)
    .option("--examples", "list the named queries")
    .option("--schema [table]", "list tables and columns")
    .action(async (query, values, options) =>
      await (await import("./sql.ts")).sql(query, values, options)
    );

  program.command("export")
    .description("write a query's result, a table or the archive to a file")
    .option(...runOption)
    .option("--query <sql>", "a query, or @name of a named one")
    .option("--table <name>", "a table or view; sql --schema lists them")
    .option("--archive", "the archive, in the columns of SOAR's published data")
    .option("--snapshot", "the whole run, as a .duckdb file, for DuckDB 1.2 or later")
    .option("--dashboard <dir>", "the dashboard with the run frozen in it, for any static server")
    .option("--partitions <dir>", "Parquet, a file for each closed part of the journal")
    .option("-o, --output <file>", "where to; its ending says the format")
    .addOption(new Option("--format <name>", "format").choices(EXPORT_FORMATS))
    .action(async (options) => await (await import("./export.ts")).exportRows(options));

  program.command("import")
    .description("make a run of programs from elsewhere: SOAR's published data, an export")
    .argument("<file>", "Parquet or JSON lines")
    .requiredOption("--tasks <spec>", "task SPEC they are for; programs of others are left out")
    .option("--split <split>", "of tasks read from a path: training or evaluation")
    .option("--run <name>", "name of the new run (default: date and time)")
    .option("--generations <n>", "generations when it is gone on with by --resume", positive)
    .option("--samples <n>", "programs sampled then, a task and generation (default: 0)", whole)
    .option("--refinements <n>", "programs refined then (default: 0)", whole)
    .addOption(settings())
    .action(async (file, options) => await (await import("./import.ts")).importRun(file, options));

  program.command("dash")
    .description("look at a run, live or finished, in the browser")
    .option(...runOption)
    .option("--port <n>", "port; 0 takes a free one", whole, 0)
    .action(async (options) => await (await import("./dash.ts")).dash(options));

  const runs = program.command("runs")
    .description("list runs, remove them");
  runs.command("ls", { isDefault: true })
    .description("name, state, tasks, programs, solved and size of each run")
    .option("--json", "an array of objects")
    .action(async (options) => (await import("./runs.ts")).runsLs(options));
  runs.command("rm")
    .description("remove runs; one that is running is refused")
    .argument("<name...>", "runs")
    .option("--yes", "do not ask")
    .action(async (names, options) => (await import("./runs.ts")).runsRm(names, options));

  program.command("exec")
    .description('score {"task_id","code"} lines in the sandbox')
    .argument("<file>", "JSON lines; - for standard input")
    .requiredOption("--tasks <spec>", "task SPEC")
    .addOption(
      new Option("--engine <name>", "sandbox engine").choices(["auto", "python", "wasm"])
        .default("auto"),
    )
    .option("--workers <n>", "cells (default: one a core)", positive)
    .option("--timeout-ms <n>", "for all inputs of a program (default: SOAR's rule)", positive)
    .option("--domain <file>", "module that exports another Domain (default: ARC)")
    .action(async (file, options) => await (await import("./exec.ts")).exec(file, options));

  program.command("control")
    .description("steer a live run: pause, resume, stop-task TASK, budget NAME=VALUE …")
    .addArgument(new Argument("<action>", "what to do").choices(CONTROL_ACTIONS))
    .argument("[of...]", "of stop-task: the task's id; of budget: e.g. samples=72 refinements=24")
    .option(...runOption)
    .action(async (action, of, options) =>
      await (await import("./run_control.ts")).controlRun(action, of, options)
    );

  program.command("vote")
    .description("vote again on a run, offline; several runs vote as one")
    .argument("[runs...]", "names of runs (default: the last one begun or resumed)")
    .option(
      "--voter <name>",
      "whole: on complete sets of outputs; per_input: on each test",
      "whole",
    )
    .option("--filter <name>", "who votes: none (all), ran, honest, train_perfect", "honest")
    .addOption(
      new Option("--c <n,…>", "weight of train accuracy; several are compared")
        .argParser(numbers).default([1000], "1000"),
    )
    .addOption(
      new Option("--first <n,…>", "only the first n programs of a task and run")
        .argParser(positives).default([Infinity], "all"),
    )
    .option("--half-length <n>", "characters of source that halve a vote", positive)
    .option("--attempts <n>", "answers a task", positive, 2)
    .option("--generation <n>", "only programs up to this generation", whole)
    .option("--no-dedup", "of several runs, let a source vote as often as it came")
    .option("--answers <spec>", "tasks whose answers are joined after the vote")
    .option("--domain <file>", "module of the domain that these are of (default: ARC)")
    .option("--explain [task]", "who voted for what, with which weight")
    .option("-o, --output <file>", "write a submission")
    .option("--json", "one JSON object a vote")
    .action(async (runs, options) => await (await import("./vote.ts")).vote(runs, options));

  program.command("submit")
    .description("write submission.json of a run")
    .argument(...runArgument)
    .option(...runOption)
    .option("-o, --output <file>", "where to (default: standard output)")
    .option("--explain", "print who voted for what, with which weight, in place of the submission")
    .action(async (run, options) =>
      await (await import("./submit.ts")).submit({ ...options, run: oneRun(run, options.run) })
    );

  program.command("report")
    .description("what a run found and how: one page of HTML, and Markdown")
    .argument(...runArgument)
    .option(...runOption)
    .option("-o, --output <file>", "a .html or .md file (default: both, in the run's folder)")
    .option("--iid <run>", "run that sampled as much alone, to compare with (default: NAME-iid)")
    .action(async (run, options) =>
      await (await import("./report.ts")).report({ ...options, run: oneRun(run, options.run) })
    );

  program.command("model")
    .description("serve the embedded model to other programs, on loopback")
    .option("--port <n>", "port; 0 takes a free one", whole, 8001)
    .option("--weights <path>", "fitted model: its folder, or its weights.json")
    .action(async (options) => await (await import("./model.ts")).model(options));

  program.command("train")
    .description("fit the embedded model to shards, or to what some runs found together")
    .option("--shards <dir>", "shard folder with its manifest.json")
    .option("--pool <run,run>", "runs whose shortest right programs are learnt from")
    .requiredOption("--out <dir>", "model folder to write")
    .option(
      "--proposer <dir>",
      "fitted model that proposed the shards' programs; the fit starts from it",
    )
    .action(async (options) => await (await import("./train.ts")).train(options));

  program.command("trainer-setup")
    .alias("trainer:setup")
    .description("make .venv-trainer, which fine-tunes language models (some 6 GB)")
    .action(async () => await (await import("./trainer_venv.ts")).setUpTrainer());

  program.command("shards")
    .description("check shards against their manifest")
    .argument("<dir>", "shard folder")
    .action(async (directory) => await (await import("./shards.ts")).shards(directory));

  program.command("new")
    .description("write a soar.toml with every field, its meaning and its default")
    .argument("[file]", "where to; - for standard output", "soar.toml")
    .action(async (file) => (await import("./new.ts")).newConfig(file));

  program.command("work")
    .description("run the programs of runs on other hosts, until SIGTERM")
    .requiredOption("--nats <url>", "server that carries them; NATS_USER, NATS_TOKEN … let one in")
    .option("--host <name>", "what evaluations call this host (default: its own name)")
    .addOption(
      new Option("--engine <name>", "sandbox engine").choices(["auto", "python", "wasm"])
        .default("auto"),
    )
    .option("--workers <n>", "cells (default: one a core)", positive)
    .option("--memory-mb <n>", "address space a program", positive, 512)
    .option("--credit <n>", "programs held at once (default: 32 a cell)", positive)
    .action(async (options) => await (await import("./work.ts")).work(options));

  program.command("doctor")
    .description("check this machine: Python, sandbox, endpoint, data, disk")
    .option("--endpoint <url>", "server to ask what it can do (default: soar.toml's)")
    .option("--model <name>", "model to ask there")
    .action(async (options) => await (await import("./doctor.ts")).doctor(options));

  for (const command of program.commands) {
    command.addHelpText("before", asInvoked(EXAMPLES[command.name()]));
  }
  try {
    const given = args.filter((arg, i) => !(arg === "--" && i === 0));
    refuseUnknown(given[0], program.commands.flatMap((one) => [one.name(), ...one.aliases()]));
    await program.parseAsync(given, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`soar: ${asInvoked(error instanceof Error ? error.message : String(error))}`);
    if (Deno.env.get("SOAR_DEBUG")) console.error(error);
    return exitCodeOf(error);
  }
}

/** A first word that is no command would else be told as an argument too many. */
function refuseUnknown(word: string | undefined, commands: readonly string[]): void {
  if (word === undefined || word.startsWith("-") || [...commands, "help"].includes(word)) return;
  const near = didYouMean(word, commands);
  throw new UsageError(`no command ${word}${near}; there are: ${commands.join(", ")}`);
}

/** The run that is named, in either way. */
function oneRun(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument === undefined || option === undefined || argument === option) {
    return argument ?? option;
  }
  throw new UsageError(`${argument} and --run ${option}: expected one run`);
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function positive(text: string): number {
  const number = whole(text);
  if (number === 0) throw new InvalidArgumentError("Expected at least 1.");
  return number;
}

function numbers(text: string): number[] {
  return text.split(",").map((part) => {
    if (!/^\d+(\.\d+)?$/.test(part)) {
      throw new InvalidArgumentError("Expected numbers of at least 0.");
    }
    return Number(part);
  });
}

function positives(text: string): number[] {
  return text.split(",").map(positive);
}

function settings(): Option {
  return new Option("--set <section.field=value>", "set a field of the configuration; any number")
    .argParser((text, before: readonly string[]) => [...before, text])
    .default([], "none");
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
