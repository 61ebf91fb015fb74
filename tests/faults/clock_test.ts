/** A clock that goes backwards while a run is under way and between its two lives. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { differingRows, readJournal } from "../../mod.ts";
import { newRun, ScriptedModel, scriptedRun } from "../actors/scripted_run.ts";

/** Runs with clocks that lose a second at each look; the wall clock is the journal's. */
async function withClockGoingBack<R>(run: (now: () => number) => Promise<R>): Promise<R> {
  const real = Date.now;
  let wall = 2e12;
  let steady = 1e9;
  Date.now = () => wall -= 1000;
  try {
    return await run(() => steady -= 1000);
  } finally {
    Date.now = real;
  }
}

Deno.test("a clock that goes backwards changes nothing but the times", async () => {
  const options = { deterministic: true };
  const whole = await scriptedRun(newRun(), new ScriptedModel(), options);
  const directory = newRun();
  await withClockGoingBack(async (now) => {
    const stop = new AbortController();
    const model = new ScriptedModel();
    const complete = model.complete.bind(model);
    model.complete = (request, signal) => {
      if (model.requests.length === 10) stop.abort(new Error("stopped"));
      return complete(request, signal);
    };
    await assertRejects(() =>
      scriptedRun(directory, model, { ...options, now }, { signal: stop.signal })
    );
    const resumed = await scriptedRun(directory, new ScriptedModel(), { ...options, now });
    assertEquals(differingRows(resumed, whole), []);
  });
  const records = [...readJournal(directory.journal)].map(({ record }) => record);
  assertEquals(records.map(({ seq }) => seq), records.map((_, i) => i + 1));
  assert(records[0].at > records.at(-1)!.at, "the clock did go back");
});
