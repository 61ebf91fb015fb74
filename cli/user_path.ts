/**
 * Paths as the user meant them: `deno task` runs in the project's folder, but says in INIT_CWD where
 * it was called.
 *
 * @module
 */
import { isAbsolute, resolve } from "node:path";
import { parseTaskSpec } from "../mod.ts";

/** The path, from where the command was given. */
export function userPath(path: string): string {
  const from = Deno.env.get("INIT_CWD");
  return from === undefined || isAbsolute(path) ? path : resolve(from, path);
}

/** A task SPEC whose paths are from where the command was given. @throws TaskError */
export function userSpec(spec: string): string {
  const { source, pick } = parseTaskSpec(spec);
  if (source.kind !== "path") return spec;
  const paths = source.solutions === null ? [source.path] : [source.path, source.solutions];
  return paths.map(userPath).join(",") + (pick ? `#${pick.join(",")}` : "");
}
