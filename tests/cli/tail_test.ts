import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SOLVES } from "../actors/recorded.ts";
import { CommandLine } from "./command.ts";
import { until } from "../until.ts";
import { figure, makeEndedRun, makeRun } from "./made_run.ts";

Deno.test("tail of a run that has ended", async (t) => {
  const line = new CommandLine();
  const { programs } = await makeEndedRun(line.runs);
  const { half, solved, late, empty, hidden } = programs;
  const all = [half, solved, late, empty, hidden].map(({ seq }) => String(seq));
  const cases: [args: string[], wanted: string[]][] = [
    [[], all],
    [["-n", "2"], all.slice(3)],
    [["-n", "0"], []],
    [["--after", all[1]], all.slice(2)],
    [["--after", all[1], "-n", "1"], all.slice(4)],
    [["--count", "1"], all.slice(0, 1)],
    [["--task", "b"], all.slice(4)],
    [["--gain"], [all[1]]],
    [["--gain", "2"], []],
    [["--bin", "medium"], [all[0]]],
    [["--generation", "1"], [all[1]]],
    [["--model", "model-0", "--outcome", "ok"], [all[0], all[4]]],
    [["--since", "2000-01-01"], []],
    [["--since", "1970-01-01T00:00Z", "--solved"], [all[1], all[4]]],
    [["--where", "code LIKE '%a%' AND task_id = 'a' -- half, late"], [all[0], all[2]]],
    [["--where", "train_acc > 0", "--task", "a", "-n", "1"], [all[1]]],
  ];
  for (const [args, wanted] of cases) {
    await t.step(args.join(" ") || "all", async () => {
      const ended = await line.run("tail", "--template", "{seq}", ...args);
      assertEquals(ended.code, 0, ended.stderr);
      assertEquals(ended.stdout.split("\n").filter(Boolean), wanted);
    });
  }

  await t.step("--grids shows what went in, what was expected and what came", async () => {
    const { stdout } = await line.run("tail", "-n", "1", "--bin", "medium", "--grids", "1");
    assertStringIncludes(stdout, "train 2 input 2×1   expected 2×2   predicted, wrong 2×2\n");
    assertStringIncludes(
      stdout,
      "5                   3 5            3 4!\n(2 more inputs: --grids 3)\n",
    );
    const blind = await line.run("tail", "--task", "b", "--grids", "9");
    assertStringIncludes(blind.stdout, "test 1 input 1×1   predicted 1×1\n");
  });

  await t.step("--json gives one object a line", async () => {
    const { stdout } = await line.run("tail", "--json", "-n", "1");
    const view = JSON.parse(stdout);
    assertEquals([view.id, view.taskId, view.testRight], [hidden.id, "b", null]);
  });

  const wrong: [args: string[], code: number, said: string][] = [
    [["--template", "{colour}"], 2, "unknown field colour; fields: seq"],
    [["--outcome", "bad"], 2, "expected one of ok, no_code"],
    [["--bin", "best"], 2, "expected one of zero, low, medium, max"],
    [["--since", "soon"], 2, "expected a duration such as 30s"],
    [["--json", "--grids"], 2, "leave out"],
    [["--where", "nonsense > 1"], 1, 'column "nonsense" not found'],
    [["--where", "true) UNION (SELECT"], 1, "Parser Error"],
    [["--task", "bb"], 3, "run a has no task bb (did you mean b?)"],
    [["--run", "none"], 3, "no run none"],
  ];
  for (const [args, code, said] of wrong) {
    await t.step(`refuses ${args.join(" ")}`, async () => {
      const ended = await line.run("tail", ...args);
      assertEquals([ended.code, ended.stdout], [code, ""], ended.stderr);
      assertStringIncludes(ended.stderr, said);
    });
  }
});

Deno.test("tail of a live run", async (t) => {
  const line = new CommandLine();
  const run = await makeRun(line.runs);
  await using _ = run;
  const { solved } = run.programs;

  await t.step("begins with the last that pass, and ends after --count", async () => {
    const { code, stdout } = await line.run("tail", "--gain", "--count", "1");
    assertEquals(code, 0);
    assertMatch(stdout, new RegExp(`^#${solved.seq} .*train 2/2 \\(\\+1\\).*SOLVED`));
  });

  await t.step("--no-follow ends with what is there", async () => {
    const { stdout } = await line.run("tail", "--no-follow", "--template", "{seq}", "-n", "2");
    assertEquals(stdout.trim().split("\n").length, 2);
  });

  await t.step("a wrong condition is told at once, with its place", async () => {
    const { code, stderr } = await line.run("tail", "--where", "nonsense > 1");
    assertEquals(code, 1);
    assertStringIncludes(stderr, "LINE 2: nonsense > 1\n        ^");
  });

  await t.step("gives what comes, also by a condition in SQL and with grids", async () => {
    const both = [
      line.start("tail", "-n", "0", "--count", "2", "--json"),
      line.start("tail", "--count", "2", "--where", "draw >= 50", "--template", "{seq}"),
      line.start("tail", "-n", "0", "--count", "1", "--grids", "1", "--task", "b"),
    ];
    await until("both watch", async () => await figure(run, "soar_watchers") === both.length);
    const seqs: number[] = [];
    for (let draw = 10; draw < 60; draw++) {
      const asked = { taskId: "b", draw };
      seqs.push((await run.recorded.program(asked, { ...SOLVES, correctTest: null })).seq);
    }
    const [plain, where, grids] = await Promise.all(both.map((one) => one.ended));
    const shown = plain.stdout.trim().split("\n").map((text) => JSON.parse(text).seq);
    assertEquals(shown, seqs.slice(0, 2));
    assertEquals(where.stdout.trim().split("\n").map(Number), seqs.slice(40, 42), where.stderr);
    assertStringIncludes(grids.stdout, "predicted, right 1×1");
  });
});
