/** Digests of segments in files beside the journal: the same archive comes of them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Archive } from "../../data/archive.ts";
import { keepDigests, rebuildArchive } from "../../data/archive_rebuild.ts";
import { decodeColumns, encodeColumns } from "../../data/column_bytes.ts";
import { DIGEST_VERSION, type DigestHead } from "../../data/digest_part.ts";
import { OUTCOMES } from "../../data/candidate.ts";
import type { RecordBody } from "../../data/records.ts";
import { syntheticRun } from "../../bench/synthetic_run.ts";
import { callOf, evaluationOf, replyOf } from "../actors/recorded.ts";
import { archiveSeen } from "./archive_seen.ts";
import { filesOf, flip, journalOf, note, readAll } from "./journal_of.ts";

/** Segments of a few lines, so that requests, replies and evaluations stand apart. */
const SHORT = { now: () => 1.5, segmentBytes: 1500 };

/** What a request may hold beside what every one does. */
const choices = fc.record({
  endpoint: fc.option(fc.constantFrom("near", "far"), { nil: undefined }),
  modelGeneration: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  temperature: fc.double({ min: 0, max: 2, noNaN: true }),
  seed: fc.maxSafeInteger(),
  promptHash: fc.oneof(
    fc.bigInt(0n, (1n << 63n) - 1n).map(String),
    fc.constantFrom("", "x", "007"),
  ),
  parents: fc.oneof(
    fc.array(fc.bigInt(1n, 9n).map(String), { maxLength: 2 }),
    fc.constant(Array.from({ length: 300 }, (_, i) => String(i + 1))),
  ),
  choice: fc.option(
    fc.record({
      method: fc.constantFrom("rex", "uniform"),
      h: fc.double({ min: 0, max: 1, noNaN: true }),
      timesChosen: fc.nat(),
      theta: fc.double({ min: 0, max: 1, noNaN: true }),
      seen: fc.nat(),
    }),
  ),
});

const results = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  outputs: fc.array(fc.option(fc.constantFrom("1", "12/34", "0/0")), { maxLength: 4 }),
  correctTrain: fc.array(fc.boolean(), { maxLength: 3 }),
  correctTest: fc.option(fc.array(fc.boolean(), { maxLength: 2 })),
  transduction: fc.boolean(),
  confirmed: fc.boolean(),
  duplicateOf: fc.option(fc.bigInt(1n, 9n).map(String)),
});

