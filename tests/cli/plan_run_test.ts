import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { readConfig } from "../../cli/config.ts";
import { planRun, type SoarOptions } from "../../cli/plan_run.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { NoRunError, RunDirectory } from "../../mod.ts";

const NONE: SoarOptions = { fit: true, set: [] };
const CONFIG = readConfig({
  flags: {},
  set: ["run.tasks=sample", "run.seed=9", "guard.measured=[]"],
  environment: {},
  file: null,
});

/** A folder of runs that holds run `a`, interrupted. */
function runsWithA(): string {
  const runs = Deno.makeTempDirSync();
  new RunDirectory(runs, "a").writeRunFile({
    name: "a",
    runId: "1",
    seed: 9,
    startedAt: "2026-01-01",
    version: "0",
    config: CONFIG,
    status: "interrupted",
    server: null,
  });
  return runs;
}

Deno.test("planRun(): flags reach their fields", () => {
  const { config, directory, resumed } = planRun({
    ...NONE,
    run: "b",
    tasks: "sample",
    split: "evaluation",
    seed: 7,
    generations: 5,
    samples: 11,
    refinements: 0,
    deterministic: true,
    fit: false,
    endpoint: "http://127.0.0.1:1/v1",
    model: "m",
    set: ["rex.c=3"],
  }, runsWithA());
  const { tasks, split, seed, generations, deterministic } = config.run;
  assertEquals([tasks, split, seed, generations, deterministic], [
    "sample",
    "evaluation",
    7,
    5,
    true,
  ]);
  assertEquals([config.budget.samples, config.budget.refinements, config.rex.c], [11, 0, 3]);
  assertEquals([config.model.endpoint, config.model.name], ["http://127.0.0.1:1/v1", "m"]);
  assertEquals(config.train.enabled, false);
  assertEquals([directory.name, directory.exists(), resumed], ["b", false, false]);
});

Deno.test("planRun(): fitting is left to the configuration unless --no-fit is given", () => {
  const runs = runsWithA();
  assertEquals(planRun(NONE, runs).config.train.enabled, true);
  const path = `${Deno.makeTempDirSync()}/my.toml`;
  Deno.writeTextFileSync(path, "[train]\nenabled = false\n");
  assertEquals(planRun({ ...NONE, config: path }, runs).config.train.enabled, false);
  assertEquals(planRun({ ...NONE, fit: false }, runs).config.train.enabled, false);
});

Deno.test("planRun(): a new run is named by date and time", () => {
  assertMatch(planRun(NONE, runsWithA()).directory.name, /^20\d{6}-\d{6}(-\d+)?$/);
});

Deno.test("planRun() reads the configuration file that is named, and refuses one that is not there", () => {
  const path = `${Deno.makeTempDirSync()}/my.toml`;
  Deno.writeTextFileSync(path, "[rex]\nc = 4\n");
  assertEquals(planRun({ ...NONE, config: path }, runsWithA()).config.rex.c, 4);
  assertThrows(
    () => planRun({ ...NONE, config: `${path}x` }, runsWithA()),
    UsageError,
    `--config ${path}x: no such file`,
  );
});

Deno.test("planRun() refuses to begin a run that exists, and says how to go on with it", () => {
  const error = assertThrows(() => planRun({ ...NONE, run: "a" }, runsWithA()), UsageError);
  assertStringIncludes(error.message, "--resume a");
});

Deno.test("planRun() refuses a name that is none", () => {
  for (const run of ["../x", "", ".hidden"]) {
    assertThrows(() => planRun({ ...NONE, run }, runsWithA()), UsageError, "run name");
  }
});

Deno.test("planRun(): a resumed run has the configuration it was begun with", () => {
  const { config, directory, resumed } = planRun({ ...NONE, resume: "a" }, runsWithA());
  assertEquals([config, directory.name, resumed], [CONFIG, "a", true]);
});

Deno.test("planRun(): a dry run of a resume is no other flag", () => {
  assertEquals(planRun({ ...NONE, resume: "a", dryRun: true }, runsWithA()).resumed, true);
});

Deno.test("planRun(): no such run to resume", () => {
  assertThrows(() => planRun({ ...NONE, resume: "b" }, runsWithA()), NoRunError, "no run b");
});

const OTHER_FLAGS: readonly [flag: Partial<SoarOptions>, named: string[]][] = [
  [{ tasks: "sample" }, ["tasks"]],
  [{ run: "b" }, ["run"]],
  [{ seed: 0 }, ["seed"]],
  [{ samples: 1, refinements: 1 }, ["samples", "refinements"]],
  [{ deterministic: true }, ["deterministic"]],
  [{ endpoint: "http://h/v1", model: "m" }, ["endpoint", "model"]],
  [{ config: "soar.toml" }, ["config"]],
  [{ set: ["rex.c=3"] }, ["set"]],
  [{ fit: false }, ["no-fit"]],
];

for (const [flag, named] of OTHER_FLAGS) {
  Deno.test(`planRun() refuses to resume with ${JSON.stringify(flag)}`, () => {
    const runs = runsWithA();
    const { message } = assertThrows(
      () => planRun({ ...NONE, resume: "a", ...flag }, runs),
      UsageError,
      "--resume keeps the run's configuration",
    );
    for (const name of named) assertStringIncludes(message, `--${name}`);
  });
}

Deno.test("planRun(): a run that has not ended is not replayed", () => {
  const message = "run a is interrupted; expected one that has ended";
  assertThrows(() => planRun({ ...NONE, replay: "a" }, runsWithA()), UsageError, message);
});
