import { assertEquals, assertRejects } from "@std/assert";
import { SandboxError } from "../../sandbox/engine.ts";
import { openWasmEngine } from "../../sandbox/wasm.ts";
import { engineCases } from "./engine_cases.ts";
import { closing } from "./find_python.ts";
import { cellProcesses, open } from "./wasm_cache.ts";

engineCases({ name: "wasm", numpy: false, scipy: false, ctypes: false, open });

Deno.test("programs that need numpy get missing_module, however they ask", async (t) => {
  const engine = await open(1);
  await using _closing = closing(engine);
  for (
    const code of [
      "import numpy as np\ndef transform(g):\n    return np.array(g)",
      "from scipy.ndimage import label\ndef transform(g):\n    return g",
      "def transform(g):\n    import numpy\n    return numpy.array(g)",
      "def transform(g):\n    return np.array(g)",
      `def transform(g):\n    return __import__("num" + "py").array(g)`,
    ]
  ) {
    await t.step(code, async () => {
      const { frames } = await engine.run({ code, inputs: [[[1]]], timeoutMs: 5_000 });
      assertEquals(frames[0].outcome, "missing_module");
    });
  }
});

Deno.test("openWasmEngine() names its layers and refuses bad numbers", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  assertEquals(engine.layers, "process+permissions:none+no_code_generation+wasm");
  const { layers } = await engine.run({ code: "", inputs: [[[1]]], timeoutMs: 1_000 });
  assertEquals(layers, engine.layers);
  await assertRejects(() => openWasmEngine({ workers: 0 }), RangeError);
  await assertRejects(() => openWasmEngine({ workers: 1, memoryBytes: 0 }), RangeError);
});

Deno.test("memoryBytes bounds what a program may use", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const code = "def transform(g):\n    return [[len(bytearray(g[0][0] << 27)) >> 27]]";
  const { frames } = await engine.run({ code, inputs: [[[2]], [[5]]], timeoutMs: 10_000 });
  assertEquals(frames.map(({ output, outcome }) => output ?? outcome), [[[2]], "memory"]);
});

Deno.test("close() leaves no process and fails what is not done", async () => {
  const engine = await open(2);
  await using _closing = closing(engine);
  const loop = { code: "while True: pass", inputs: [[[1]]], timeoutMs: 600_000 };
  const jobs = Array.from({ length: 6 }, () => engine.run(loop));
  const failures = jobs.map((job) => assertRejects(() => job, SandboxError, "closed"));
  await engine.close();
  await Promise.all(failures);
  assertEquals(await cellProcesses(), []);
  await assertRejects(() => engine.run(loop), SandboxError, "closed");
  await engine.close();
});
