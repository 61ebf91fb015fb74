/**
 * What was expected in place of a wrong value or name, in words: what zod finds, told to a person.
 *
 * @module
 */
import type { z } from "zod";
import { didYouMean, nearest } from "../mod.ts";

const KINDS: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "a table of fields",
};

/** A message for zod's `error` option; undefined leaves zod's own. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      if (issue.origin === "string") return "expected a text, not an empty one";
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${
        sized(issue, "minimum")
      }`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${
        sized(issue, "maximum")
      }`;
    case "invalid_value": {
      const names = issue.values.map(String);
      return `expected one of ${names.join(", ")}${didYouMean(String(issue.input), names)}`;
    }
    case "invalid_format":
      return issue.format === "url" ? "expected an http or https URL" : undefined;
    default:
      return undefined;
  }
}

/** The bound; of a list it counts entries. */
function sized(
  issue: { readonly origin?: string; readonly minimum?: unknown; readonly maximum?: unknown },
  bound: "minimum" | "maximum",
): string {
  return `${issue[bound]}${issue.origin === "array" ? " entries" : ""}`;
}

/** `unknown field a.b`, with the likeliest one, or those of its section, or the sections. */
export function unknownFieldText(path: string, known: readonly string[]): string {
  const near = nearest(path, known);
  if (near !== null) return `unknown field ${path} (did you mean ${near}?)`;
  const section = `${path.split(".")[0]}.`;
  const beside = known.filter((one) => one.startsWith(section));
  if (beside.length > 0) return `unknown field ${path}; fields: ${beside.join(", ")}`;
  const sections = [...new Set(known.map((one) => one.split(".")[0]))];
  return `unknown field ${path}; sections: ${sections.join(", ")}`;
}
