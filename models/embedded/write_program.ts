/**
 * Writing a plan as a Python program, and the test that it does not write its answer down.
 *
 * The program is self-contained: the functions it uses, then `transform`, whose docstring carries
 * the plan. Everything stands inside functions, since program extraction may keep nothing else.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";
import type { Facts } from "./facts.ts";
import { type Node, type Plan, printPlan } from "./plan.ts";
import { INPUT, pythonOf } from "./registry.ts";
import { type Table, tableStatements } from "./table.ts";

/** Longest line of a program (SOAR's hard-coding filter). */
const MAX_LINE_CHARS = 200;

/** The Python source of a plan. */
export function writeProgram(plan: Plan, table: Table | null, facts: Facts): string {
  const statements: string[] = [];
  const named = new Map<string, string>();
  const used = new Set<string>();
  const refer = (expression: Node): string => {
    const { operation, text } = expression;
    if (operation === INPUT) return "grid";
    if (operation.python === null) return `${operation.apply([], facts)}`;
    const known = named.get(text);
    if (known) return known;
    const value = call(expression);
    const name = `x${named.size + 1}`;
    statements.push(`${name} = ${value}`);
    named.set(text, name);
    return name;
  };
  const call = ({ operation, args }: Node) => {
    used.add(operation.name);
    return `${operation.name}(${args.map(refer).join(", ")})`;
  };
  const last = plan.body.operation === INPUT ? "grid" : call(plan.body);
  if (table) {
    used.add("look_up");
    if (table.choices.size > 0) used.add("entries");
    statements.push(`keys, sources = ${last}`, ...tableStatements(table));
    statements.push("return look_up(table, keys, sources)");
  } else {
    statements.push(`return ${last}`);
  }
  const body = [`"""plan: ${printPlan(plan)}"""`, ...statements];
  const transform = ["def transform(grid):", ...body.map((line) => `    ${line}`)].join("\n");
  return [...pythonOf(used), transform].join("\n\n\n") + "\n";
}

/**
 * Whether SOAR's filter would drop the program: a line is too long, or the text of an output
 * stands in it (blanks removed; brackets too, unless a train output is a single cell).
 */
export function isHardCoded(
  code: string,
  outputs: readonly Grid[],
  trainOutputs: readonly Grid[],
): boolean {
  if (code.split("\n").some((line) => line.length > MAX_LINE_CHARS)) return true;
  const keepBrackets = trainOutputs.some((grid) => grid.length === 1 && grid[0].length === 1);
  const strip = (text: string) => text.replaceAll(keepBrackets ? / /g : /[ [\]]/g, "");
  const source = strip(code);
  return outputs.some((grid) => source.includes(strip(JSON.stringify(grid))));
}
