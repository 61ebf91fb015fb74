/**
 * The configuration that a run keeps, read back from its run.json.
 *
 * @module
 */
import type { RunDirectory } from "../mod.ts";
import { Config } from "./config.ts";
import { UsageError } from "./usage_error.ts";
import { expectation } from "./wrong_value.ts";

/** @throws NoRunError, UsageError naming the field that this version cannot read */
export function runConfig(directory: RunDirectory): Config {
  const { config, version } = directory.readRunFile();
  const read = Config.safeParse(config, { error: expectation });
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message, ...issue }) => {
    const keys = "keys" in issue ? issue.keys : [];
    return `${[...path, ...keys].join(".") || "config"}: ${message}`;
  });
  throw new UsageError(
    `${directory.path}/run.json (written by version ${version}): ${faults.join("; ")}; ` +
      "mend it, or begin a new run",
  );
}
