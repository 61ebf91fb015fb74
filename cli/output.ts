/**
 * Writing to standard output and standard error when the reader may have gone.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes to standard output; false when nobody reads it any more. */
export function writeOutput(text: string): boolean {
  return write(Deno.stdout, text);
}

/** Writes to standard error; that nobody reads it must not end a run. */
export function writeError(text: string): void {
  write(Deno.stderr, text);
}

function write(to: typeof Deno.stdout, text: string): boolean {
  const bytes = encoder.encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += to.writeSync(bytes.subarray(done));
    return true;
  } catch (error) {
    // A closed terminal says EIO.
    if (error instanceof Deno.errors.BrokenPipe || /os error 5\b/.test(String(error))) return false;
    throw error;
  }
}
