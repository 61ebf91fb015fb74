/**
 * Keeping fitted weights in a model directory.
 *
 * @module
 */
import { z } from "zod";
import type { Weights } from "./grammar.ts";

/** File of the weights within a model directory. */
const FILE = "weights.json";

const SCHEMA = z.object({
  format: z.literal(1),
  features: z.array(z.string()),
  sites: z.record(z.string(), z.record(z.string(), z.array(z.number()))),
});

/** Writes the weights into a directory, which is made if need be. */
export async function saveWeights(dir: string, weights: Weights): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  // Four decimals are far below what a weight is known to, and halve the file.
  const text = JSON.stringify(
    { format: 1, ...weights },
    (_, value) => typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
  );
  await Deno.writeTextFile(`${dir}/${FILE}`, text);
}

/**
 * Reads the weights of a directory.
 *
 * @throws {Deno.errors.NotFound} when there are none
 * @throws {SyntaxError} when the file is not of this format
 */
export async function loadWeights(dir: string): Promise<Weights> {
  const text = await Deno.readTextFile(`${dir}/${FILE}`);
  const read = SCHEMA.safeParse(JSON.parse(text));
  if (!read.success) throw new SyntaxError(`weights: ${read.error.issues[0].message}`);
  const { features, sites } = read.data;
  const wrong = Object.values(sites).flatMap(Object.values)
    .some((row: number[]) => row.length !== features.length);
  if (wrong) throw new SyntaxError(`weights: expected ${features.length} numbers a production`);
  return { features, sites };
}
