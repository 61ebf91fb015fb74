/**
 * A run that begins with a fitted model: which one, what it was fitted on, and its copy in the run.
 *
 * The copy in `models/g000/` is what generation 0 asks, so the run stays whole when the run that
 * made the model is gone.
 *
 * @module
 */
import {
  type ContaminationGuard,
  findRun,
  generationName,
  isReady,
  type RunDirectory,
  type TaskIdentity,
} from "../mod.ts";
import { readTrainedOn } from "./trained_on.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** A fitted model. */
export interface BaseModel {
  /** Its folder. */
  readonly folder: string;
  /** Tasks it was fitted on, directly or through the model whose programs it learnt from. */
  readonly tasks: readonly TaskIdentity[];
}

/**
 * The model a run begins with: its own copy, or, before there is one, the one `from` names by `RUN`
 * (its last model), `RUN:gNNN`, or the path of its folder; a path holds a `/`.
 *
 * @throws UsageError when there is no such model, or it does not say what it was fitted on
 * @throws NoRunError when there is no such run
 */
export function findBaseModel(
  from: string,
  run: RunDirectory,
  runsDirectory: string,
): BaseModel {
  const folder = isReady(run.model(0))
    ? run.model(0)
    : from.includes("/")
    ? pathOf(from)
    : modelOfRun(from, runsDirectory);
  const tasks = readTrainedOn(folder);
  if (!tasks) {
    throw new UsageError(
      `model ${folder} does not say which tasks it was fitted on (training.json, field tasks): ` +
        "fit it anew from shards of this version",
    );
  }
  return { folder, tasks };
}

/** @throws UsageError when the model, or shard folder, was made from a task that is being measured */
export function refuseMeasured({ folder, tasks }: BaseModel, guard: ContaminationGuard): void {
  const faults = tasks
    .map((task) => guard.faultOf({ ...task, pairHashes: new Set(task.pairHashes) }))
    .filter((fault) => fault !== null);
  if (faults.length === 0) return;
  const testTime = tasks.filter((task) => task.testTime).length;
  throw new UsageError(
    `${folder} was made from ${tasks.length} tasks` +
      `${testTime > 0 ? ` (${testTime} at test time)` : ""}, of which ${faults.length} ` +
      `are being measured by this run: ${faults[0]}`,
  );
}

/** Copies the model into the run unless it stands there; `READY` comes last and says from where. */
export async function copyBaseModel({ folder }: BaseModel, run: RunDirectory): Promise<void> {
  const own = run.model(0);
  if (isReady(own)) return;
  await Deno.mkdir(own, { recursive: true });
  for (const file of ["weights.json", "training.json"]) {
    await Deno.copyFile(`${folder}/${file}`, `${own}/${file}`);
  }
  await Deno.writeTextFile(`${own}/READY`, `${JSON.stringify({ from: folder })}\n`);
}

function modelOfRun(from: string, runsDirectory: string): string {
  const [, name, generation] = /^(.*?)(?::(g\d{3}))?$/.exec(from)!;
  const run = findRun(runsDirectory, name);
  const ready = readyModels(run);
  const wanted = generation ?? ready.at(-1);
  if (wanted !== undefined && ready.includes(wanted)) return `${run.models}/${wanted}`;
  const there = ready.length > 0 ? `there are ${ready.join(", ")}` : "it fitted none";
  throw new UsageError(`run ${run.name} has no fitted model ${generation ?? ""}; ${there}`);
}

/** Names of the complete models of a run, the latest last. */
function readyModels(run: RunDirectory): string[] {
  return Array.from({ length: 256 }, (_, generation) => generation)
    .filter((generation) => isReady(run.model(generation)))
    .map(generationName);
}

function pathOf(from: string): string {
  const folder = userPath(from).replace(/(?<=.)\/+$/, "");
  if (isReady(folder)) return folder;
  throw new UsageError(`model.from ${from}: expected a model folder with a READY file`);
}
