import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Cell } from "../../sandbox/cell.ts";
import { encodeJob, type Order } from "../../sandbox/protocol.ts";
import { until } from "../until.ts";
import { findPython, sandboxProcesses } from "./find_python.ts";

const { path } = await findPython();
const OPTIONS = {
  python: path,
  launcher: fileURLToPath(new URL("../../sandbox/launcher.py", import.meta.url)),
  memoryBytes: 64 << 20,
  outputBytes: 1000,
  recycleAfter: 100,
};
const ORDER: Order = {
  id: 1,
  tier: 0,
  timeoutMs: 5_000,
  count: 1,
  members: 0,
  job: encodeJob("def transform(g): return g", [[[1]]]),
};

function listening() {
  const ended = Promise.withResolvers<number>();
  const died = Promise.withResolvers<string>();
  const events = {
    onEnded: (id: number) => ended.resolve(id),
    onReleased: () => {},
    onFailed: () => {},
    onDeath: (error: string) => died.resolve(error),
  };
  return { events, ended: ended.promise, died: died.promise };
}

Deno.test("Cell runs an order and closes", async () => {
  const { events, ended } = listening();
  const cell = new Cell(OPTIONS, events);
  await cell.ready;
  cell.run(ORDER);
  assertEquals(await ended, 1);
  await cell.close();
  assertEquals(await sandboxProcesses(path), []);
});

Deno.test("Cell that throws dies alone and takes its processes along", async () => {
  const { events, died } = listening();
  const cell = new Cell(OPTIONS, events);
  await cell.ready;
  cell.run({ ...ORDER, job: undefined } as unknown as Order);
  assertStringIncludes(await died, "TypeError");
  await until("no process is left", async () => (await sandboxProcesses(path)).length === 0);
  await cell.close();
});

Deno.test("Cell that cannot start says why", async () => {
  const { events, died } = listening();
  const cell = new Cell({ ...OPTIONS, launcher: "/no/launcher.py" }, events);
  await assertRejects(() => cell.ready, Error, "before it was ready");
  assertStringIncludes(await died, "before it was ready");
  await cell.close();
});
