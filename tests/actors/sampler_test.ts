import { assert, assertEquals, assertRejects } from "@std/assert";
import { Sampler } from "../../actors/sampler.ts";
import { callIdOf } from "../../data/identity.ts";
import { ModelError, type ModelErrorKind } from "../../models/client.ts";
import { FIRST_EXAMPLE } from "../../models/few_shot_example.ts";
import { AskedModel, askerOptions, unitOf } from "./asked_model.ts";
import { Recorded } from "./recorded.ts";

const NEVER = new AbortController().signal;

/** A sampler with its channels, and what it tells. */
function samplerOf(recorded: Recorded, model: AskedModel, draining = NEVER) {
  const options = { ...askerOptions(recorded, model, "sample"), draining };
  const sampler = new Sampler({ ...options, fewShot: () => FIRST_EXAMPLE });
  const told: string[] = [];
  sampler.events$.subscribe(({ level, event, taskId, message }) =>
    told.push(`${level} ${event} ${taskId}: ${message}`)
  );
  return { ...options, sampler, told };
}

Deno.test("Sampler asks for each unit and hands on all candidates", async () => {
  await using recorded = new Recorded();
  const model = new AskedModel();
  const { sampler, inbox, outbox, credits, meter } = samplerOf(recorded, model);
  for (const draw of [0, 1, 2]) await inbox.send(unitOf("sample", draw, { n: 2 }));
  inbox.close();
  await sampler.run(NEVER);
  outbox.close();
  const candidates = await Array.fromAsync(outbox);
  const places = candidates.map(({ draw, index }) => `${draw} ${index}`).toSorted();
  assertEquals(places, ["0 0", "0 1", "1 0", "1 1", "2 0", "2 1"]);
  assertEquals([credits.inUse, meter.ended], [0, 3]);
  const text = model.requests[0].messages.at(-1)!.content;
  assert(text.includes("Example of a solved task") && text.includes("Train 1 input (1x1):\n[[1]]"));
});

for (const kind of ["refused", "bad_reply"] as const) {
  Deno.test(`Sampler sets a request aside that ends in ${kind}, and goes on`, async () => {
    await using recorded = new Recorded();
    const model = new AskedModel();
    model.gate = () =>
      model.requests.length === 1
        ? Promise.reject(new ModelError(kind, "too long"))
        : Promise.resolve();
    const { sampler, inbox, outbox, credits, told } = samplerOf(recorded, model);
    for (const draw of [0, 1]) await inbox.send(unitOf("sample", draw));
    inbox.close();
    await sampler.run(NEVER);
    outbox.close();
    assertEquals((await Array.fromAsync(outbox)).map(({ draw }) => draw), [1]);
    const { ended, waiting } = recorded.archive.call(callIdOf(0, "a", "sample", 0))!;
    assertEquals([ended, waiting, credits.inUse], [true, null, 0]);
    assertEquals(told, ["warning set_aside a: sample 0: ModelError: too long"]);
  });
}

for (const kind of ["unreachable", "unauthorised", "server"] satisfies ModelErrorKind[]) {
  Deno.test(`Sampler stops when the model is lost (${kind}); the request stays open`, async () => {
    await using recorded = new Recorded();
    const model = new AskedModel();
    model.gate = () => Promise.reject(new ModelError(kind, "gone"));
    const { sampler, inbox, credits } = samplerOf(recorded, model);
    await inbox.send(unitOf("sample", 0));
    await assertRejects(() => sampler.run(NEVER), ModelError, "gone");
    assertEquals(sampler.state.status, "failed");
    assertEquals(recorded.archive.call(callIdOf(0, "a", "sample", 0))?.ended, false);
    assertEquals([model.requests.length, credits.inUse], [1, 0]);
  });
}

Deno.test("Sampler that is drained asks for nothing more; what it asked is handed on", async () => {
  await using recorded = new Recorded();
  const drain = new AbortController();
  const model = new AskedModel();
  model.gate = () => {
    if (model.requests.length === 2) drain.abort(new Error("draining"));
    return Promise.resolve();
  };
  const { sampler, inbox, outbox } = samplerOf(recorded, model, drain.signal);
  for (let draw = 0; draw < 8; draw++) await inbox.send(unitOf("sample", draw));
  inbox.close();
  await sampler.run(NEVER);
  outbox.close();
  // Two credits: two are asked, and none of those that waited for a credit.
  assertEquals(model.requests.length, 2);
  assertEquals((await Array.fromAsync(outbox)).length, 2);
  assertEquals([...recorded.archive.unevaluated()].length, 2);
});
