import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { Subject } from "rxjs";
import { DiskCapReached, watchDisk } from "../../cli/disk_cap.ts";
import type { JournalRecord, Numbered } from "../../mod.ts";
import { CommandLine } from "./command.ts";

/** A folder, and records that do not care what they are. */
function watched(maxGb: number | undefined, bytes = 0, draining = new AbortController().signal) {
  const path = Deno.makeTempDirSync();
  const grow = (n: number) => Deno.writeFileSync(`${path}/journal`, new Uint8Array(n));
  grow(bytes);
  const records$ = new Subject<Numbered<JournalRecord>>();
  const cap = watchDisk({ records$ }, { path, name: "a" }, maxGb, draining);
  const record = (n: number) => {
    for (let seq = 1; seq <= n; seq++) records$.next({ seq, event: {} as JournalRecord });
  };
  return { cap, grow, record, records$ };
}

Deno.test("watchDisk() asks to stop when the folder has reached the cap, not before", () => {
  const { cap, grow, record, records$ } = watched(1e-6);
  grow(999);
  record(500);
  assertEquals(cap.draining.aborted, false);
  grow(1000);
  record(100);
  assertInstanceOf(cap.draining.reason, DiskCapReached);
  assertStringIncludes(cap.draining.reason.message, "--set run.max_disk_gb=0.000002");
  cap[Symbol.dispose]();
  assertEquals(records$.observed, false);
});

Deno.test("watchDisk() of a folder that is full already stops at once", () => {
  assertInstanceOf(watched(1e-6, 1000).cap.draining.reason, DiskCapReached);
});

Deno.test("watchDisk() without a cap, and under one, passes Ctrl-C on", () => {
  for (const maxGb of [undefined, 1]) {
    const interrupt = new AbortController();
    const { cap, record } = watched(maxGb, 1000, interrupt.signal);
    record(200);
    assertEquals(cap.draining.aborted, false);
    interrupt.abort("Ctrl-C");
    assertEquals(cap.draining.reason, "Ctrl-C");
  }
});

Deno.test("a run stops at run.max_disk_gb, says so, and goes on with a higher one", async () => {
  const line = new CommandLine();
  const budget = [
    "--tasks",
    "sample#4",
    "--generations",
    "1",
    "--samples",
    "60",
    "--refinements",
    "0",
  ];
  const full = await line.run("soar", "--run", "a", ...budget, "--set", "run.max_disk_gb=0.0001");
  assertEquals(full.code, 130, full.stderr);
  assertStringIncludes(full.stderr, "run a has reached its cap, run.max_disk_gb = 0.0001");
  assertStringIncludes(full.stderr, "--resume a");
  const [stopped] = JSON.parse((await line.run("runs", "--json")).stdout);
  assertEquals(stopped.state, "interrupted");
  const again = await line.run("soar", "--resume", "a");
  assertEquals(again.code, 130, again.stderr);
  const refused = await line.run("soar", "--resume", "a", "--set", "run.max_disk_gb=0");
  assertEquals(refused.code, 2, refused.stderr);
  const raised = await line.run("soar", "--resume", "a", "--set", "run.max_disk_gb=1");
  assertEquals(raised.code, 0, raised.stderr);
  const [ended] = JSON.parse((await line.run("runs", "--json")).stdout);
  assertEquals([ended.state, ended.tasks, ended.programs], ["ended", 4, 240]);
});
