/**
 * Lines of a file, or of standard input for `-`.
 *
 * @module
 */
import { textLines } from "./text_lines.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** @throws UsageError when there is no such file, or it is a folder */
export async function* readLines(file: string): AsyncGenerator<string> {
  const source = file === "-" ? Deno.stdin.readable : (await open(file)).readable;
  yield* textLines(source);
}

async function open(file: string): Promise<Deno.FsFile> {
  try {
    const opened = await Deno.open(userPath(file));
    if (!opened.statSync().isDirectory) return opened;
    opened.close();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`no file ${file}`);
    throw error;
  }
  throw new UsageError(`${file}: expected a file, that is a folder`);
}
