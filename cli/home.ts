/**
 * The folder of the program, where it keeps what it installs for itself (`.venv`, `.cache`) whatever
 * folder it is called from: its own, or the one named by SOAR_HOME. Runs are in the current folder.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Its absolute path, without a slash at the end. */
export function homeDirectory(): string {
  return resolve(Deno.env.get("SOAR_HOME") ?? fileURLToPath(new URL("..", import.meta.url)));
}
