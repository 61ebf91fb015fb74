/**
 * Which tasks a fitted model has learnt from, as its `training.json` says.
 *
 * @module
 */
import { z } from "zod";
import type { TaskIdentity } from "../mod.ts";
import { UsageError } from "./usage_error.ts";

const Report = z.object({
  tasks: z.array(z.object({
    id: z.string(),
    dataset: z.string(),
    pairHashes: z.array(z.string()),
    testTime: z.boolean().optional(),
  })).nullish(),
});

/**
 * The tasks of a model folder; null where it does not say.
 *
 * @throws UsageError when there is no `training.json`, or it is none
 */
export function readTrainedOn(folder: string): TaskIdentity[] | null {
  const file = `${folder}/training.json`;
  try {
    return Report.parse(JSON.parse(Deno.readTextFileSync(file))).tasks ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`there is no ${file}`);
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    throw new UsageError(`${file}: ${why}`);
  }
}
