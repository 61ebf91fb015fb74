import { assertEquals, assertRejects } from "@std/assert";
import { Archivist } from "../../actors/archivist.ts";
import type { Executed } from "../../actors/executor.ts";
import { StageMeter } from "../../actors/stage_meter.ts";
import type { Candidate, Evaluation } from "../../data/candidate.ts";
import { ballotOfText } from "../../data/ballot_lines.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { Channel } from "../../streams/channel.ts";
import { Recorded } from "./recorded.ts";

function evaluationOf({ id }: Candidate): Evaluation {
  return {
    id,
    outcome: "runtime_error",
    error: "KeyError",
    outputs: [[[1, 2], [3, 4]], null],
    correctTrain: [true],
    correctTest: null,
    transduction: false,
    duplicateOf: null,
    ms: 12,
    layers: "memory",
    confirmed: true,
  };
}

function archivistOf({ recorder }: Recorded) {
  const inbox = new Channel<Executed>({ highWaterMark: 10 });
  const meter = new StageMeter("archive", 1, inbox, null, () => 0);
  return { inbox, meter, archivist: new Archivist({ inbox, recorder, meter, host: "here" }) };
}

Deno.test("Archivist journals each evaluation under its request, grids in compact text", async () => {
  await using recorded = new Recorded();
  const { callId } = await recorded.reply({ taskId: "a" }, ["one", "two"]);
  const { inbox, meter, archivist } = archivistOf(recorded);
  for (const candidate of recorded.archive.unevaluated()) {
    await inbox.send({ candidate, evaluation: evaluationOf(candidate) });
  }
  inbox.close();
  await archivist.run(new AbortController().signal);
  const records = [...readJournal(recorded.directory)]
    .flatMap(({ record }) => record.kind === "evaluation" ? [record] : []);
  assertEquals(records.map(({ index }) => index), [0, 1]);
  const { seq: _, at: __, id, ...record } = records[1];
  assertEquals(recorded.archive.get(id)?.index, 1);
  assertEquals(record, {
    kind: "evaluation",
    callId,
    index: 1,
    outcome: "runtime_error",
    error: "KeyError",
    outputs: ["12/34", null],
    correctTrain: [true],
    correctTest: null,
    transduction: false,
    duplicateOf: null,
    ms: 12,
    layers: "memory",
    confirmed: true,
    host: "here",
  });
  assertEquals([meter.ended, recorded.archive.call(callId)?.ended], [2, true]);
});

Deno.test("Archivist writes evaluations as fast readers of ballots know them", async () => {
  await using recorded = new Recorded();
  await recorded.reply({ taskId: "a" }, ["one"]);
  const { inbox, archivist } = archivistOf(recorded);
  const [candidate] = recorded.archive.unevaluated();
  const { ms, error, ...rest } = evaluationOf(candidate);
  await inbox.send({ candidate, evaluation: { ms, ...rest, error: `${error}, "outputs":["1"]` } });
  inbox.close();
  await archivist.run(new AbortController().signal);
  const lines = recorded.records().map(({ record }) => JSON.stringify(record));
  assertEquals(ballotOfText(lines.at(-1)!), {
    id: candidate.id,
    callId: candidate.callId,
    index: candidate.index,
    outcome: "runtime_error",
    outputs: '["12/34",null]',
    correctTrain: "[true]",
    correctTest: "null",
    transduction: false,
  });
});

Deno.test("Archivist tells whoever ran a program elsewhere once the journal has its evaluation", async () => {
  await using recorded = new Recorded();
  await recorded.reply({ taskId: "a" }, ["one"]);
  const [candidate] = recorded.archive.unevaluated();
  const { inbox, archivist } = archivistOf(recorded);
  const hosts = () =>
    [...readJournal(recorded.directory)]
      .flatMap(({ record }) => record.kind === "evaluation" ? [record.host] : []);
  const seen: string[][] = [];
  const settle = () => void seen.push(hosts());
  await inbox.send({ candidate, evaluation: evaluationOf(candidate), host: "there", settle });
  inbox.close();
  await archivist.run(new AbortController().signal);
  assertEquals(seen, [["there"]]);
});

Deno.test("Archivist fails loudly on an evaluation that comes twice", async () => {
  await using recorded = new Recorded();
  await recorded.reply({ taskId: "a" }, ["one"]);
  const [candidate] = recorded.archive.unevaluated();
  const { inbox, archivist } = archivistOf(recorded);
  for (const _ of [1, 2]) await inbox.send({ candidate, evaluation: evaluationOf(candidate) });
  inbox.close();
  await assertRejects(
    () => archivist.run(new AbortController().signal),
    Error,
    "was evaluated twice",
  );
  assertEquals(archivist.state.status, "failed");
});
