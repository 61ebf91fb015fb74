/**
 * The Python of the tests: SOAR_PYTHON, or the project's `.venv`, made by the test command.
 */
import { fileURLToPath } from "node:url";

/** Absolute path of an interpreter with numpy and scipy. */
export const PYTHON: string = Deno.env.get("SOAR_PYTHON") ??
  fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
