import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { keepBallotsOf, readBallots } from "../../data/ballot_files.ts";
import { type BallotHead, PART_VERSION } from "../../data/ballot_part.ts";
import { decodeColumns, encodeColumns } from "../../data/column_bytes.ts";
import type { JournalOptions } from "../../data/journal.ts";
import { JournalError } from "../../data/journal_segment.ts";
import type { RecordBody } from "../../data/records.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { callOf, evaluationOf, replyOf } from "../actors/recorded.ts";
import { ballotsOfRecords } from "./ballots_of_records.ts";
import { filesOf, flip, journalOf, readAll } from "./journal_of.ts";

/** Segments of a few lines, so that requests, replies and evaluations stand apart. */
const SHORT: JournalOptions = { now: () => 1.5, segmentBytes: 1500 };

const results = fc.record({
  outcome: fc.constantFrom("ok" as const, "runtime_error" as const, "timeout" as const),
  error: fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constant(',"outputs":["7"],\\"'))),
  outputs: fc.array(fc.option(fc.constantFrom("1", "12/34", "0/0")), { maxLength: 4 }),
  correctTrain: fc.array(fc.boolean(), { maxLength: 3 }),
  correctTest: fc.option(fc.array(fc.boolean(), { maxLength: 2 })),
  transduction: fc.boolean(),
});

/** Requests with their evaluations, in any order; some lack the request, the reply or both. */
const records = fc.array(
  fc.record({
    taskId: fc.constantFrom("a", "b/c", "ä"),
    operator: fc.constantFrom("sample" as const, "refine" as const),
    generation: fc.nat({ max: 1 }),
    results: fc.array(results, { maxLength: 4 }),
    asked: fc.boolean(),
    codes: fc.option(fc.array(fc.option(fc.constantFrom("x = 1", "x = '😀'"))), { nil: null }),
    delayed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
).map((all): RecordBody[] => {
  const late: RecordBody[] = [];
  const soon = all.flatMap(({ results, asked, codes, delayed, ...of }, draw) => {
    const call = callOf({ ...of, draw, n: results.length });
    const evaluations = results.map((result, i) => evaluationOf(call, i, result));
    if (delayed) late.push(...evaluations);
    return [
      ...(asked || delayed ? [call] : []),
      ...(codes ? [replyOf(call.callId, codes)] : []),
      ...(delayed ? [] : evaluations),
    ];
  });
  return [...soon, ...late];
});

async function runOf(bodies: readonly RecordBody[], options = SHORT): Promise<RunDirectory> {
  const run = new RunDirectory(Deno.makeTempDirSync(), "r");
  Deno.mkdirSync(run.journal, { recursive: true });
  await journalOf(bodies, { ...options, directory: run.journal });
  return run;
}

/** What a vote is given, and how many segments had to be read for it. */
async function read(run: RunDirectory, withSources: boolean, threads = 1) {
  const damages: unknown[] = [];
  const { ballots, segmentsRead } = await readBallots(run, {
    withSources,
    threads,
    onDamage: (damage) => damages.push(damage),
  });
  const byTask = new Map(ballots.tasks().map((taskId) => [taskId, ballots.ofTask(taskId)]));
  return { byTask, segmentsRead, damages, order: ballots.tasks() };
}

/** The same must come of the records one by one. */
async function check(run: RunDirectory, withSources: boolean, threads = 1): Promise<number> {
  const { entries, damages } = readAll(run.journal);
  const wanted = ballotsOfRecords(entries.map(({ record }) => record), withSources);
  const found = await read(run, withSources, threads);
  assertEquals(found.byTask, wanted);
  assertEquals(found.order, [...wanted.keys()]);
  assertEquals(found.damages, damages);
  return found.segmentsRead;
}

function segmentsOf(run: RunDirectory): number {
  return filesOf(run.journal).length;
}

Deno.test("readBallots() gives the ballots of the records, with its files and without", async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), async (records, withSources) => {
      const run = await runOf(records);
      assertEquals(await check(run, withSources), segmentsOf(run));
      assertEquals(await check(run, withSources), 0);
      assertEquals(await check(run, false), 0);
      Deno.removeSync(run.ballots, { recursive: true });
      assertEquals(await check(run, false), segmentsOf(run));
    }),
    { numRuns: 40 },
  );
});

Deno.test("readBallots() catches up with a journal that went on, reading what is new", async () => {
  await fc.assert(
    fc.asyncProperty(records, records, async (before, after) => {
      const run = await runOf(before);
      await check(run, true);
      const segments = segmentsOf(run);
      await journalOf(after, { ...SHORT, directory: run.journal });
      // The last segment may have been added to, and is packed once another is begun.
      const read = await check(run, true);
      assert(read <= segmentsOf(run) - segments + 1, `${read} of ${segmentsOf(run)} were read`);
      assertEquals(await check(run, true), 0);
    }),
    { numRuns: 20 },
  );
});

