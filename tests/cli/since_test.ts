import { assertEquals, assertThrows } from "@std/assert";
import { sinceTime } from "../../cli/since.ts";
import { UsageError } from "../../cli/usage_error.ts";

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

const TIMES: readonly [text: string, wanted: number][] = [
  ["30s", NOW - 30_000],
  ["5m", NOW - 300_000],
  ["1.5h", NOW - 5_400_000],
  ["2d", NOW - 172_800_000],
  ["2026-11-23T11:59:00Z", NOW - 60_000],
  ["2026-11-23T12:59:00+01:00", NOW - 60_000],
  ["2026-11-23T08:00", new Date(2026, 10, 23, 8).getTime()],
  ["2026-11-23", new Date(2026, 10, 23).getTime()],
];
for (const [text, wanted] of TIMES) {
  Deno.test(`sinceTime() of ${text}`, () => assertEquals(sinceTime(text, NOW), wanted));
}

for (const text of ["", "5", "5x", "-5m", "5 m", "yesterday", "2026-13-01", "12:00"]) {
  Deno.test(`sinceTime() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => sinceTime(text, NOW), UsageError, "--since");
  });
}
