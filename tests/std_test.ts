/** The modules of npm:deno-std that are used: some of the package fail at run time, these must not. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
// @ts-types="../std/async_delay.d.ts"
import { delay } from "@std/async/delay";
// @ts-types="../std/toml.d.ts"
import { parse } from "@std/toml";
import { textLines } from "../cli/text_lines.ts";

Deno.test("delay() ends with its signal", async () => {
  const stop = new AbortController();
  const waiting = delay(1e9, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("parse() reads TOML's tables and names the line of a fault", () => {
  assertEquals(parse("[a]\nb = [1, 2]\n"), { a: { b: [1, 2] } });
  assertThrows(() => parse("[a"), SyntaxError);
});

Deno.test("textLines() cuts at line feeds, also inside a piece", async () => {
  const bytes = new Blob(["a\nbc", "d\n\né"]).stream();
  assertEquals(await Array.fromAsync(textLines(bytes)), ["a", "bcd", "", "é"]);
});
