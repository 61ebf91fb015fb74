/**
 * Where the text of a query comes from: an argument, a named query, a file, standard input.
 *
 * @module
 */
import { didYouMean, namedQueries } from "../mod.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/**
 * The SQL that was asked for.
 *
 * @param query a text, `@name`, `-` for standard input, or nothing
 * @param values of a named query's parameters
 * @throws UsageError when it is none of these, or empty
 */
export async function queryText(
  query: string | undefined,
  values: readonly string[],
  file: string | undefined,
): Promise<string> {
  if (file !== undefined && query !== undefined) {
    throw new UsageError("give a query or --file, not both");
  }
  if (query?.startsWith("@")) return namedQuery(query.slice(1), values);
  if (values.length > 0) {
    throw new UsageError(
      `${values[0]}: only a named query takes values; quote a query that has spaces`,
    );
  }
  const text = file !== undefined && file !== "-"
    ? await readFile(file)
    : query !== undefined && query !== "-"
    ? query
    : await standardInput(query ?? file);
  if (text.trim() === "") throw new UsageError("the query is empty");
  return text;
}

/** The named queries and what they take, a line each. */
export function queryList(): string {
  return [...namedQueries].map(([name, { title, parameters }]) => {
    const takes = parameters.map((parameter) => ` [${parameter.name}]`).join("");
    return `${`@${name}${takes}`.padEnd(30)} ${title}`;
  }).join("\n");
}

function namedQuery(name: string, values: readonly string[]): string {
  const named = namedQueries.get(name);
  if (!named) {
    const names = [...namedQueries.keys()].map((known) => `@${known}`).join(", ");
    const near = didYouMean(name, namedQueries.keys());
    throw new UsageError(`no query @${name}${near}; there are ${names}`);
  }
  try {
    return named.bind(values);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

async function readFile(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(userPath(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`--file: no file ${file}`);
    if (error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`--file ${file}: expected a file, that is a folder`);
    }
    throw error;
  }
}

async function standardInput(asked: string | undefined): Promise<string> {
  if (asked === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError(
      'give a query, e.g. "FROM learning_curve", or @name; --examples lists some',
    );
  }
  return await new Response(Deno.stdin.readable).text();
}
