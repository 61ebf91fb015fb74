import { assertEquals } from "@std/assert";
import { readingLine } from "../../cli/reading_line.ts";

/** What is written while a journal of 1 MB is read in steps of a second, and once it is. */
function written(terminal: boolean, seconds: number): string[] {
  const texts: string[] = [];
  let clock = 0;
  const tell = readingLine({ terminal, now: () => clock, write: (text) => texts.push(text) });
  for (let second = 0; second < seconds; second++) {
    clock = 1000 * second;
    tell({ bytes: 1e6 * second / seconds, ofBytes: 1e6, ms: clock });
  }
  tell(null);
  return texts;
}

const ERASED = "\x1b[1A\x1b[J";

Deno.test("readingLine() writes a plain line every ten seconds where there is no terminal", () => {
  assertEquals(written(false, 25), [
    "reading the journal: 40 % of 1 MB, about 15 s left\n",
    "reading the journal: 80 % of 1 MB, about 5 s left\n",
  ]);
});

Deno.test("readingLine() rewrites a line on a terminal, and takes it away at the end", () => {
  assertEquals(written(true, 3), [
    "reading the journal: 33 % of 1 MB, about 2 s left\n",
    ERASED,
    "reading the journal: 66 % of 1 MB, about 1 s left\n",
    ERASED,
  ]);
});

Deno.test("readingLine() says nothing of what is read at once", () => {
  assertEquals(written(false, 10), []);
  assertEquals(written(true, 1), []);
});

Deno.test("readingLine() begins anew with each reading", () => {
  const texts: string[] = [];
  let clock = 0;
  const tell = readingLine({
    terminal: false,
    now: () => clock,
    write: (text) => texts.push(text),
  });
  for (let question = 0; question < 20; question++) {
    clock = 4000 * question;
    tell({ bytes: 0, ofBytes: 300, ms: 0 });
    tell(null);
  }
  assertEquals(texts, []);
});
