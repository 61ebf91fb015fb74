import { assertEquals, assertRejects } from "@std/assert";
import { Archive } from "../../data/archive.ts";
import { rebuildArchive } from "../../data/archive_rebuild.ts";
import { JournalError } from "../../data/journal_segment.ts";
import { syntheticRun } from "../../bench/synthetic_run.ts";
import { evaluationOf } from "../actors/recorded.ts";
import { archiveSeen } from "./archive_seen.ts";
import { flip, journalOf, readAll } from "./journal_of.ts";

/** Some programs evaluated, one reply that waits, one request without a reply. */
const BODIES = [...syntheticRun(200)].slice(0, -9);

Deno.test("an archive rebuilt by threads is the one that took each record live", async () => {
  const directory = await journalOf(BODIES, { segmentBytes: 40_000 });
  const { entries } = readAll(directory);
  const live = new Archive();
  for (const entry of entries) live.apply(entry);
  const waiting = [...live.unevaluated()];
  assertEquals(waiting.every(({ code }) => code?.startsWith("def transform")), true);
  assertEquals(waiting.length > 0, true);
  for (const threads of [1, 2, 3]) {
    const { archive, tasks } = await rebuildArchive(directory, { threads });
    assertEquals(archiveSeen(archive), archiveSeen(live), `${threads} threads`);
    assertEquals(
      tasks,
      entries.flatMap(({ record }) => record.kind === "task" ? [record] : []),
    );
  }
});

Deno.test("rebuilding tells of damage in journal order, whatever the threads", async () => {
  const directory = await journalOf(BODIES, { segmentBytes: 40_000, pack: false });
  const { entries } = readAll(directory);
  const places = [650, 550, 420].map((i) => entries[i].location);
  for (const { segment, offset } of places) {
    flip(`${directory}/${String(segment).padStart(6, "0")}.jsonl`, offset + 30);
  }
  const told = async (threads: number) => {
    const offsets: number[] = [];
    await rebuildArchive(directory, { threads, onDamage: ({ offset }) => offsets.push(offset) });
    return offsets;
  };
  const expected = places.toReversed().map(({ offset }) => offset);
  assertEquals(await told(1), expected);
  assertEquals(await told(3), expected);
});

Deno.test("a journal of another format is refused, also by a thread", async () => {
  const directory = await journalOf(BODIES, { segmentBytes: 40_000, pack: false });
  Deno.writeTextFileSync(`${directory}/000003.jsonl`, '{"format":9}\n');
  await assertRejects(() => rebuildArchive(directory, { threads: 1 }), JournalError, "format 9");
  await assertRejects(() => rebuildArchive(directory, { threads: 3 }), JournalError, "format 9");
});

Deno.test("a reply that waits is evaluated after a rebuild as before it", async () => {
  const directory = await journalOf(BODIES, { segmentBytes: 40_000 });
  const { archive } = await rebuildArchive(directory);
  const [candidate] = archive.unevaluated();
  const { call } = archive.call(candidate.callId)!;
  const { id: _id, ...body } = evaluationOf(call, candidate.index);
  await journalOf([{ ...body, id: candidate.id }], { directory });
  const { archive: later } = await rebuildArchive(directory);
  assertEquals([later.size, later.get(candidate.id)?.callId], [archive.size + 1, call.callId]);
});
