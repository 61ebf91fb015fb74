/**
 * Reading programs of another archive: Parquet or JSON lines in the columns of SOAR's published data.
 *
 * @module
 */
import { z } from "zod";
import { ARCHIVE_COLUMNS, readParquet } from "../mod.ts";
import { readLines } from "./read_lines.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

const id = z.union([z.string(), z.int().min(0).transform(String)])
  .refine((text) => /^\d{1,20}$/.test(text), "expected a whole number");
const absent = <T extends z.ZodType>(type: T) => type.nullish();

/** Outputs as they stand in the file: whether one is a grid is decided later. */
const outputs = z.array(z.unknown());

const Row = z.object({
  task_id: z.string().min(1),
  code: z.string(),
  predicted_train_output: outputs,
  predicted_test_output: outputs,
  correct_train_input: absent(z.array(z.boolean())),
  correct_test_input: absent(z.array(z.boolean())),
  model: absent(z.string()),
  generation: absent(z.int().min(0).max(255)),
  unique_id: absent(id),
  parents: absent(z.array(id)),
  type: absent(z.enum(["initial_solution", "refined"])),
});

/** A program as a file states it. */
export interface ImportedRow extends z.infer<typeof Row> {
  /** Names the row in errors. */
  readonly place: string;
}

/** The rows of a file. @throws UsageError naming the row and field that is wrong, ParquetError */
export async function* readRows(file: string): AsyncGenerator<ImportedRow> {
  const parquet = file.endsWith(".parquet");
  if (parquet && !exists(userPath(file))) throw new UsageError(`no file ${file}`);
  let number = 0;
  for await (const value of parquet ? parquetRows(file) : jsonRows(file)) {
    const place = `${file}, ${parquet ? "row" : "line"} ${++number}`;
    if (value === null) continue;
    const row = Row.safeParse(value instanceof SyntaxError ? undefined : value);
    if (value instanceof SyntaxError) throw new UsageError(`${place}: ${value.message}`);
    if (!row.success) throw new UsageError(`${place}: ${z.prettifyError(row.error)}`);
    yield { ...row.data, place };
  }
}

/** Ids as text, since JSON's numbers end at 2^53. */
function parquetRows(file: string): AsyncGenerator<unknown> {
  const wanted = ARCHIVE_COLUMNS.map(({ name, type }) => ({
    name,
    type: type.replace("UBIGINT", "VARCHAR").replace("UTINYINT", "INTEGER"),
  }));
  return readParquet(userPath(file), wanted);
}

/** Null for an empty line. */
async function* jsonRows(file: string): AsyncGenerator<unknown> {
  for await (const text of readLines(file)) {
    try {
      yield text.trim() === "" ? null : JSON.parse(text);
    } catch (error) {
      yield error;
    }
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
