/** Continuous runs: the search goes on while the trainer works, on models that are READY. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type TrainerBackend, TrainerError } from "../../actors/trainer.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { CallAdmitted } from "../../data/records.ts";
import type { CompletionRequest } from "../../models/client.ts";
import { newRun, ScriptedModel, scriptedRun } from "./scripted_run.ts";

/** A trainer that waits to be let go on, and says which models are READY. */
function gatedTrainer() {
  const ready = new Set([0]);
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const backend: TrainerBackend = {
    name: "gated",
    async train(shards, model, signal) {
      begun.push(shards);
      const stopped = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => stopped.reject(signal.reason), { once: true });
      await Promise.race([gate.promise, stopped.promise]);
      await Deno.mkdir(model, { recursive: true });
      const report = { rows: 1, skipped: 0, loss: [{ step: 1, loss: 0.5 }] };
      await Deno.writeTextFile(`${model}/training.json`, JSON.stringify(report));
      await Deno.writeTextFile(`${model}/READY`, "");
      ready.add(Number(model.slice(-3)));
    },
  };
  return { backend, ready, begun, open: gate.resolve };
}

/** Told of each request before it is answered. */
class WatchedModel extends ScriptedModel {
  constructor(private readonly seen: (request: CompletionRequest, count: number) => void) {
    super();
  }

  override complete(request: CompletionRequest, signal?: AbortSignal) {
    this.seen(request, this.requests.length + 1);
    return super.complete(request, signal);
  }
}

function callsOf(directory: { journal: string }): CallAdmitted[] {
  return [...readJournal(directory.journal)].map(({ record }) => record)
    .filter((record) => record.kind === "call");
}

const NO_REFINING = {
  budget: { samples: 8, refinements: 0, completionsPerCall: 4, completionsPerRefinement: 2 },
};
/** Requests of a generation: 6 tasks, 8 samples each, 4 at once. */
const REQUESTS = 12;

Deno.test("continuous: a generation is searched on the model before, never on one that is not READY", async () => {
  const directory = newRun();
  const { backend, ready, open } = gatedTrainer();
  const model = new WatchedModel(({ model }, count) => {
    assert(ready.has(Number(model.slice("scripted-".length))), `${model} is not READY`);
    // Model 1 is made only after all requests of generation 1 have been sent.
    if (count === 2 * REQUESTS) open();
  });
  await scriptedRun(directory, model, {
    ...NO_REFINING,
    generations: 3,
    trainer: backend,
    continuous: { maxStaleness: 1 },
  });
  const asked = callsOf(directory).map(({ generation, modelGeneration, model }) => {
    assertEquals(model, `scripted-${modelGeneration ?? generation}`);
    return [generation, modelGeneration ?? generation] as const;
  });
  assertEquals(asked.filter(([generation]) => generation === 1), Array(REQUESTS).fill([1, 0]));
  const third = asked.filter(([generation]) => generation === 2);
  assertEquals(third.length, REQUESTS);
  assert(third.every(([generation, version]) => generation - version <= 1));
  const told = [...readJournal(directory.journal)].map(({ record }) => record)
    .filter((record) => record.kind === "event" && record.event === "model_taken_on");
  assertEquals(
    told.map((record) => record.kind === "event" && record.generation),
    [1, 2],
  );
});

Deno.test("continuous: a generation waits for the model that its bound asks for", async () => {
  const directory = newRun();
  const { backend, begun, open } = gatedTrainer();
  const asked: string[] = [];
  const model = new WatchedModel(({ model }) => asked.push(model));
  const stop = new AbortController();
  const ended = scriptedRun(directory, model, {
    ...NO_REFINING,
    generations: 3,
    trainer: backend,
    continuous: { maxStaleness: 1 },
    // The last of generation 1 to be told of; generation 2 is then waited for.
    onEngine: (_, recorder) =>
      recorder.records$.subscribe(({ event: record }) => {
        if (record.kind === "vote" && record.generation === 1 && record.attempt === 2) {
          queueMicrotask(() => stop.abort(new Error("looked at")));
        }
      }),
  }, { draining: stop.signal });
  await assertRejects(() => ended, Error, "looked at");
  assertEquals([new Set(asked), asked.length], [new Set(["scripted-0"]), 2 * REQUESTS]);
  assertEquals(begun, [directory.shards(1)]);
  open();
  const archive = await scriptedRun(directory, model, {
    ...NO_REFINING,
    generations: 3,
    trainer: backend,
    continuous: { maxStaleness: 1 },
  });
  assertEquals(archive.size, 3 * REQUESTS * 4);
  assertEquals(asked.length, 3 * REQUESTS);
  assertEquals(asked.slice(2 * REQUESTS).includes("scripted-0"), false);
});

Deno.test("continuous: a training that fails ends the run with its reason", async () => {
  const failing: TrainerBackend = {
    name: "failing",
    train: () => Promise.reject(new TrainerError("out of memory")),
  };
  await assertRejects(
    () =>
      scriptedRun(newRun(), new ScriptedModel(), {
        ...NO_REFINING,
        generations: 3,
        trainer: failing,
        continuous: { maxStaleness: 1 },
      }),
    TrainerError,
    "out of memory",
  );
});

Deno.test("continuous: a staleness that is no bound is refused", async () => {
  await assertRejects(
    () => scriptedRun(newRun(), new ScriptedModel(), { continuous: { maxStaleness: 0 } }),
    RangeError,
    "maxStaleness must be an integer of at least 1, got 0",
  );
});
