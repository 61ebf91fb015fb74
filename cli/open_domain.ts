/**
 * The domain that a command is about: ARC, or what a module of the user's exports.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { ARC, type Domain } from "../mod.ts";
import { UsageError } from "./usage_error.ts";
import { userPath, userSpec } from "./user_path.ts";

/** What a domain must have to be taken for one. */
const PARTS: Readonly<Record<Exclude<keyof Domain, "name">, "function" | "object">> = {
  loadTasks: "function",
  runnable: "function",
  judge: "function",
  prompts: "object",
  features: "object",
};

/**
 * The domain that a module exports, under whatever name.
 *
 * @param file path of the module; undefined = ARC
 * @throws UsageError where there is no such module, or it exports none or several
 */
export async function openDomain(file: string | undefined): Promise<Domain> {
  if (file === undefined) return ARC;
  const path = userPath(file);
  let exported: Record<string, unknown>;
  try {
    if (!Deno.statSync(path).isFile) throw new Error("expected a file");
    exported = await import(pathToFileURL(Deno.realPathSync(path)).href);
  } catch (error) {
    throw new UsageError(`--domain ${file}: ${(error as Error).message}`);
  }
  const domains = Object.values(exported).filter(isDomain);
  if (domains.length === 1) return domains[0];
  throw new UsageError(
    `--domain ${file}: expected a module that exports one Domain (${
      Object.keys(PARTS).join(", ")
    }), got ${domains.length}`,
  );
}

/** A task SPEC as the domain reads it: ARC's with its paths from where the command was given. */
export function specFor(domain: Domain, spec: string): string {
  return domain === ARC ? userSpec(spec) : spec;
}

function isDomain(value: unknown): value is Domain {
  return typeof value === "object" && value !== null &&
    typeof (value as Domain).name === "string" &&
    Object.entries(PARTS).every(([part, type]) =>
      typeof (value as Record<string, unknown>)[part] === type
    );
}
