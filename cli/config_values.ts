/**
 * The values of a configuration while it is put together, and where each came from.
 *
 * @module
 */
// @ts-types="../std/toml.d.ts"
import { parse as parseToml } from "@std/toml";
import type { z } from "zod";
import { ENTRY_FIELDS, ModelEntry } from "./model_config.ts";
import { UsageError } from "./usage_error.ts";
import { expectation, unknownFieldText } from "./wrong_value.ts";

/** Sections by name. */
type Sections = Readonly<Record<string, z.ZodType>>;

/** What `[[model]]` or `model.N.field` gave, by its number. */
type Entries = Record<string, unknown>[];

/** Nested values, later assignments over earlier ones. */
export class ConfigValues {
  readonly #sections: Sections;
  readonly #values: Record<string, unknown>;
  readonly #from: string;
  readonly #source = new Map<string, string>();
  /** Null while one model or none was given. */
  #entries: Entries | null = null;
  /** Fields of the section that hold for all entries. */
  readonly #ofAll: Record<string, unknown> = {};
  readonly #ofOne: { readonly path: string; readonly value: unknown }[] = [];

  /**
   * @param values of soar.toml
   * @param from its path, for messages
   */
  constructor(sections: Sections, values: Record<string, unknown>, from: string) {
    this.#sections = sections;
    this.#values = { ...values };
    this.#from = from;
    if ("models" in values) throw unknownField("models", from, sections);
    if (!Array.isArray(values.model)) return;
    this.#entries = values.model.map((entry) => ({ ...entry }));
    this.#values.model = {};
  }

  /** Assigns a value to `section.field`, or to `model.N.field`. */
  assign(path: string, value: unknown, from: string): void {
    const [section, ...keys] = path.split(".");
    this.#source.set(path, from);
    if (keys.length === 2) {
      this.#ofOne.push({ path, value });
      return;
    }
    const [key] = keys;
    const fields = this.#values[section] ??= {};
    // What is no table is refused by the schema.
    if (typeof fields === "object") (fields as Record<string, unknown>)[key] = value;
    if (section === "model") this.#ofAll[key] = value;
  }

  /** The same for a text, read as the field's kind of value. @throws UsageError unknown field */
  assignText(path: string, text: string, from: string): void {
    const schema = schemaOf(this.#sections, path);
    if (!schema) throw unknownField(path, from, this.#sections);
    this.assign(path, valueOf(schema, text), from);
  }

  /** Checks all. @throws UsageError naming field, value and bound */
  check<T>(schema: z.ZodType<T>): T {
    const values = { ...this.#values, models: this.#models() };
    const checked = schema.safeParse(values, { error: expectation });
    if (checked.success) return checked.data;
    throw new UsageError(
      checked.error.issues.flatMap((issue) => this.#faults(issue, values)).join("\n"),
    );
  }

  /** The entries with what holds for all of them and for each. */
  #models(): Entries {
    // A model named by itself stands in for the list.
    const single = this.#ofAll.endpoint !== undefined || this.#ofAll.name !== undefined;
    const entries = single ? [] : [...this.#entries ?? []];
    for (const { path, value } of this.#ofOne) {
      const [, number, key] = path.split(".");
      const i = Number(number);
      if (i > entries.length || single) {
        const from = this.#source.get(path);
        const there = single ? "one model that is no list" : `${entries.length} of [[model]]`;
        throw new UsageError(`${from}: ${path}: there is ${there}, counted from 0`);
      }
      entries[i] = { ...entries[i], [key]: value };
    }
    const ofAll = Object.entries(this.#ofAll).filter(([key]) => ENTRY_FIELDS.includes(key));
    const ofOne = new Set(this.#ofOne.map(({ path }) => path));
    return entries.map((entry, i) => ({
      ...entry,
      ...Object.fromEntries(ofAll.filter(([key]) => !ofOne.has(`model.${i}.${key}`))),
    }));
  }

  #faults(issue: z.core.$ZodIssue, values: unknown): string[] {
    const path = issue.path.join(".").replace(/^models\b/, "model");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) =>
        unknownField(path ? `${path}.${key}` : key, this.#from, this.#sections).message
      );
    }
    const given = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      values,
    );
    const from = this.#source.get(path) ??
      this.#source.get(path.replace(/^model\.\d+\./, "model.")) ?? this.#from;
    return [`${from}: ${path} = ${shown(path, given)}: ${issue.message}`];
  }
}

/** Fields of a section by name. */
export function fieldsOf(section: z.ZodType): Record<string, z.ZodType> {
  return (section as unknown as { unwrap(): { shape: Record<string, z.ZodType> } }).unwrap().shape;
}

/** Reads a configuration file. @throws UsageError */
export function parseFile({ path, text }: { path: string; text: string }): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
}

/** A value as a message may repeat it: what may be a key by mistake, or hold one, is left out. */
function shown(path: string, value: unknown): string {
  const isSecret = path.endsWith("api_key_env") ||
    path.endsWith("endpoint") && /[@?#]/.test(String(value));
  return isSecret ? "(not shown)" : JSON.stringify(value);
}

function schemaOf(sections: Sections, path: string): z.ZodType | undefined {
  const [section, ...keys] = path.split(".");
  if (keys.length === 2) {
    const [, key] = keys;
    const fields: Record<string, z.ZodType> = ModelEntry.shape;
    return section === "model" && Object.hasOwn(fields, key) ? fields[key] : undefined;
  }
  if (!Object.hasOwn(sections, section)) return undefined;
  const fields = fieldsOf(sections[section]);
  return Object.hasOwn(fields, keys[0]) ? fields[keys[0]] : undefined;
}

/** A text from flag or environment as the field's kind of value: TOML's reading, else the text. */
function valueOf(schema: z.ZodType, text: string): unknown {
  // Quotes are TOML's: `--set 'train.base="some/folder"'` means the folder.
  const isQuoted = /^(["']).*\1$/s.test(text);
  if (!isQuoted && schema.safeParse(text).success) return text;
  try {
    return parseToml(`value = ${text}`).value;
  } catch {
    return text;
  }
}

function unknownField(path: string, from: string, sections: Sections): UsageError {
  const fields = /^model\.\d+\./.test(path)
    ? ENTRY_FIELDS.map((field) => `model.N.${field}`)
    : Object.entries(sections).flatMap(([section, schema]) =>
      Object.keys(fieldsOf(schema)).map((key) => `${section}.${key}`)
    );
  return new UsageError(`${from}: ${unknownFieldText(path, fields)}`);
}
