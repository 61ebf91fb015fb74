/**
 * `soar new`: writes a soar.toml to begin with.
 *
 * @module
 */
import { dirname } from "node:path";
import { configTemplate } from "./config_template.ts";
import { asInvoked } from "./invocation.ts";
import { writeOutput } from "./output.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** Writes it; `-` is standard output. @throws UsageError where the file is there already */
export function newConfig(file: string): void {
  const text = asInvoked(configTemplate());
  if (file === "-") return void writeOutput(text);
  try {
    Deno.writeTextFileSync(userPath(file), text, { createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(`${file}: there is no folder ${dirname(userPath(file))}`);
    }
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new UsageError(
      `${file} exists and is left as it is: give another name, or - to print it`,
    );
  }
  console.error(
    `${file} holds every field with its default; change it, then: deno task soar --dry-run`,
  );
}
