import { assertEquals } from "@std/assert";
import { table } from "../../cli/table.ts";

Deno.test("columns are as wide as their widest cell, numbers stand to the right", () => {
  assertEquals(table(["name", "n"], [["é", "1,000"], ["long name", "7"]]).split("\n"), [
    "name           n",
    "─────────  ─────",
    "é          1,000",
    "long name      7",
  ]);
});
