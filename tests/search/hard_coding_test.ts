import { assertEquals } from "@std/assert";
import { isHardCoded } from "../../search/hard_coding.ts";

const OUTPUT = [[1, 2], [3, 4]];
const LITERALS: [name: string, code: string, any: boolean, spaces: boolean][] = [
  ["on one line", "return [[1, 2], [3, 4]]", true, true],
  ["spread over lines", "return [\n    [1, 2],\n    [3, 4],\n]", true, false],
  ["with tabs", "return [[1,\t2], [3, 4]]", true, false],
  ["as an array", "return np.array([[1, 2],\r\n                 [3, 4]])", true, false],
  ["with a row missing", "return [\n    [1, 2],\n]", false, false],
  ["computed", "return [[c + 1 for c in row] for row in grid]", false, false],
];

for (const [name, code, any, spaces] of LITERALS) {
  Deno.test(`isHardCoded() on a literal ${name}`, () => {
    assertEquals(isHardCoded(code, [OUTPUT], [OUTPUT]), any);
    assertEquals(isHardCoded(code, [OUTPUT], [OUTPUT], { ignore: "spaces" }), spaces);
  });
}

Deno.test("isHardCoded() leaves inputs without a grid aside", () => {
  assertEquals(isHardCoded("return None", [null, OUTPUT], [OUTPUT]), false);
});

Deno.test("isHardCoded() counts characters of a line, not UTF-16 units", () => {
  assertEquals(isHardCoded("#" + "😀".repeat(199), [], []), false);
  assertEquals(isHardCoded("#" + "😀".repeat(200), [], []), true);
});
