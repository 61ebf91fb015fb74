import { assert, assertEquals } from "@std/assert";
import { OUTCOMES } from "../../data/candidate.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { corpus, CORPUS_INPUTS } from "./corpus.ts";
import { closing, findPython } from "./find_python.ts";
import { open } from "./wasm_cache.ts";

Deno.test("python and wasm agree on every program", async (t) => {
  const { path } = await findPython();
  const native = await openPythonEngine({ python: path, workers: 1 });
  await using _native = closing(native);
  const wasm = await open(1);
  await using _wasm = closing(wasm);
  const programs = corpus();
  assert(programs.length >= 150, `${programs.length} programs`);
  assertEquals(new Set(programs.map(({ code }) => code)).size, programs.length);
  const seen = new Set<string>();
  for (const { name, code } of programs) {
    await t.step(name, async () => {
      const timeoutMs = name.startsWith("a loop") ? 400 : 10_000;
      const job = { code, inputs: CORPUS_INPUTS, timeoutMs };
      const [ours, theirs] = await Promise.all([wasm.run(job), native.run(job)]);
      const said = (frames: typeof ours.frames) => frames.map((f) => f.output ?? f.outcome);
      assertEquals(said(ours.frames), said(theirs.frames));
      for (const { outcome } of ours.frames) seen.add(outcome);
    });
  }
  const missed = OUTCOMES.filter((outcome) => !seen.has(outcome));
  assertEquals(missed, ["no_code"], "outcomes that no program of the corpus has");
});
