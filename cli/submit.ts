/**
 * `soar submit`: a run's submission in Kaggle's form.
 *
 * @module
 */
import { decodeGrid, findRun, submissionOf, type Task } from "../mod.ts";
import { readRun } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** Options of `soar submit`. */
export interface SubmitOptions {
  readonly run?: string;
  readonly output?: string;
}

/** Writes the attempts of the last vote. @throws NoRunError, UsageError before the first vote */
export async function submit({ run, output }: SubmitOptions): Promise<void> {
  const directory = findRun(runsDirectory(), run);
  const { archive, tasks, lastVote } = readRun(directory);
  if (lastVote === null) {
    throw new UsageError(`run ${directory.name} has not voted yet: resume it to its end`);
  }
  const attempts = new Map(
    tasks.map((task: Task) => [
      task.id,
      archive.votes(lastVote, task.id).map(({ outputs }) => outputs.map(decodeGrid)),
    ]),
  );
  const text = JSON.stringify(submissionOf(tasks, attempts)) + "\n";
  if (output === undefined) await Deno.stdout.write(new TextEncoder().encode(text));
  else await Deno.writeTextFile(userPath(output), text);
}