/** Requests from draw `first` on, what became of them, and other records between them. */
const recordsFrom = (first: number) =>
  fc.array(
    fc.record({
      of: fc.record({ taskId: fc.constantFrom("a", "ä"), generation: fc.nat({ max: 1 }) }),
      choices,
      codes: fc.array(fc.option(fc.constantFrom("x = 1", "x = '😀'")), { maxLength: 3 }),
      results: fc.array(results, { maxLength: 3 }),
      by: fc.option(fc.constant({ endpoint: "far", model: "other", temperature: 0.5 })),
      end: fc.constantFrom("reply", "failed", "cancelled", "none"),
      vote: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  ).map((all) =>
    all.flatMap(({ of, choices, codes, results, by, end, vote }, i): RecordBody[] => {
      const draw = first + i;
      const call = { ...callOf({ ...of, draw, n: codes.length }), ...choices };
      const { callId } = call;
      const { generation, taskId } = of;
      const voted = {
        kind: "vote",
        generation,
        taskId,
        attempt: 1,
        outputs: ["1"],
        weight: 2,
      } as const;
      return [
        call,
        ...(end === "reply" ? [{ ...replyOf(callId, codes), ...(by ? { by } : {}) }] : []),
        ...(end === "reply" ? results.slice(0, codes.length) : [])
          .map((result, i) => evaluationOf(call, i, result)),
        ...(end === "failed" || end === "cancelled"
          ? [{ kind: "call_failed", callId, error: "e", cancelled: end === "cancelled" } as const]
          : []),
        note(`draw ${draw}`),
        ...(vote ? [{ ...voted, members: [], correctTest: null }] : []),
        ...(vote ? [{ kind: "selected", generation, taskId, rows: [] } as const] : []),
      ];
    })
  );

/** The archive by its digests, and how many segments had to be read for it. */
async function rebuilt(journal: string, digests: string, threads = 1) {
  const damages: unknown[] = [];
  const { archive, tasks, segmentsRead } = await rebuildArchive(journal, {
    digests,
    threads,
    onDamage: (damage) => damages.push(damage),
  });
  return { seen: archiveSeen(archive), tasks, damages, segmentsRead };
}

/** The same must come of the records one by one. */
async function check(journal: string, digests: string, threads = 1): Promise<number> {
  const { entries, damages } = readAll(journal);
  const live = new Archive();
  for (const entry of entries) live.apply(entry);
  const found = await rebuilt(journal, digests, threads);
  assertEquals(found.seen, archiveSeen(live));
  assertEquals(
    found.tasks,
    entries.flatMap(({ record }) => record.kind === "task" ? [record] : []),
  );
  assertEquals(found.damages, damages);
  return found.segmentsRead;
}

function newFolder(): string {
  return `${Deno.makeTempDirSync()}/digests`;
}

Deno.test("an archive comes of kept digests as of the records, whatever they hold", async () => {
  await fc.assert(
    fc.asyncProperty(recordsFrom(0), recordsFrom(8), async (before, after) => {
      const journal = await journalOf(before, SHORT);
      const digests = newFolder();
      const segments = filesOf(journal).length;
      assertEquals(await check(journal, digests), segments);
      assertEquals(await check(journal, digests), 0);
      await journalOf(after, { ...SHORT, directory: journal });
      // The last segment may have been added to, and is packed once another is begun.
      assert(await check(journal, digests) <= filesOf(journal).length - segments + 1);
    }),
    { numRuns: 40 },
  );
});

/** A journal of several segments, and its digests. */
async function keptRun() {
  const journal = await journalOf([...syntheticRun(100)].slice(0, -9), { segmentBytes: 30_000 });
  const digests = newFolder();
  const segments = await check(journal, digests, 2);
  assert(segments > 3, `${segments} segments`);
  return { journal, digests, segments };
}

Deno.test("kept digests give the same by several threads", async () => {
  const { journal, digests } = await keptRun();
  assertEquals(await check(journal, digests, 3), 0);
});

Deno.test("a damaged file of digests is made again", async () => {
  const { journal, digests } = await keptRun();
  const path = `${digests}/${filesOf(digests)[1]}`;
  const whole = Deno.readFileSync(path);
  for (const at of [0, 9, 17, whole.length >> 1, whole.length - 9]) {
    flip(path, at);
    assertEquals(await check(journal, digests), 1, `byte ${at}`);
    assertEquals(Deno.readFileSync(path), whole);
  }
  Deno.writeFileSync(path, whole.subarray(0, 100));
  assertEquals(await check(journal, digests), 1);
});

Deno.test("digests of another segment, version or journal are not trusted", async () => {
  const { journal, digests, segments } = await keptRun();
  const [first, second] = filesOf(digests).map((name) => `${digests}/${name}`);
  const whole = Deno.readFileSync(first);
  Deno.copyFileSync(second, first);
  assertEquals(await check(journal, digests), 1, "another segment's");
  const { head, columns } = decodeColumns<DigestHead>(whole)!;
  const next = { ...head, version: DIGEST_VERSION + 1 };
  Deno.writeFileSync(first, encodeColumns({ head: next, columns }));
  assertEquals(await check(journal, digests), 1, "another version");
  const other = await journalOf([...syntheticRun(104)].slice(0, -9), { segmentBytes: 30_000 });
  assert(await check(other, digests) >= segments - 1, "another journal's");
});

Deno.test("a segment that is damaged after its digests were made is told of", async () => {
  const { journal, digests } = await keptRun();
  const packed = filesOf(journal).find((name) => name.endsWith(".zst"))!;
  flip(`${journal}/${packed}`, 200);
  assertEquals(await check(journal, digests), 1);
  assert((await rebuilt(journal, digests)).damages.length > 0);
});

Deno.test("digests are kept as segments are packed, so that only the last is read later", async () => {
  const digests = newFolder();
  const directory = Deno.makeTempDirSync();
  await journalOf([...syntheticRun(100)], {
    directory,
    segmentBytes: 30_000,
    onPacked: (segment) => keepDigests(directory, digests, segment),
  });
  assertEquals(filesOf(digests).length, filesOf(directory).length - 1);
  assertEquals(await check(directory, digests), 1);
});

Deno.test("no digests are kept where that cannot be done, and nothing is lost by it", async () => {
  const directory = await journalOf([...syntheticRun(20)]);
  const notAFolder = `${Deno.makeTempDirSync()}/file`;
  Deno.writeTextFileSync(notAFolder, "");
  await keepDigests(directory, notAFolder, 1);
  Deno.writeTextFileSync(`${directory}/000002.jsonl`, '{"format":9}\n');
  await keepDigests(directory, newFolder(), 2);
  Deno.removeSync(`${directory}/000002.jsonl`);
  assertEquals(await check(directory, notAFolder), 1);
});
