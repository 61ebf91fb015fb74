import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ALLOCATION_POLICIES,
  allowances,
  equalShares,
  type TaskSpending,
} from "../../search/allocate.ts";

const tasks: fc.Arbitrary<TaskSpending[]> = fc.array(
  fc.record({ spent: fc.nat({ max: 50 }), closed: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

Deno.test("allowances() shares out whole programs, and nothing more to a closed task", () => {
  fc.assert(fc.property(tasks, fc.nat({ max: 3000 }), (tasks, total) => {
    for (const policy of ALLOCATION_POLICIES) {
      const allowed = allowances(policy, tasks, total);
      assertEquals(allowed.length, tasks.length);
      allowed.forEach((one, i) => {
        assert(Number.isInteger(one) && one >= 0);
        if (tasks[i].closed) assert(one <= tasks[i].spent);
      });
    }
  }));
});

Deno.test("reroute spends the total while a task is open, and never more than it or what is spent", () => {
  fc.assert(fc.property(tasks, fc.nat({ max: 3000 }), (tasks, total) => {
    const allowed = allowances("reroute", tasks, total);
    const spent = sum(tasks.map((task) => task.spent));
    const open = tasks.some(({ closed }) => !closed);
    assertEquals(sum(allowed), open ? Math.max(total, spent) : spent);
    allowed.forEach((one, i) => assert(one >= tasks[i].spent));
    const rising = allowed.filter((one, i) => !tasks[i].closed && one > tasks[i].spent);
    assert(rising.every((one) => one <= Math.min(...rising) + 1), "those that rise come level");
    // Nobody who has spent less stays below those that rise.
    const lowest = Math.min(...rising);
    allowed.forEach((one, i) =>
      assert(tasks[i].closed || one >= lowest - 1 || rising.length === 0)
    );
  }));
});

Deno.test("fixed gives every open task the same, whatever the others do", () => {
  fc.assert(fc.property(tasks, fc.nat({ max: 3000 }), (tasks, total) => {
    const shares = equalShares(total, tasks.length);
    assertEquals(sum(shares), total);
    assert(Math.max(...shares) - Math.min(...shares) <= 1);
    const allowed = allowances("fixed", tasks, total);
    allowed.forEach((one, i) => assert(tasks[i].closed || one === shares[i]));
  }));
});

Deno.test("reroute moves what a closed task leaves to the open ones", () => {
  const open = { spent: 10, closed: false };
  assertEquals(allowances("fixed", [{ spent: 4, closed: true }, open, open], 30), [4, 10, 10]);
  assertEquals(allowances("reroute", [{ spent: 4, closed: true }, open, open], 30), [4, 13, 13]);
  assertEquals(
    allowances("reroute", [{ spent: 4, closed: true }, open, { spent: 2, closed: false }], 18),
    [4, 10, 4],
  );
});

Deno.test("allowances() refuses a total that cannot be shared out", () => {
  for (const total of [-1, 0.5, NaN]) {
    assertThrows(() => allowances("fixed", [], total), RangeError, `got ${total}`);
  }
});
