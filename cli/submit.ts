/**
 * `soar submit`: a run's submission in Kaggle's form.
 *
 * @module
 */
import { type Archive, decodeGrid, findRun, submissionOf, type Task } from "../mod.ts";
import { explain } from "./explain.ts";
import { writeOutput } from "./output.ts";
import { writeTextWhole } from "./output_file.ts";
import { readRun } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar submit`. */
export interface SubmitOptions {
  readonly run?: string;
  readonly output?: string;
  /** Prints the votes in place of the submission. */
  readonly explain?: boolean;
}

/** Writes the attempts of the last vote. @throws NoRunError, UsageError before the first vote */
export async function submit({ run, output, explain: asked }: SubmitOptions): Promise<void> {
  const directory = findRun(runsDirectory(), run);
  const { archive, tasks, lastVote } = readRun(directory);
  if (lastVote === null) {
    throw new UsageError(`run ${directory.name} has not voted yet: resume it to its end`);
  }
  if (asked) {
    writeOutput(explained(archive, tasks, lastVote) + "\n");
    return;
  }
  const attempts = new Map(
    tasks.map((task: Task) => [
      task.id,
      archive.votes(lastVote, task.id).map(({ outputs }) => outputs.map(decodeGrid)),
    ]),
  );
  const text = JSON.stringify(submissionOf(tasks, attempts)) + "\n";
  if (output === undefined) writeOutput(text);
  else await writeTextWhole(output, [text]);
}

/** What the journal says of the vote. */
function explained(archive: Archive, tasks: readonly Task[], generation: number): string {
  const votes = tasks.flatMap(({ id: taskId }) =>
    archive.votes(generation, taskId).map(({ attempt, weight, members, correctTest }) => {
      const correct = correctTest && correctTest.every(Boolean);
      return { taskId, attempt, input: null, weight, members, share: null, correct };
    })
  );
  return explain(votes, (_, id) => archive.get(id)?.h ?? 0);
}