Deno.test("readBallots() makes a damaged file again, wherever the damage is", async () => {
  const call = callOf({ taskId: "a", n: 2 });
  const run = await runOf([call, replyOf(call.callId, ["x", null]), evaluationOf(call, 0)]);
  await check(run, true);
  const [name] = filesOf(run.ballots);
  const path = `${run.ballots}/${name}`;
  const whole = Deno.readFileSync(path);
  for (let at = 0; at < whole.length; at += 7) {
    flip(path, at);
    assertEquals(await check(run, true), 1, `byte ${at}`);
    assertEquals(Deno.readFileSync(path), whole);
  }
  for (const left of [0, 3, 16, whole.length - 1]) {
    Deno.writeFileSync(path, whole.subarray(0, left));
    assertEquals(await check(run, true), 1, `${left} bytes left`);
  }
});

Deno.test("readBallots() trusts no file of another journal, segment or version, nor one that lacks sources", async () => {
  const bodies = (taskId: string): RecordBody[] => {
    const calls = [0, 1, 2, 3, 4, 5].map((draw) => callOf({ taskId, draw }));
    return calls.flatMap((call) => [
      call,
      replyOf(call.callId, ["x"]),
      evaluationOf(call, 0, { error: "e".repeat(300) }),
    ]);
  };
  const [run, other] = await Promise.all([runOf(bodies("a")), runOf(bodies("b"))]);
  await check(run, false);
  await check(other, true);
  const names = filesOf(run.ballots);
  assert(names.length > 2, "several segments");
  assertEquals(await check(run, true), names.length, "they told of no sources");
  for (const name of names) {
    Deno.copyFileSync(`${other.ballots}/${name}`, `${run.ballots}/${name}`);
  }
  assertEquals(await check(run, true), names.length);
  Deno.copyFileSync(`${run.ballots}/${names[0]}`, `${run.ballots}/${names[1]}`);
  assertEquals(await check(run, true), 1);
  const { head, columns } = decodeColumns<BallotHead>(
    Deno.readFileSync(`${run.ballots}/${names[0]}`),
  )!;
  const next = { ...head, version: PART_VERSION + 1 };
  Deno.writeFileSync(`${run.ballots}/${names[0]}`, encodeColumns({ head: next, columns }));
  assertEquals(await check(run, true), 1);
});

Deno.test("readBallots() does not go by a file once the journal itself is damaged", async () => {
  const calls = [0, 1, 2].map((draw) => callOf({ taskId: "a", draw }));
  const run = await runOf(calls.flatMap((call) => [call, evaluationOf(call, 0)]), {
    now: () => 1.5,
  });
  await check(run, false);
  const file = `${run.journal}/${filesOf(run.journal)[0]}`;
  const text = Deno.readTextFileSync(file);
  flip(file, text.lastIndexOf('"outcome"'));
  assertEquals(await check(run, false), 1);
  const { byTask, damages } = await read(run, false);
  assertEquals([byTask.get("a")!.length, damages.length], [2, 1]);
});

Deno.test("readBallots() gives the same by several threads", async () => {
  const calls = Array.from({ length: 30 }, (_, draw) => callOf({ taskId: `t${draw % 4}`, draw }));
  const run = await runOf([
    ...calls,
    ...calls.map((call) => replyOf(call.callId, ["x"])),
    ...calls.map((call) => evaluationOf(call, 0)),
  ]);
  const segments = segmentsOf(run);
  assert(segments > 4);
  assertEquals(await check(run, true, 2), segments);
  assertEquals(await check(run, true, 2), 0);
});

Deno.test("readBallots() needs no folder it may write to, and refuses another format", async () => {
  const call = callOf({ taskId: "a" });
  const run = await runOf([call, evaluationOf(call, 0)]);
  Deno.writeTextFileSync(run.ballots, "no folder");
  assertEquals(await check(run, true), 1);
  assertEquals(await check(run, true), 1);
  Deno.removeSync(run.ballots);
  Deno.writeTextFileSync(`${run.journal}/000002.jsonl`, '{"format":99}\n');
  await assertRejects(() => read(run, false), JournalError, "journal format 99");
});

Deno.test("ballots are kept as segments are packed, so that a vote on a live run reads the last", async () => {
  const run = new RunDirectory(Deno.makeTempDirSync(), "r");
  Deno.mkdirSync(run.journal, { recursive: true });
  const calls = [0, 1, 2, 3, 4, 5].map((draw) => callOf({ taskId: "a", draw }));
  await journalOf(
    calls.flatMap((call) => [call, replyOf(call.callId, ["x"]), evaluationOf(call, 0)]),
    {
      ...SHORT,
      directory: run.journal,
      onPacked: (segment) => keepBallotsOf(run, segment),
    },
  );
  assert(segmentsOf(run) > 2, "several segments");
  assertEquals(filesOf(run.ballots).length, segmentsOf(run) - 1);
  assertEquals(await check(run, true), 1);
});
