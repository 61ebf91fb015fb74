/** Commands on another domain than ARC: the integer sequences of examples/. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openDomain } from "../../cli/open_domain.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { ARC, RunDirectory } from "../../mod.ts";
import { Recorded } from "../actors/recorded.ts";
import { CommandLine } from "./command.ts";

const MODULE = "examples/sequences/domain.ts";

Deno.test("exec scores programs of another domain, judged and run as it says", async () => {
  const file = Deno.makeTempFileSync({ suffix: ".jsonl" });
  const programs = ["return 2 * n", "return n * n", "return -1"];
  Deno.writeTextFileSync(
    file,
    programs.map((body) =>
      JSON.stringify({ task_id: "doubles", code: `def term(n):\n    ${body}` })
    ).join("\n"),
  );
  const { code, stdout, stderr } = await new CommandLine().run(
    "exec",
    file,
    ...["--tasks", "sequences#2", "--domain", MODULE],
  );
  assertEquals(code, 0, stderr);
  const rows = stdout.trimEnd().split("\n").map((text) => JSON.parse(text));
  assertEquals(rows.map(({ outcome }) => outcome), ["ok", "ok", "runtime_error"]);
  assertEquals(rows[0].test, [true, true, true]);
  assertEquals(rows[1].test, [false, false, false]);
  assertEquals(rows[1].outputs[9], [[8, 1]]);
});

Deno.test("vote joins the answers of another domain, and asks for them where one is named", async () => {
  const line = new CommandLine();
  const { loadTasks } = await openDomain(MODULE);
  const { tasks: [task] } = await loadTasks("sequences#1");
  const directory = new RunDirectory(line.runs, "r");
  directory.writeRunFile({
    name: "r",
    runId: "1",
    seed: 1,
    startedAt: "2026-01-01T00:00:00Z",
    version: "0",
    config: {},
    status: "done",
    server: null,
  });
  {
    await using recorded = new Recorded(directory.journal);
    await recorded.recorder.record({
      kind: "task",
      taskId: task.id,
      dataset: task.dataset,
      split: "evaluation",
      train: task.train.map(() => ["1", "2"] as const),
      testInputs: ["7", "8", "9"],
      testOutputs: null,
    });
    await recorded.program({ taskId: task.id }, {
      outputs: [...task.train.map(() => "2"), "14", "16", "18"],
      correctTrain: task.train.map(() => true),
      correctTest: null,
    });
  }
  const told = ["--answers", "sequences", "--domain", MODULE];
  const { code, stdout, stderr } = await line.run("vote", "r", "--json", ...told);
  assertEquals([code, stderr], [0, ""]);
  assertEquals([JSON.parse(stdout).score, JSON.parse(stdout).answers_known], [1, 1]);
  const alone = await line.run("vote", "r", "--domain", MODULE);
  assertEquals(alone.code, 2);
  assertStringIncludes(alone.stderr, "--domain goes with --answers");
});

Deno.test("openDomain() takes ARC where none is named, and only a module that exports one", async () => {
  assertEquals(await openDomain(undefined), ARC);
  await assertRejects(() => openDomain("nowhere.ts"), UsageError, "--domain nowhere.ts:");
  await assertRejects(() => openDomain("examples"), UsageError, "expected a file");
  const none = openDomain("examples/sequences/numbers.ts");
  await assertRejects(() => none, UsageError, "exports one Domain");
});
