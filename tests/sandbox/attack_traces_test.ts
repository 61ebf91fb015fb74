/** Attacks on the next program, 52 to 56, and what is to be the same each time, 28: both engines. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Engine } from "../../sandbox/engine.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { codeFor } from "./attack.ts";
import { isFor } from "./attack_storm.ts";
import { TRACES, tracing } from "./attack_traces.ts";
import { closing, findPython } from "./find_python.ts";
import { makeWorld } from "./prey.ts";
import { open as openWasm } from "./wasm_cache.ts";

const python = await findPython();
const ENGINES: readonly [name: "python" | "wasm", open: () => Promise<Engine>][] = [
  ["python", () => openPythonEngine({ python: python.path, workers: 1 })],
  ["wasm", () => openWasm(1)],
];

for (const [name, open] of ENGINES) {
  Deno.test(`traces of a program are gone for the next: ${name}`, async (t) => {
    const engine = await open();
    await using _closing = closing(engine);
    await using world = await makeWorld();
    const before = await world.look();
    const ask = async (code: string) => {
      const job = { code: codeFor({ code }, world.prey), inputs: [[[1, 2]]], timeoutMs: 5_000 };
      const [{ outcome, error }] = (await engine.confirm(job, () => 0)).frames;
      return `${outcome}: ${error}`;
    };
    for (const trace of TRACES.filter((trace) => isFor(name, trace))) {
      const ignore = !python.numpy && /numpy/.test(trace.probe);
      await t.step({
        name: `${trace.number} ${trace.name}${ignore ? " (ignored: no numpy)" : ""}`,
        ignore,
        async fn() {
          const [clean, again] = [await ask(tracing("", trace)), await ask(tracing("", trace))];
          assertEquals(again, clean, "it is not the same each time");
          const soiled = await ask(tracing(trace.dirt, trace));
          assertEquals(await ask(tracing("", trace)), clean);
          assertEquals(await world.look(), before);
          if (trace.dirt === "" || trace.refused) return;
          assert(clean.startsWith("runtime_error: ValueError: "), clean);
          assertNotEquals(soiled, clean, "the dirt is not felt where it is made");
        },
      });
    }
  });
}
