import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readJournal, RunControl, RunDirectory } from "../../mod.ts";
import { steer } from "../../cli/run_control.ts";
import { Recorded } from "../actors/recorded.ts";
import { CommandLine, type Ended } from "./command.ts";

const LONG = ["--tasks", "sample#6", "--generations", "1", "--samples", "400"];

function said({ code, stdout, stderr }: Ended): string {
  assertEquals(code, 0, stderr);
  return stdout.trim();
}

Deno.test("control pauses a live run, which says so, stops a task, resumes, and is journalled", async () => {
  const line = new CommandLine();
  const { pid, ended } = line.start("soar", "--run", "a", ...LONG);
  await line.grown("a", 60_000, ended);
  assertEquals(said(await line.run("control", "pause")), "run a is paused");
  assertEquals(said(await line.run("control", "pause")), "run a is paused already");
  const stopped = await line.run("control", "stop-task", "crop_to_object");
  assertEquals(said(stopped), "run a: task crop_to_object is asked nothing more");
  const unknown = await line.run("control", "stop-task", "nowhere");
  assertEquals(unknown.code, 3);
  assertStringIncludes(unknown.stderr, 'no task "nowhere" in this run');
  assertEquals(said(await line.run("control", "resume", "--run", "a")), "run a is running");
  Deno.kill(pid, "SIGINT");
  const { code, stderr } = await ended;
  assertEquals(code, 130, stderr);
  for (const event of ["paused", "task_stopped", "resumed"]) assertStringIncludes(stderr, event);
  const journal = new RunDirectory(line.runs, "a").journal;
  const names = [...readJournal(journal)].flatMap(({ record }) =>
    record.kind === "event" ? [record.event] : []
  );
  for (const event of ["paused", "task_stopped", "resumed"]) assert(names.includes(event), event);
});

Deno.test("control budget: the next generation of a live run has the new counts", async () => {
  const line = new CommandLine();
  const two = ["--tasks", "sample#2", "--generations", "2", "--no-fit", "--refinements", "12"];
  const { ended } = line.start("soar", "--run", "a", ...two, "--samples", "400");
  await line.grown("a", 30_000, ended);
  said(await line.run("control", "pause"));
  const given = ["samples=20", "refinements=0"];
  const told = "run a: samples 400 → 20, refinements 12 → 0, from generation 1 on";
  assertEquals(said(await line.run("control", "budget", ...given)), told);
  const again = await line.run("control", "budget", ...given);
  assertEquals(said(again), "run a has this budget already");
  const nothing = await line.run("control", "budget", "samples=0");
  assertEquals(nothing.code, 2);
  assertStringIncludes(nothing.stderr, "nothing to do");
  said(await line.run("control", "resume"));
  const summary = await ended;
  assertStringIncludes(said(summary), "budget changed from generation 1 on: samples 400 → 20");
  const journal = new RunDirectory(line.runs, "a").journal;
  const asked = [0, 0];
  for (const { record } of readJournal(journal)) {
    if (record.kind === "call" && record.operator === "sample") {
      asked[record.generation] += record.n;
    }
  }
  assertEquals(asked, [800, 40]);
});

Deno.test("control of a run that is not live, or asked wrongly, says what to do", async () => {
  const line = new CommandLine();
  assertEquals((await line.run("control", "pause")).code, 3);
  const small = ["--tasks", "sample#2", "--generations", "1", "--samples", "4"];
  said(await line.run("soar", "--run", "a", ...small, "--refinements", "0"));
  const over = await line.run("control", "pause");
  assertEquals(over.code, 2);
  assertStringIncludes(over.stderr, "run a has ended");
  const wrong = [
    [["stop-task"], "name the task"],
    [["pause", "crop_to_object"], "takes no task"],
    [["halt"], "budget"],
    [["budget", "sample=3"], "did you mean samples?"],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, stderr } = await line.run("control", ...args);
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(stderr, message);
  }
});

Deno.test("--replay: the same archive without a model; flags and a missing run are refused", async () => {
  const line = new CommandLine();
  const small = ["--tasks", "sample#4", "--generations", "2", "--samples", "24"];
  said(await line.run("soar", "--run", "a", ...small));
  const replayed = await line.run("soar", "--replay", "a", "--run", "b");
  assertStringIncludes(said(replayed), "the same archive as run a");
  assert(!replayed.stderr.includes("embedded model"), replayed.stderr);
  const flags = await line.run("soar", "--replay", "a", "--samples", "3");
  assertEquals(flags.code, 2);
  assertStringIncludes(flags.stderr, "leave out --samples");
  assertEquals((await line.run("soar", "--replay", "none")).code, 3);
});

Deno.test("steer() refuses what it does not know", async () => {
  await using recorded = new Recorded();
  const control = new RunControl(recorded.recorder, ["a"]);
  for (const [body, status] of [[null, 400], [{ action: "halt" }, 400]] as const) {
    assertEquals((await steer(control, body)).status, status);
  }
  assertEquals((await steer(control, { action: "stop-task" })).status, 404);
  assertEquals((await steer(control, { action: "budget", budget: { samples: 3 } })).status, 400);
  assertEquals((await steer(null, { action: "pause" })).status, 404);
  assertEquals(await steer(control, { action: "pause" }), {
    status: 200,
    flow: "paused",
    changed: true,
  });
  assertEquals(control.flow, "paused");
});
