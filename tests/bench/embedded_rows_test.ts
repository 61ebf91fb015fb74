import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Role } from "../../bench/embedded_plan.ts";
import { reaches, ROWS } from "../../bench/embedded_rows.ts";
import type { RunResult } from "../../bench/run_result.ts";

const TASKS = Array.from({ length: 40 }, (_, i) => `t${i}`);

/** A run that solved its first so many tasks. */
function result(solved: number, changes: Partial<RunResult> = {}): RunResult {
  const { tasks = TASKS } = changes;
  const flags = tasks.map((_, i) => i < solved);
  const none = { programs: 0, filtered: 0, duplicates: 0, seconds: 90 };
  return { tasks, solved: flags, voted: flags, ...none, ...changes };
}

function row(key: string) {
  return ROWS.find((one) => one.key === key)!;
}

function found(key: string, runs: Partial<Record<Role, readonly RunResult[]>>) {
  return row(key).of((role) => runs[role]!);
}

Deno.test("a count is the mean over the seeds, with the least and most", () => {
  const fit = [result(10), result(14)];
  assertEquals(found("oracle", { fit }), { value: 12, low: 10, high: 14 });
  const half = [result(10, { voted: TASKS.map((_, i) => i < 3) })];
  assertEquals(found("attempts", { fit: half }), { value: 3, low: 3, high: 3 });
  assertEquals(found("fit-minutes", { fit }).value, 1.5);
  const drawn = [result(1, { programs: 9_000 })];
  assertEquals(found("rate", { "plans-uniform": drawn }).value, 100);
});

Deno.test("a difference is paired by task and has its interval", () => {
  const { value, low, high } = found("fitting", {
    "plans-fitted": [result(20), result(22)],
    "plans-uniform": [result(5), result(5)],
  });
  assertEquals(value, 16);
  assert(low > 5 && low < 16 && high > 16, `[${low}, ${high}]`);
});

Deno.test("a held-out half is compared with the same tasks of the whole", () => {
  const tasks = TASKS.filter((_, i) => i % 2 === 1);
  // Of the whole, the first 10 tasks are solved: 5 of the half's.
  const { value } = found("transfer", {
    "plans-half": [result(8, { tasks })],
    "plans-uniform": [result(10)],
  });
  assertEquals(value, 3);
  const strange = [result(1, { tasks: ["other"] })];
  assertThrows(
    () => found("transfer-programs", { half: strange, uniform: [result(1)] }),
    RangeError,
  );
});

Deno.test("reaches(): a difference's interval must lie above 0, minutes below the goal", () => {
  const at = (value: number, low: number) => ({ value, low, high: 99 });
  assertEquals(
    [
      reaches(row("oracle"), at(150, 150), 150),
      reaches(row("oracle"), at(149, 149), 150),
      reaches(row("fitting"), at(60, 1), 60),
      reaches(row("fitting"), at(60, 0), 60),
      reaches(row("fitting"), at(59, 1), 60),
      reaches(row("fit-minutes"), at(60, 60), 60),
      reaches(row("fit-minutes"), at(61, 60), 60),
    ],
    [true, false, true, false, false, true, false],
  );
});

Deno.test("rows have names of their own", () => {
  assertEquals(new Set(ROWS.map(({ key }) => key)).size, ROWS.length);
});
