/**
 * The command line: one file a command, this one tells them apart.
 *
 * @module
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCodeOf } from "./exit_code.ts";

const EXAMPLES = `
Examples
  deno task soar                                       the main job: ARC-AGI-1, embedded model
  deno task soar --tasks sample                        the bundled tasks, in seconds
  deno task soar --endpoint http://host:8000/v1 --model NAME
  deno task tail                                       follow the candidates of the last run
  deno task sql "FROM learning_curve"                  ask about any run, live or finished

Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such run or task, 4 model lost,
130 interrupted (go on with --resume).`;

/** Runs the command line. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("deno task")
    .description("Lets a model teach itself to write programs that solve ARC tasks.")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void Deno.stderr.writeSync(encode(text)) });
  const runOption = ["--run <name>", "which run (default: the last one started)"] as const;

  program.command("soar", { isDefault: true })
    .description("run the search: sample, execute, refine, relabel, fit, vote")
    .option("--tasks <spec>", "task SPEC, e.g. arc-agi-1:training, sample, a directory")
    .option("--split <split>", "of tasks read from a path: training or evaluation")
    .option("--endpoint <url>", "OpenAI-compatible server; key from OPENAI_API_KEY")
    .option("--model <name>", "model to ask there")
    .option("--run <name>", "name of the new run (default: date and time)")
    .option("--resume <name>", "go on with a run that was interrupted")
    .option("--seed <n>", "seed of every choice", whole)
    .option("--generations <n>", "generations, the base model's included", whole)
    .option("--samples <n>", "programs sampled a task and generation", whole)
    .option("--refinements <n>", "programs refined a task and generation", whole)
    .option("--no-fit", "ask the base model in every generation")
    .option("--deterministic", "the same seed and replies give the same archive")
    .option("--config <file>", "configuration (default: soar.toml, if there is one)")
    .option("--set <section.field=value>", "set a field of the configuration", collect, [])
    .option("--dry-run", "check everything, print the plan, start nothing")
    .action(async (options) => await (await import("./soar.ts")).soar(options));

  program.command("tail")
    .description("follow the candidates of a run")
    .option(...runOption)
    .option("-n, --last <n>", "candidates to begin with", whole, 10)
    .option("--after <seq>", "begin after this journal number", whole)
    .option("--no-follow", "end after those")
    .option("--task <id>", "only this task")
    .option("--outcome <name>", "only this outcome, e.g. timeout")
    .option("--solved", "only solutions")
    .option("--json", "one JSON object a line")
    .action(async (options) => await (await import("./tail.ts")).tail(options));

  program.command("sql")
    .description("SQL over every program of a run, live or finished")
    .argument("[query]", "a query, or @name of a named one; - or none: from standard input")
    .option(...runOption)
    .option("--json", "an array of row objects")
    .option("--max-rows <n>", "rows to show", positive)
    .option("--timeout <seconds>", "longest time", positive, 60)
    .option("--examples", "list the named queries")
    .action(async (query, options) => await (await import("./sql.ts")).sql(query, options));

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
    .action(async (file, options) => await (await import("./exec.ts")).exec(file, options));

  program.command("submit")
    .description("write submission.json of a run")
    .option(...runOption)
    .option("-o, --output <file>", "where to (default: standard output)")
    .action(async (options) => await (await import("./submit.ts")).submit(options));

  program.command("train")
    .description("fit the embedded model to shards")
    .requiredOption("--shards <dir>", "shard folder with its manifest.json")
    .requiredOption("--out <dir>", "model folder to write")
    .action(async (options) => await (await import("./train.ts")).train(options));

  program.command("shards")
    .description("check shards against their manifest")
    .argument("<dir>", "shard folder")
    .action(async (directory) => await (await import("./shards.ts")).shards(directory));

  program.command("doctor")
    .description("check this machine: Python, sandbox, data, disk")
    .action(async () => await (await import("./doctor.ts")).doctor());

  try {
    await program.parseAsync(args.filter((arg, i) => !(arg === "--" && i === 0)), { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`soar: ${error instanceof Error ? error.message : String(error)}`);
    if (Deno.env.get("SOAR_DEBUG")) console.error(error);
    return exitCodeOf(error);
  }
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

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
