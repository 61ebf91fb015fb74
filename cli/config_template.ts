/**
 * The text of a soar.toml that says what each field is for, made from the schema itself.
 *
 * @module
 */
import { z } from "zod";
import { Config } from "./config.ts";

/** The part of a JSON schema that a line is made from. */
interface Field {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Field>>;
}

const HEAD =
  `# Configuration of soar runs. Every line shows its default and is commented out: take away the #
# of what you change. Flags come before the environment (SOAR_BUDGET_SAMPLES=100), that before this
# file. \`deno task soar --dry-run\` checks it.
`;

/** The file, all fields commented out: as it stands it changes nothing. */
export function configTemplate(): string {
  const { properties } = z.toJSONSchema(Config, { io: "input" }) as Field;
  const sections = Object.entries(properties!).flatMap(([section, { properties }]) =>
    properties ? [`[${section}]\n${Object.entries(properties).map(fieldText).join("\n")}`] : []
  );
  return [HEAD, ...sections].join("\n");
}

function fieldText([name, field]: [string, Field]): string {
  const said = [field.description, boundsOf(field)].filter(Boolean).join("; ");
  const value = field.default === undefined ? "" : ` ${JSON.stringify(field.default)}`;
  return `${said === "" ? "" : `# ${said}\n`}# ${name} =${value}\n`;
}

function boundsOf({ type, enum: names, minimum, exclusiveMinimum, maximum }: Field): string {
  if (names) return `one of ${names.join(", ")}`;
  const parts = [
    type === "integer" ? "whole" : "",
    isBound(minimum) ? `at least ${minimum}` : "",
    isBound(exclusiveMinimum) ? `more than ${exclusiveMinimum}` : "",
    isBound(maximum) ? `at most ${maximum}` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** Whole numbers have the ends of what a number can hold as bounds, which say nothing. */
function isBound(value: number | undefined): boolean {
  return value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}
