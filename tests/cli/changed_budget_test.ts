import { assertEquals, assertThrows } from "@std/assert";
import { changeOf, changeOfTexts } from "../../cli/changed_budget.ts";
import { UsageError } from "../../cli/usage_error.ts";

Deno.test("changeOfTexts() takes the fields of [budget] that may be changed", () => {
  const values = changeOfTexts(["samples=72", "total_money=2.5", "total_programs=9"]);
  assertEquals(values, { samples: 72, total_money: 2.5, total_programs: 9 });
  const { samples, refinements, programs, money } = changeOf(values);
  assertEquals([samples, refinements, programs, money], [72, undefined, 9, 2.5]);
});

Deno.test("changeOfTexts() names the field, the value and what was expected", () => {
  const wrong: [string[], string][] = [
    [[], "name what is to change"],
    [["samples"], "budget samples: expected NAME=VALUE"],
    [["sample=3"], "did you mean samples?"],
    [["policy=reroute"], "no field policy"],
    [["samples=many"], "budget.samples = many: expected a number"],
    [["samples=-1"], "budget.samples = -1: expected a number"],
    [["samples=2.5"], "budget.samples = 2.5: expected"],
    [["samples=2000000"], "budget.samples = 2000000: expected at most 1000000"],
    [["total_tokens=0"], "budget.total_tokens = 0: expected at least 1"],
    [["total_money=0"], "budget.total_money = 0: expected more than 0"],
  ];
  for (const [texts, message] of wrong) {
    assertThrows(() => changeOfTexts(texts), UsageError, message);
  }
});

Deno.test("changeOf() refuses what a request may hold and a budget not", () => {
  const wrong: [unknown, string][] = [
    [undefined, "budget: expected a table of fields"],
    [[], "budget: expected a table of fields"],
    [{ samples: "72" }, 'budget.samples = "72": expected'],
    [{ samples: null }, "budget.samples = null: expected"],
    [{ policy: "reroute" }, "fields: samples, refinements"],
    [{}, "name what is to change"],
  ];
  for (const [values, message] of wrong) {
    assertThrows(() => changeOf(values), UsageError, message);
  }
});
