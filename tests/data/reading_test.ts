import { assertEquals } from "@std/assert";
import { readingText } from "../../data/reading.ts";

const GB = 1e9;

for (
  const [bytes, ofBytes, ms, text] of [
    [0, 2.2 * GB, 0, "0 % of 2.2 GB"],
    [0, 2.2 * GB, 5000, "0 % of 2.2 GB"],
    [0.1 * GB, 2 * GB, 500, "5 % of 2.0 GB"],
    [0.5 * GB, 2 * GB, 10_000, "25 % of 2.0 GB, about 30 s left"],
    [1.999 * GB, 2 * GB, 60_000, "99 % of 2.0 GB, about 1 s left"],
    [1e6, 43e6, 5000, "2 % of 43 MB, about 4 min left"],
    [0, 300, 0, "0 % of 1 kB"],
    [0, 0, 0, "100 % of 0 kB"],
  ] as const
) {
  Deno.test(`readingText() of ${bytes} of ${ofBytes} bytes after ${ms} ms: ${text}`, () => {
    assertEquals(readingText({ bytes, ofBytes, ms }), text);
  });
}
