/**
 * Tells on standard error how far a run's journal is read while a command waits for it: on a terminal
 * in a line that is rewritten, elsewhere in a plain line every ten seconds. A short wait says nothing.
 *
 * @module
 */
import { type OnReading, type Reading, readingText } from "../mod.ts";
import { writeError } from "./output.ts";

/** Between two lines, and before the first one, in milliseconds. */
const TERMINAL_MS = 1_000;
const PLAIN_MS = 10_000;

/** Where and by which clock it is told. */
export interface ReadingLineOptions {
  /** @default whether standard error is one that can be rewritten */
  readonly terminal?: boolean;
  /** Milliseconds of a clock that does not jump. @default performance.now */
  readonly now?: () => number;
  /** @default standard error */
  readonly write?: (text: string) => void;
}

/** Makes what tells; one for all questions of a command. */
export function readingLine(
  {
    terminal = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb",
    now = () => performance.now(),
    write = writeError,
  }: ReadingLineOptions = {},
): OnReading {
  const everyMs = terminal ? TERMINAL_MS : PLAIN_MS;
  let toldAt: number | null = null;
  let stands = false;
  const erase = () => {
    if (stands) write("\x1b[1A\x1b[J");
    stands = false;
  };
  return (reading: Reading | null) => {
    if (reading === null) {
      toldAt = null;
      return erase();
    }
    toldAt ??= now() - reading.ms;
    if (now() - toldAt < everyMs) return;
    toldAt = now();
    erase();
    write(`reading the journal: ${readingText(reading)}\n`);
    stands = terminal;
  };
}
