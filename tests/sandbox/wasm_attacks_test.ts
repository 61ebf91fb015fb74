import { assert, assertEquals } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { closing } from "./find_python.ts";
import { bytesRead, cellProcesses, open, whenGone } from "./wasm_cache.ts";

const INPUT: Grid = [[1, 2]];
const INNOCENT = "def transform(g):\n    return [row[::-1] for row in g]";

Deno.test("inputs of other runs are not in the memory of a program", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const marker = crypto.getRandomValues(new Uint8Array(900)).map((byte) => byte % 10);
  const secret = Array.from({ length: 30 }, (_, r) => [...marker.subarray(30 * r, 30 * r + 30)]);
  const search = `import gc
def transform(g):
    rows = [o for o in gc.get_objects() if type(o) is list and o[:9] == list(${
    JSON.stringify([...marker.subarray(0, 9)])
  })]
    return [[min(9, len(rows))]]`;
  const job = { code: INNOCENT, inputs: [secret], timeoutMs: 5_000 };
  await engine.run(job);
  const own = await engine.run({ ...job, code: search });
  assert(own.frames[0].output![0][0] >= 1, "it finds its own input");
  const other = await engine.run({ ...job, code: search, inputs: [INPUT] });
  assert(other.frames[0].output![0][0] < own.frames[0].output![0][0]);
});

Deno.test("a process killed from outside costs its program one more try, no more", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  // A process that has read this much more than an idle one has been given the job.
  const long = "#".repeat(900_000);
  const loop = { code: `while True: pass\n${long}`, inputs: [INPUT], timeoutMs: 60_000 };
  const idle = await bytesRead((await cellProcesses())[0]);
  const job = engine.run(loop);
  for (let killed = 0; killed < 2;) {
    for (const pid of await cellProcesses()) {
      if (await bytesRead(pid) < idle + long.length / 2) continue;
      Deno.kill(pid, "SIGKILL");
      await whenGone(pid);
      killed++;
    }
  }
  const [{ outcome, error }] = (await job).frames;
  assertEquals([outcome, error], ["killed", "its server died twice while running it"]);
  const next = await engine.run({ code: INNOCENT, inputs: [INPUT], timeoutMs: 5_000 });
  assertEquals(next.frames[0].output, [[2, 1]]);
});
