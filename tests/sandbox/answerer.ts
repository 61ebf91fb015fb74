/**
 * A Python of the test's own that stays and answers a line with a line: for what Deno may not do
 * under the permissions of tests.
 *
 * @module
 */
import { TextLineStream } from "@std/streams/text-line-stream";

/** Answers until it is disposed of. */
export interface Answerer extends AsyncDisposable {
  ask(line: string): Promise<string>;
}

/** Starts one; `code` prints, and flushes, one line for each of its standard input. */
export function openAnswerer(python: string, code: string, ...args: string[]): Answerer {
  const child = new Deno.Command(python, {
    args: ["-I", "-c", code, ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const text = new TextDecoderStream() as TransformStream<Uint8Array, string>;
  const lines = child.stdout.pipeThrough(text).pipeThrough(new TextLineStream()).getReader();
  const writer = child.stdin.getWriter();
  return {
    async ask(line) {
      await writer.write(new TextEncoder().encode(`${line}\n`));
      const { value, done } = await lines.read();
      if (done) throw new Error("a Python that answers has ended");
      return value as string;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await lines.cancel();
      await child.status;
    },
  };
}
