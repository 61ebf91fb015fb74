import { assertEquals } from "@std/assert";
import { dedupByCode, dedupByOutputs } from "../../search/dedup.ts";

Deno.test("dedupByCode() ignores white space at the ends and keeps the first", () => {
  const programs = ["\na b\n", "a b", "a  b", " a b"].map((code) => ({ code }));
  assertEquals(dedupByCode(programs), [{ code: "\na b\n" }, { code: "a  b" }]);
});

Deno.test("dedupByOutputs() tells a missing output from any text and from a shifted one", () => {
  const lists = [[null, "1"], ["1", null], ["", "1"], ["1", ""], [null, "1"]];
  const programs = lists.map((outputs) => ({ outputs }));
  assertEquals(dedupByOutputs(programs), programs.slice(0, 4));
});
