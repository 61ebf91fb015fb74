import { assert, assertEquals } from "@std/assert";
import { BUDGETS, flagsOf, planRuns, ROLES, withNeeded } from "../../bench/embedded_plan.ts";

const HALVES = ["arc-agi-1:training#a,b", "arc-agi-1:training#c,d"] as const;
const PLAN = planRuns(BUDGETS.full, HALVES);

function run(role: typeof ROLES[number]) {
  return PLAN.find((one) => one.role === role)!;
}

Deno.test("planRuns() has one run a role, each after the one it asks the model of", () => {
  assertEquals(PLAN.map(({ role }) => role).toSorted(), [...ROLES].toSorted());
  for (const [i, { from }] of PLAN.entries()) {
    if (from !== null) assert(PLAN.slice(0, i).some(({ role, fit }) => role === from && fit));
  }
});

Deno.test("planRuns(): the arms that are compared are given as many programs, from nothing", () => {
  const arms = ["uniform", "fitted", "refined", "half"] as const;
  for (const role of arms) {
    const { samples, refinements, generations, fit } = run(role);
    assertEquals([samples + refinements, generations, fit], [BUDGETS.full.programs, 1, false]);
  }
  assertEquals(arms.map((role) => run(role).refinements > 0), [false, false, true, false]);
  assertEquals(arms.map((role) => run(role).from), [null, "fit", "fit", "half-fit"]);
});

Deno.test("planRuns(): distributions alone are compared by as many plans", () => {
  const drawn = PLAN.filter(({ of }) => of === "plans");
  assertEquals(drawn.map(({ role, from }) => [role, from]), [
    ["plans-uniform", null],
    ["plans-fitted", "fit"],
    ["plans-half", "half-fit"],
  ]);
  for (const { samples } of drawn) assertEquals(samples, BUDGETS.full.plans);
});

Deno.test("planRuns(): nothing is fitted on evaluation tasks, and a half not on what it measures", () => {
  for (const { role, tasks, fit } of PLAN) {
    if (fit) assert(!tasks.includes("evaluation"), role);
  }
  const [learnt, measured] = HALVES;
  assertEquals([run("half-fit").tasks, run("half").tasks], [learnt, measured]);
  assertEquals([run("half-fit").measured, run("half").measured], [measured, measured]);
});

Deno.test("planRuns() takes the first tasks of each data set where the budget says so", () => {
  const limited = planRuns({ ...BUDGETS.full, limit: 3 }, HALVES);
  const datasets = ["fit", "evaluation", "arc-agi-2"].map((role) =>
    limited.find((one) => one.role === role)!.tasks
  );
  assertEquals(datasets, [
    "arc-agi-1:training#3",
    "arc-agi-1:evaluation#3",
    "arc-agi-2:evaluation#3",
  ]);
});

Deno.test("withNeeded() adds the runs whose models are asked", () => {
  const roles = (wanted: typeof ROLES[number]) =>
    withNeeded(PLAN, new Set([wanted])).map(({ role }) => role);
  assertEquals(roles("uniform"), ["uniform"]);
  assertEquals(roles("evaluation"), ["fit", "evaluation"]);
  assertEquals(roles("half"), ["half-fit", "half"]);
});

Deno.test("flagsOf() says all that a run is", () => {
  const flags = flagsOf(run("half"), 4, (role) => `${role}!`);
  const [, measured] = HALVES;
  const guard = JSON.stringify(["arc-agi-1:evaluation", "arc-agi-2:evaluation", measured]);
  assertEquals(flags, [
    ...["--tasks", measured, "--seed", "4", "--generations", "1"],
    ...["--samples", `${BUDGETS.full.programs}`, "--refinements", "0"],
    ...["--model-from", "half-fit!", "--no-fit", "--set", `guard.measured=${guard}`],
  ]);
  assert(!flagsOf(run("fit"), 1, String).some((flag) => /model-from|no-fit/.test(flag)));
});
