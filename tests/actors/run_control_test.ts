import { assert, assertEquals } from "@std/assert";
import { RunControl } from "../../actors/run_control.ts";
import type { Recorder } from "../../actors/recorder.ts";
import { isPending } from "../streams/ticks.ts";
import { Recorded } from "./recorded.ts";
import { newRun, ScriptedModel, scriptedRun } from "./scripted_run.ts";

function eventsOf(recorded: Recorded): string[] {
  return recorded.records().flatMap(({ record }) =>
    record.kind === "event" ? [`${record.event} ${record.taskId}`] : []
  );
}

Deno.test("RunControl holds requests back while paused, and journals each change once", async () => {
  await using recorded = new Recorded();
  const control = new RunControl(recorded.recorder, ["a"]);
  await control.open();
  assertEquals([control.flow, await control.resume()], ["running", false]);
  assertEquals([await control.pause(), await control.pause()], [true, false]);
  const waiting = control.open();
  assertEquals([control.flow, await isPending(waiting)], ["paused", true]);
  assertEquals(await control.resume(), true);
  await waiting;
  assertEquals([control.flow, eventsOf(recorded)], ["running", ["paused null", "resumed null"]]);
});

Deno.test("RunControl.open() lets go when a signal aborts, so that a paused run can be drained", async () => {
  await using recorded = new Recorded();
  const control = new RunControl(recorded.recorder, []);
  await control.pause();
  const drain = new AbortController();
  const waiting = control.open(new AbortController().signal, drain.signal);
  assertEquals(await isPending(waiting), true);
  drain.abort();
  await waiting;
  assertEquals(control.flow, "paused");
});

Deno.test("RunControl knows the tasks stopped before a resume", async () => {
  await using recorded = new Recorded();
  const control = new RunControl(recorded.recorder, ["a", "b"]);
  assertEquals([await control.stopTask("a"), await control.stopTask("a")], [true, false]);
  assertEquals(eventsOf(recorded), ["task_stopped a"]);
  const resumed = new RunControl(recorded.recorder, ["a", "b"]);
  assertEquals(["a", "b"].map((id) => resumed.isStopped(id)), [true, false]);
  assertEquals(["b", "c"].map((id) => resumed.hasTask(id)), [true, false]);
});

/** A run whose control does something when so many requests have been made. */
async function steered(
  after: number,
  act: (control: RunControl, recorder: Recorder, model: ScriptedModel) => void,
  barriers: boolean,
) {
  const model = new ScriptedModel();
  const complete = model.complete.bind(model);
  let onAfter = () => {};
  model.complete = (...args) => {
    if (model.requests.length === after) onAfter();
    return complete(...args);
  };
  const archive = await scriptedRun(newRun(), model, {
    barriers,
    onEngine: ({ control }, recorder) => onAfter = () => act(control, recorder, model),
  });
  return archive;
}

/** Lets the event loop turn often enough for anything that is not held back. */
async function turns(): Promise<void> {
  for (let i = 0; i < 200; i++) await new Promise<void>((go) => setImmediate(go));
}

Deno.test("a paused run makes no request until resumed, then all", async () => {
  const asked: number[] = [];
  const archive = await steered(4, (control, recorder, model) => {
    void control.pause();
    const subscription = recorder.records$.subscribe(async () => {
      if ([...recorder.archive.calls()].some(({ ended }) => !ended)) return;
      subscription.unsubscribe();
      asked.push(model.requests.length);
      await turns();
      asked.push(model.requests.length);
      await control.resume();
    });
  }, false);
  const [ended, later] = asked;
  assert(ended >= 5 && ended <= 8, `${ended} requests, four of them may have been under way`);
  assertEquals(later, ended, "requests were begun while paused");
  const sampled = [...archive.entries()].filter(({ operator }) => operator === "sample");
  assertEquals(sampled.length, 6 * 2 * 8);
});

for (const barriers of [false, true]) {
  Deno.test(`a stopped task is asked nothing more; the others get all of theirs (barriers: ${barriers})`, async () => {
    const taskId = "crop_to_object";
    const archive = await steered(1, (control) => void control.stopTask(taskId), barriers);
    const counts = Map.groupBy(
      [...archive.entries()].filter(({ operator }) => operator === "sample"),
      (entry) => entry.taskId,
    );
    assertEquals(counts.get(taskId)?.length ?? 0, 0);
    assertEquals([...counts.values()].map(({ length }) => length), Array(5).fill(2 * 8));
  });
}
