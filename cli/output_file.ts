/**
 * Files that a command writes: named from where it was called, there only when whole, and of the
 * form their ending says.
 *
 * @module
 */
import { dirname } from "node:path";
import { type Format, FORMATS } from "./result_formats.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

const BY_ENDING: Readonly<Record<string, Format>> = {
  csv: "csv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
  md: "markdown",
  parquet: "parquet",
};

/**
 * The form to write a file in.
 *
 * @param asked what `--format` said, which wins over the file's ending
 * @throws UsageError where neither says one of `allowed`
 */
export function formatOf(
  file: string,
  asked: Format | undefined,
  allowed: readonly Format[] = FORMATS,
): Format {
  const ending = /\.([a-z]+)$/.exec(file)?.[1] ?? "";
  const format = asked ?? BY_ENDING[ending];
  if (format !== undefined && allowed.includes(format)) return format;
  const what = asked === undefined ? `-o ${file}: its ending says no format` : `--format ${asked}`;
  throw new UsageError(`${what}; expected one of ${allowed.join(", ")}`);
}

/**
 * The path of a file to write.
 *
 * @throws UsageError when its folder is not there, or when it is no file: a file that appears when
 * it is whole would take the place of `/dev/null`
 */
export function outputPath(file: string): string {
  const path = userPath(file);
  // Deno lets nobody look into /dev who is not allowed everything.
  if (/^\/(dev|proc|sys)\//.test(path)) {
    throw new UsageError(`-o ${file}: expected the name of a file, that is a device or pipe`);
  }
  if (!statOf(dirname(path))?.isDirectory) {
    throw new UsageError(`-o ${file}: there is no folder ${dirname(path)}`);
  }
  const there = statOf(path);
  if (there === null || there.isFile) return path;
  const what = there.isDirectory ? "a folder" : "a device or pipe";
  throw new UsageError(`-o ${file}: expected the name of a file, that is ${what}`);
}

function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

/** Writes text pieces to a file that appears when all are written. @throws UsageError */
export async function writeTextWhole(
  file: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const path = outputPath(file);
  const temporary = `${path}.tmp`;
  const encoder = new TextEncoder();
  try {
    {
      using out = await Deno.open(temporary, { create: true, write: true, truncate: true });
      const writer = out.writable.getWriter();
      for await (const piece of pieces) await writer.write(encoder.encode(piece));
      await writer.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
