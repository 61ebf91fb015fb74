/**
 * Where runs are kept: `runs/` of this folder, or the folder named by SOAR_RUNS.
 *
 * @module
 */

/** Path of the runs' folder. */
export function runsDirectory(): string {
  return Deno.env.get("SOAR_RUNS") ?? "runs";
}
