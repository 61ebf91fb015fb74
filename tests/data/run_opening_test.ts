import { assertEquals } from "@std/assert";
import { JournalStore } from "../../data/journal_store.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { openingOf } from "../../data/run_opening.ts";
import { flip, journalOf, readAll } from "./journal_of.ts";
import { RUN, runOpened } from "./store_run.ts";

const FILE = {
  name: "a",
  runId: "run-1",
  seed: 7,
  startedAt: "2026-01-02",
  version: "0.1.0",
  config: { rex: { c: 20 }, model: { name: "tiny" } },
  status: "done",
  server: null,
} as const;

/** A run whose first line is damaged. */
async function damaged(bodies = RUN): Promise<RunDirectory> {
  const run = new RunDirectory(Deno.makeTempDirSync(), "a");
  Deno.mkdirSync(run.journal, { recursive: true });
  await journalOf(bodies, { directory: run.journal });
  const { location } = readAll(run.journal).entries[0];
  flip(`${run.journal}/000001.jsonl`, location.offset + 20);
  return run;
}

async function asked(run: RunDirectory, sql: string): Promise<readonly unknown[][]> {
  const store = new JournalStore(run.journal);
  try {
    return (await store.query(sql)).rows;
  } finally {
    await store.close();
  }
}

Deno.test("a damaged run_opened line is made up for by run.json", async () => {
  const run = await damaged();
  run.writeRunFile(FILE);
  assertEquals(
    await asked(
      run,
      "SELECT run_id, seed, status, config['rex.c'], config['model.name'] FROM runs",
    ),
    [["run-1", "7", "done", "20", "tiny"]],
  );
  assertEquals(await asked(run, "SELECT run_id, count(*) FROM programs GROUP BY ALL"), [[
    "run-1",
    7,
  ]]);
});

Deno.test("without run.json the run is that of a later opening, or is without a name", async () => {
  const resumed = await damaged([...RUN, runOpened("run-1", true)]);
  assertEquals(await asked(resumed, "SELECT run_id, resumes FROM runs"), [["run-1", 1]]);
  assertEquals(await asked(resumed, "SELECT count(*) FROM tasks"), [[4]]);
  const nameless = await damaged();
  Deno.writeTextFileSync(`${nameless.path}/run.json`, "{");
  assertEquals(await asked(nameless, "SELECT run_id, count(*) FROM programs GROUP BY ALL"), [
    ["unknown", 7],
  ]);
});

Deno.test("a journal that begins as it should gets no other opening, nor does an empty one", async () => {
  assertEquals(openingOf(await journalOf(RUN)), []);
  assertEquals(openingOf(await journalOf([])), []);
});
