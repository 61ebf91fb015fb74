/**
 * `soar dash`: the dashboard of a run, live or finished, until Ctrl-C.
 *
 * @module
 */
import { findRun } from "../mod.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { serveDash } from "./dash_server.ts";
import { Interrupted } from "./exit_code.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** @throws UsageError, NoRunError */
export async function dash(
  { run, port }: { readonly run?: string; readonly port: number },
): Promise<void> {
  if (port > 65_535) throw new UsageError(`--port ${port}: expected 0..65535`);
  const directory = findRun(runsDirectory(), run);
  const server = await serveDash(directory, port);
  console.log(`dashboard of run ${directory.name}: ${server.url}`);
  console.error("only this address opens it; Ctrl-C ends it, the run goes on");
  try {
    await untilCtrlC((signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
    );
  } catch (error) {
    // Ctrl-C is how one leaves, so it is no failure.
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await server.close();
  }
}
