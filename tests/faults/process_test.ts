/**
 * SIGKILL of what a run has started: its cells, its model server, the database of its SQL.
 */
import { assert, assertEquals } from "@std/assert";
import { differingRows, readJournal, RunDirectory } from "../../mod.ts";
import { readRun } from "../../cli/read_run.ts";
import { CommandLine } from "../cli/command.ts";
import { FaultyRuns, FULL, succeeded } from "./faulty_run.ts";

/** Times the cells of one run are killed. */
const KILLS = FULL ? 8 : 2;

Deno.test(`SIGKILL of all cells and what runs in them, ${KILLS} times: the run goes on to the same archive`, async () => {
  await using runs = await FaultyRuns.open();
  const { pid, ended } = runs.begin("cells");
  let killed = 0;
  for (let i = 1; i <= KILLS; i++) {
    await runs.grown("cells", i / (KILLS + 2), ended);
    const servers = await childrenOf(pid, "launcher.py");
    for (const server of servers) {
      for (const child of [...await childrenOf(server), server]) if (kill(child)) killed++;
    }
  }
  succeeded(await ended);
  assert(killed >= KILLS, `${killed} processes were killed`);
  runs.compare("cells");
});

const EMBEDDED = ["--tasks", "sample#6", "--deterministic", "--generations", "2"];

Deno.test("SIGKILL of the embedded model's server: it is started again, journalled, and nothing is lost", async () => {
  const line = new CommandLine();
  succeeded(await line.run("soar", "--run", "whole", ...EMBEDDED));
  const { pid, ended } = line.start("soar", "--run", "a", ...EMBEDDED);
  let killed = 0;
  for (const bytes of [60_000, 400_000]) {
    await line.grown("a", bytes, ended);
    for (const server of await childrenOf(pid, "embedded/serve.ts")) if (kill(server)) killed++;
  }
  succeeded(await ended);
  assert(killed > 0);
  const runs = ["a", "whole"].map((name) => readRun(directoryOf(line, name)).archive);
  assertEquals(differingRows(runs[0], runs[1]), []);
  const restarts = [...readJournal(directoryOf(line, "a").journal)]
    .filter(({ record }) => record.kind === "event" && record.event === "restarted");
  assertEquals(restarts.length, killed);
});

Deno.test("the database of a live run's SQL is lost: the search goes on, the next question is answered", async () => {
  await using runs = await FaultyRuns.open();
  const { ended } = runs.begin("sql");
  await runs.grown("sql", 0.2, ended);
  // A product too large to end in its time: the query is stopped, or its database given up.
  const endless =
    "select count(*) from range(1e9::bigint) a, range(1e9::bigint) b where a.range % 7 = b.range % 5";
  const lost = await runs.line.run("sql", "--run", "sql", "--timeout", "1", endless);
  assertEquals(lost.code, 1, lost.stdout);
  const asked = await runs.line.run(
    "sql",
    "--run",
    "sql",
    "--json",
    "select count(*) n from programs",
  );
  succeeded(asked);
  assert(Number(JSON.parse(asked.stdout)[0].n) > 0);
  succeeded(await ended);
  runs.compare("sql");
});

function directoryOf({ runs }: CommandLine, run: string): RunDirectory {
  return new RunDirectory(runs, run);
}

/** Children of a process, by a word of their command line. */
async function childrenOf(pid: number, word?: string): Promise<number[]> {
  const args = ["-P", String(pid), ...(word === undefined ? [] : ["-f", word])];
  const { stdout } = await new Deno.Command("pgrep", { args }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean).map(Number);
}

/** Whether the process was still there. */
function kill(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGKILL");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return false;
    throw error;
  }
}
