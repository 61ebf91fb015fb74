import { assertEquals, assertRejects } from "@std/assert";
import { Subject } from "rxjs";
import { Recorder } from "../../actors/recorder.ts";
import { Archive } from "../../data/archive.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import { Journal } from "../../data/journal.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { Noted } from "../../data/records.ts";
import { callOf, Recorded } from "./recorded.ts";

function note(message: string): Noted {
  return {
    kind: "event",
    level: "info",
    event: "told",
    generation: 0,
    taskId: null,
    message,
  };
}

Deno.test("Recorder.record(): a record is in the archive and told before it is written, in order", async () => {
  await using recorded = new Recorded();
  const { recorder, archive } = recorded;
  const told: unknown[] = [];
  recorder.records$.subscribe(({ seq, event }) =>
    told.push([seq, event.seq, event.kind, archive.seq])
  );
  const first = recorder.record(callOf({ taskId: "a" }));
  const second = recorder.record(note("x"));
  assertEquals(told, [[1, 1, "call", 1], [2, 2, "event", 2]]);
  const entries = [await first, await second];
  assertEquals([...readJournal(recorded.directory)], entries);
});

Deno.test("Recorder.records$ numbers like the journal after a resume", async () => {
  const directory = Deno.makeTempDirSync();
  {
    await using recorded = new Recorded(directory);
    await recorded.recorder.record(note("before"));
  }
  const journal = Journal.open(directory, 1);
  const recorder = new Recorder(journal, new Archive());
  const told: number[][] = [];
  recorder.records$.subscribe(({ seq, event }) => told.push([seq, event.seq]));
  await recorder.record(note("after"));
  assertEquals(told, [[2, 2]]);
  await journal.close();
});

Deno.test("Recorder.attach() journals what an actor tells", async () => {
  await using recorded = new Recorded();
  const events = new Subject<Noted>();
  recorded.recorder.attach(events);
  events.next(note("a"));
  events.complete();
  assertEquals(recorded.archive.noted("told", 0), true);
  await recorded.recorder.record(note("b"));
  const messages = [...readJournal(recorded.directory)]
    .map(({ record }) => record.kind === "event" && record.message);
  assertEquals(messages, ["a", "b"]);
});

Deno.test("Recorder.load() gives source, outputs and fault of each program of a reply", async () => {
  await using recorded = new Recorded();
  const call = await recorded.reply({ taskId: "a" }, ["first", "np.zeros(1)", null]);
  const first = await recorded.evaluate(call, 0, { outputs: ["12/34", "5"] });
  const second = await recorded.evaluate(call, 1, {
    outcome: "runtime_error",
    error: "KeyError",
    outputs: ["1", null],
  });
  const third = await recorded.evaluate(call, 2, { outcome: "no_code", outputs: [null, null] });
  const load = (entry: ArchiveEntry) => recorded.recorder.load(entry);
  assertEquals(await load(third), { entry: third, code: "", outputs: [null, null], error: null });
  assertEquals(await load(first), {
    entry: first,
    code: "first\n",
    outputs: [[[1, 2], [3, 4]], [[5]]],
    error: null,
  });
  const { code, outputs, error } = await load(second);
  assertEquals([code, outputs, error], [
    "import numpy as np\nnp.zeros(1)\n",
    [[[1]], null],
    "KeyError",
  ]);
});

Deno.test("Recorder.load() tells many replies apart, also when they come again", async () => {
  await using recorded = new Recorded();
  const entries = [];
  for (let draw = 0; draw < 70; draw++) {
    entries.push(await recorded.program({ taskId: "a", draw, code: `program ${draw}` }));
  }
  for (const _ of [1, 2]) {
    for (const [draw, entry] of entries.entries()) {
      assertEquals((await recorded.recorder.load(entry)).code, `program ${draw}\n`);
    }
  }
});

Deno.test("Recorder.load() refuses a place that holds something else", async () => {
  await using recorded = new Recorded();
  const row = await recorded.program({ taskId: "a" });
  const entry: ArchiveEntry = JSON.parse(JSON.stringify(row));
  const swapped = { ...entry, evaluationAt: entry.replyAt, replyAt: entry.evaluationAt };
  await assertRejects(
    () => recorded.recorder.load(swapped),
    Error,
    "expected an evaluation, found reply",
  );
  await assertRejects(
    () => recorded.recorder.load({ ...entry, replyAt: entry.evaluationAt }),
    Error,
    "expected a reply, found evaluation",
  );
});

Deno.test("Recorder.record() rejects once the journal cannot be written", async () => {
  const recorded = new Recorded();
  await recorded.journal.close();
  await assertRejects(
    () => recorded.recorder.record(note("lost")),
    Error,
    "cannot write the journal",
  );
  await assertRejects(() => recorded.recorder.record(note("later")), Error, "cannot write");
});
