import { assertEquals } from "@std/assert";
import { keyText, NO_OUTPUT, outputKey } from "../../data/output_key.ts";

Deno.test("outputKey() tells a million grids apart that differ in little", () => {
  const keys = new Set<string>();
  for (let i = 0; i < 1_000_000; i++) {
    const digits = String(i).padStart(6, "0");
    keys.add(keyText(...outputKey(`000/${digits.slice(0, 3)}/${digits.slice(3)}`))!);
  }
  assertEquals(keys.size, 1_000_000);
});

Deno.test("outputKey() hangs on the shape, and equal grids have equal keys", () => {
  const grids = ["0", "00", "0/0", "000", "00/00", "0000", "0/0/0", "01", "10", "1", "", "/"];
  const keys = grids.map((grid) => keyText(...outputKey(grid)));
  assertEquals(new Set(keys).size, grids.length);
  assertEquals(grids.map((grid) => keyText(...outputKey(grid))), keys);
  assertEquals([outputKey(null), keyText(...NO_OUTPUT)], [NO_OUTPUT, null]);
});
