import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { exec, type ExecOptions } from "../../cli/exec.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { TaskError } from "../../mod.ts";
import { CommandLine } from "./command.ts";

const OPTIONS: ExecOptions = { tasks: "sample#mirror_left_right", engine: "python", workers: 1 };
const TASK = "mirror_left_right";
const MIRROR = "def transform(grid):\n    return [row[::-1] for row in grid]";

function fileOf(text: string): string {
  const path = Deno.makeTempFileSync({ suffix: ".jsonl" });
  Deno.writeTextFileSync(path, text);
  return path;
}

const line = (code: string, task_id = TASK) => JSON.stringify({ task_id, code });

Deno.test("exec gives a line a program, in the order of the input, blank lines passed over", async () => {
  const slow = `${MIRROR}\nimport time; time.sleep(0.2)`;
  const programs = [slow, "def transform(grid):\n    return grid", "def transform(grid:"];
  const file = fileOf(`\n${programs.map((code) => line(code)).join("\n  \n")}\n\n`);
  const { code, stdout, stderr } = await new CommandLine().run(
    "exec",
    file,
    "--tasks",
    OPTIONS.tasks,
    "--workers",
    "2",
  );
  assertEquals(code, 0, stderr);
  const rows = stdout.trimEnd().split("\n").map((text) => JSON.parse(text));
  assertEquals(rows.map(({ outcome }) => outcome), ["ok", "ok", "syntax_error"]);
  const [right, wrong, broken] = rows;
  assertEquals([...right.train, ...right.test].every((flag) => flag), true);
  assertEquals([...wrong.train, ...wrong.test].some((flag) => flag), false);
  assertEquals(broken.outputs.every((output: unknown) => output === null), true);
  assertEquals(rows.every(({ task_id, ms }) => task_id === TASK && typeof ms === "number"), true);
});

const MALFORMED: readonly [name: string, text: string, said: string][] = [
  ["that is no JSON", "{", "JSON"],
  ["without a task", '{"code":"x"}', "task_id"],
  ["without a program", `{"task_id":"${TASK}"}`, "code"],
  ["whose program is no text", `{"task_id":"${TASK}","code":7}`, "code"],
  ["that is a list", "[]", "object"],
];

for (const [name, text, said] of MALFORMED) {
  Deno.test(`exec stops at a line ${name}, and names it`, async () => {
    const file = fileOf([line(MIRROR), "", text, line(MIRROR)].join("\n"));
    const { message } = await assertRejects(() => exec(file, OPTIONS), UsageError);
    assertStringIncludes(message, `${file}, line 3: `);
    assertStringIncludes(message, said);
  });
}

Deno.test("exec stops at a task that is not asked for, and names the nearest", async () => {
  const file = fileOf(line(MIRROR, TASK.slice(0, -1)));
  const error = await assertRejects(() => exec(file, OPTIONS), TaskError);
  assertEquals(error.fault, "not_found");
  const said = `no task ${TASK.slice(0, -1)} (did you mean ${TASK}?) in --tasks`;
  assertStringIncludes(error.message, said);
});

Deno.test("exec refuses tasks that are not there", async () => {
  await assertRejects(() => exec(fileOf(""), { ...OPTIONS, tasks: "nowhere" }), TaskError);
});
