/**
 * What an operation of the grammar is. Adding one to a family under `operations/` is all it takes.
 *
 * Every operation exists twice: `apply` computes in this process while a program is being drawn,
 * `python` is the source that goes into the program. A test compares them on many grids.
 *
 * @module
 */
import type { Facts } from "./facts.ts";
import type { Kind, Value, ValueOf } from "./value.ts";

/** One production of the grammar. */
export interface Operation {
  /** Unique name: in plans, and of the Python function. */
  readonly name: string;
  /** Kinds of its arguments. */
  readonly takes: readonly Kind[];
  readonly gives: Kind;
  /** One line. */
  readonly meaning: string;
  /**
   * Set of alternatives it belongs to among those that give its kind: the base grammar chooses
   * a group first, then a member, both uniformly.
   */
  readonly group: string;
  /** Computes it; null where it is undefined. Pure. */
  readonly apply: (args: readonly Value[], facts: Facts) => Value | null;
  /** Python source of a function with its name, or null when it is written as a literal. */
  readonly python: string | null;
}

type ValuesOf<K extends readonly Kind[]> = { [I in keyof K]: ValueOf[K[I]] };

/** Makes an operation whose `apply` is checked against the kinds it takes and gives. */
export function operation<const K extends readonly Kind[], R extends Kind>(entry: {
  name: string;
  takes: K;
  gives: R;
  meaning: string;
  apply: (...args: ValuesOf<K>) => ValueOf[R] | null;
  python: string;
}): Operation {
  const { apply } = entry;
  return {
    ...entry,
    group: "operation",
    apply: (args) => apply(...(args as unknown as ValuesOf<K>)),
    python: entry.python.trim(),
  };
}

/** Makes a colour or integer that is known from the task alone and written as a number. */
export function literal(entry: {
  name: string;
  gives: "colour" | "int";
  meaning: string;
  group: string;
  value: (facts: Facts) => number | null;
}): Operation {
  const { name, gives, meaning, group, value } = entry;
  return {
    name,
    takes: [],
    gives,
    meaning,
    group,
    apply: (_args, facts) => value(facts),
    python: null,
  };
}
