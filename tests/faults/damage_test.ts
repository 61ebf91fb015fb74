/**
 * Damage to the journal between two lives of a run: a torn last line, flipped bits, a second writer.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readJournal, seededRandom } from "../../mod.ts";
import { FaultyRuns, FULL, succeeded } from "./faulty_run.ts";

const SEED = Number(Deno.env.get("SOAR_FAULTS_SEED") ?? 1);

/** Runs with flipped bytes, and bytes flipped in each. */
const FLIPPED_RUNS = FULL ? 20 : 3;
const FLIPS = 3;

/** A run that was killed when its journal held this share of the whole. */
async function killed(runs: FaultyRuns, run: string, share: number): Promise<string> {
  const { pid, ended } = runs.begin(run);
  await runs.grown(run, share, ended);
  Deno.kill(pid, "SIGKILL");
  await ended;
  return `${runs.directory(run).journal}/000001.jsonl`;
}

Deno.test("a torn last line is cut off; nothing else is lost", async () => {
  await using runs = await FaultyRuns.open();
  const path = await killed(runs, "torn", 0.4);
  const before = runs.records("torn").length;
  Deno.writeTextFileSync(path, '{"seq":999999,"kind":"reply","callId":"12', { append: true });
  const { stderr } = await runs.finish("torn");
  assert(!stderr.includes("passed over"), stderr);
  runs.compare("torn");
  assert(runs.records("torn").length > before);
});

Deno.test(`flipped bytes (seed ${SEED}): the lines are named and passed over, what they held is done again`, async () => {
  await using runs = await FaultyRuns.open();
  for (let r = 0; r < FLIPPED_RUNS; r++) {
    const run = `flipped-${r}`;
    const random = seededRandom(SEED, "flip", r);
    const path = await killed(runs, run, 0.3 + 0.6 * random());
    const bytes = Deno.readFileSync(path);
    const end = bytes.lastIndexOf(10);
    const first = bytes.indexOf(10) + 1;
    const lines = new Set<number>();
    for (let i = 0; i < FLIPS; i++) {
      const at = first + Math.floor(random() * (end - first));
      // A line feed parts lines: flipped, it would damage two.
      if (bytes[at] === 10) continue;
      bytes[at] ^= 1 << Math.floor(random() * 7);
      lines.add(bytes.lastIndexOf(10, at));
    }
    Deno.writeFileSync(path, bytes);
    const { stderr } = await runs.finish(run);
    const named = stderr.match(/000001\.jsonl, offset \d+: .*passed over/g) ?? [];
    assert(named.length >= lines.size, `${lines.size} lines damaged\n${stderr}`);
    runs.compare(run);
  }
});

Deno.test("two writers: the second is refused, the first is not disturbed", async () => {
  await using runs = await FaultyRuns.open();
  const { pid, ended } = runs.begin("shared");
  await runs.grown("shared", 0.1, ended);
  // Held still, so that it has not ended before the others come.
  Deno.kill(pid, "SIGSTOP");
  const seconds = await Promise.all([runs.goOn("shared").ended, runs.goOn("shared").ended]);
  for (const { code, stderr } of seconds) {
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "being written by another process");
  }
  Deno.kill(pid, "SIGCONT");
  succeeded(await ended);
  runs.compare("shared");
  const seqs = [...readJournal(runs.directory("shared").journal)].map(({ record }) => record.seq);
  assertEquals(seqs, seqs.map((_, i) => i + 1));
});
