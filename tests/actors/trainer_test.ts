import { assertEquals, assertRejects } from "@std/assert";
import { isReady, Trainer, type TrainerBackend, TrainerError } from "../../actors/trainer.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { Recorded } from "./recorded.ts";

const NEVER = new AbortController().signal;
const REPORT = { rows: 5, skipped: 2, loss: [{ step: 0, loss: 2 }, { step: 1, loss: 1.23456 }] };

/** Writes these files into the model folder. */
function writing(files: Readonly<Record<string, unknown>>): TrainerBackend {
  return {
    name: "scripted",
    async train(shards, model) {
      assertEquals(shards, "shards/g001");
      await Deno.mkdir(model);
      for (const [name, content] of Object.entries(files)) {
        await Deno.writeTextFile(`${model}/${name}`, JSON.stringify(content));
      }
    },
  };
}

/** Trains generation 1; the clock goes on by 1.5 s meanwhile. */
async function trained(recorded: Recorded, backend: TrainerBackend) {
  const model = `${Deno.makeTempDirSync()}/g001`;
  const times = [1000, 2500];
  const trainer = new Trainer({
    generation: 1,
    shards: "shards/g001",
    model,
    backend,
    recorder: recorded.recorder,
    now: () => times.shift()!,
  });
  const told: string[] = [];
  trainer.events$.subscribe(({ event, generation, message }) =>
    told.push(`${event} ${generation}: ${message}`)
  );
  await trainer.run(NEVER);
  return told;
}

function kindsOf({ directory }: Recorded): string[] {
  return [...readJournal(directory)].map(({ record }) => record.kind);
}

Deno.test("Trainer journals and tells what a READY model reports", async () => {
  await using recorded = new Recorded();
  const told = await trained(recorded, writing({ "training.json": REPORT, READY: {} }));
  assertEquals(told, ["trained 1: 5 rows, 2 skipped, loss 1.235, 1.5 s"]);
  const [{ record }] = readJournal(recorded.directory);
  const { seq: _, at: __, ...rest } = record;
  assertEquals(rest, {
    kind: "trained",
    generation: 1,
    trainer: "scripted",
    rows: 5,
    skipped: 2,
    steps: REPORT.loss,
    ms: 1500,
  });
});

Deno.test("Trainer tells of a fit without steps or skipped rows", async () => {
  await using recorded = new Recorded();
  const report = { rows: 0, skipped: 0, loss: [] };
  const told = await trained(recorded, writing({ "training.json": report, READY: {} }));
  assertEquals(told, ["trained 1: 0 rows, loss none, 1.5 s"]);
});

Deno.test("Trainer fails when the model is not READY, and journals nothing", async () => {
  await using recorded = new Recorded();
  await assertRejects(
    () => trained(recorded, writing({ "training.json": REPORT })),
    TrainerError,
    "trainer scripted left no",
  );
  assertEquals(kindsOf(recorded), []);
});

Deno.test("Trainer fails on a report that is none", async () => {
  await using recorded = new Recorded();
  await assertRejects(() =>
    trained(recorded, writing({ "training.json": { rows: "many" }, READY: {} }))
  );
  assertEquals(kindsOf(recorded), []);
});

Deno.test("Trainer fails as its backend does", async () => {
  await using recorded = new Recorded();
  const failing: TrainerBackend = {
    name: "failing",
    train: () => Promise.reject(new TrainerError("out of memory")),
  };
  await assertRejects(() => trained(recorded, failing), TrainerError, "out of memory");
});

Deno.test("isReady() wants READY to be there and to be a file", () => {
  const model = Deno.makeTempDirSync();
  assertEquals([isReady(`${model}/none`), isReady(model)], [false, false]);
  Deno.mkdirSync(`${model}/READY`);
  assertEquals(isReady(model), false);
  Deno.removeSync(`${model}/READY`);
  Deno.writeTextFileSync(`${model}/READY`, "");
  assertEquals(isReady(model), true);
});
