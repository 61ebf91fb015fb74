import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { moneyOf, programsLeft, type Spending } from "../../search/spend.ts";

const NOTHING: Spending = { programs: 0, promptTokens: 0, completionTokens: 0 };
const spending: fc.Arbitrary<Spending> = fc.record({
  programs: fc.integer({ min: 1, max: 10_000 }),
  promptTokens: fc.nat({ max: 1e7 }),
  completionTokens: fc.nat({ max: 1e7 }),
});

Deno.test("programsLeft() counts programs down to nothing", () => {
  fc.assert(fc.property(spending, fc.nat({ max: 20_000 }), (spent, programs) => {
    assertEquals(programsLeft({ programs }, spent), Math.max(0, programs - spent.programs));
  }));
  assertEquals(programsLeft({}, NOTHING), Infinity);
});

Deno.test("programsLeft() reckons tokens and money at what a program has cost so far", () => {
  const spent = { programs: 10, promptTokens: 1000, completionTokens: 3000 };
  assertEquals(programsLeft({ tokens: 10_000 }, spent), 15);
  const price = { prompt: 1, completion: 3 };
  assertEquals(moneyOf(spent, price), 0.01);
  assertEquals(programsLeft({ money: 0.03 }, spent, { price }), 20);
  assertEquals(programsLeft({ money: 0.03, tokens: 10_000, programs: 12 }, spent, { price }), 2);
  assertEquals(programsLeft({ money: 1 }, spent), Infinity);
});

Deno.test("programsLeft() goes by a guess until tokens are counted, and where they never are", () => {
  assertEquals(programsLeft({ tokens: 10_000 }, NOTHING, { guess: 1000 }), 10);
  assertEquals(programsLeft({ tokens: 10_000 }, { ...NOTHING, programs: 4 }, { guess: 1000 }), 6);
});

Deno.test("programsLeft() does not overspend at the average it reckons with", () => {
  fc.assert(fc.property(spending, fc.nat({ max: 1e8 }), (spent, tokens) => {
    const used = spent.promptTokens + spent.completionTokens;
    if (used === 0) return;
    const left = programsLeft({ tokens }, spent);
    if (left > 0) assert(used + left * used / spent.programs <= tokens * (1 + 1e-9) + 1e-6);
  }));
});

Deno.test("programsLeft() refuses limits that are none", () => {
  assertThrows(() => programsLeft({ tokens: -1 }, NOTHING), RangeError, "tokens >= 0, got -1");
  assertThrows(() => programsLeft({ money: NaN }, NOTHING), RangeError, "money");
});
