import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { findPython, python } from "./find_python.ts";
import { ALONE, bodied, SHARED } from "./vet_rows.ts";

const { path, numpy, scipy } = await findPython();
const folder = fileURLToPath(new URL("../../sandbox", import.meta.url));

/** What vet.py says of programs, in a plain Python with what a fork-server would have loaded. */
async function vetted(programs: readonly string[]): Promise<boolean[]> {
  return JSON.parse(
    await python(
      path,
      `import json, sys
sys.path.insert(0, ${JSON.stringify(folder)})
from preload import preload
preload(2)
from vet import make_vetting
vetted = make_vetting()
codes = json.loads(${JSON.stringify(JSON.stringify(programs))})
print(json.dumps([vetted(compile(code, "p", "exec", 0, True)) for code in codes]))`,
    ),
  );
}

const ignore = !numpy || !scipy;

Deno.test({
  name: "vetted() lets programs share a fork that can only call what they name",
  ignore,
  async fn() {
    const found = await vetted(SHARED.map(([, body]) => bodied(body)));
    for (const [i, [name]] of SHARED.entries()) assertEquals(found[i], true, name);
  },
});

Deno.test({
  name: "vetted() leaves programs alone that reach further",
  ignore,
  async fn() {
    const found = await vetted(ALONE.map(([, body]) => bodied(body)));
    for (const [i, [name]] of ALONE.entries()) assertEquals(found[i], false, name);
  },
});

const MEDDLING: [name: string, code: string][] = [
  ["a builtin", "import builtins; builtins.len = max"],
  ["a numpy function", "import numpy; numpy.rot90 = None"],
  ["a numpy function with one that says it is equal", "import numpy; numpy.rot90 = Same()"],
  ["a new name in a module", "import math; math.tau2 = 6"],
  ["a name taken away", "import math; del math.tau"],
  ["a module planted", "import sys; sys.modules['x'] = sys"],
  ["a method of a class", "import collections; collections.Counter.update = None"],
  ["the recursion limit", "import sys; sys.setrecursionlimit(500)"],
  ["collecting", "import gc; gc.disable()"],
  ["a collecting hook", "import gc; gc.callbacks.append(lambda *_: None)"],
  ["a trace", "import sys; sys.settrace(lambda *_: None)"],
  ["numpy's errors", "import numpy; numpy.seterr(all='ignore', over='raise')"],
  ["warnings", "import warnings; warnings.simplefilter('error')"],
  ["an import hook", "import sys; sys.meta_path = []"],
];

Deno.test({
  name: "unharmed() sees what a program did to what others share",
  ignore,
  async fn(t) {
    for (const [name, code] of [["nothing", "pass"], ...MEDDLING]) {
      await t.step(name, async () => {
        const seen = await python(
          path,
          `import sys
sys.path.insert(0, ${JSON.stringify(folder)})
from preload import preload
preload(2)
from vet import make_canary
class Same:
    def __eq__(self, other): return True
unharmed = make_canary()
before = unharmed()
${code}
after = unharmed()
sys.stdout.write("%d%d" % (before, after))`,
        );
        assertEquals(seen, name === "nothing" ? "11" : "10");
      });
    }
  },
});
