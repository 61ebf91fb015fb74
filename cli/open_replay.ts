/**
 * A run whose replies stand in for the model.
 *
 * @module
 */
import { type Archive, differingRows, findRun, Replay, type TaskLoaded } from "../mod.ts";
import { Config } from "./config.ts";
import type { OpenedModel } from "./opened_model.ts";
import { missingTasks, readRun } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** A run that is followed. */
export interface OpenReplay {
  readonly replay: Replay;
  readonly model: OpenedModel;
  /** Says whether the search came out the same. @throws Error when it did not */
  compare(archive: Archive): void;
}

/** Ids named when archives differ. */
const NAMED = 3;

/**
 * Opens the run to be followed.
 *
 * @param tasks of the replay
 * @throws NoRunError, UsageError when the tasks have changed since, or the run was continuous
 */
export function openReplay(name: string, tasks: readonly TaskLoaded[]): OpenReplay {
  const directory = findRun(runsDirectory(), name);
  if (Config.parse(directory.readRunFile().config).run.continuous) {
    throw new UsageError(
      `run.replay = ${name}: it was continuous, and which model a request asked hung on the ` +
        "trainer's pace; expected a run without --continuous",
    );
  }
  const followed = readRun(directory);
  missingTasks(followed, tasks);
  const replay = new Replay(name, followed.archive, directory.journal);
  return {
    replay,
    model: {
      client: replay,
      trainer: null,
      minP: null,
      embeddings: null,
      modelOf: (generation) => replay.modelOf(generation),
      // A unit that the run cancelled is never asked for.
      assign: (unit) => replay.callOf(unit)!,
      close: () => Promise.resolve(replay[Symbol.dispose]()),
    },
    compare(archive) {
      const differing = differingRows(archive, followed.archive);
      if (differing.length > 0) {
        throw new Error(
          `${differing.length} programs came out otherwise than in run ${name}, among them ` +
            `${
              differing.slice(0, NAMED).join(", ")
            }: a program near its time limit, or a machine ` +
            "or version that differs, can do that",
        );
      }
      console.log(`the same archive as run ${name}: ${archive.size.toLocaleString("en")} programs`);
    },
  };
}
