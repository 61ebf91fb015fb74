import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SandboxError } from "../../sandbox/engine.ts";
import { decodeFrames, encodeJob } from "../../sandbox/protocol.ts";
import { installPyodide } from "../../sandbox/wasm_install.ts";
import { findPackages, type PackageLock } from "../../sandbox/wasm_packages.ts";
import { WasmProcess } from "../../sandbox/wasm_process.ts";
import { findPython, python } from "./find_python.ts";
import { CACHE } from "./wasm_cache.ts";

const { path } = await findPython();
const TIMEOUT_MS = 20_000;

/** A folder of wheels, one for each source of a module `NAME`, and a lock file that lists them. */
async function makeWheels(
  sources: Record<string, { text: string; depends?: string[] }>,
): Promise<{ folder: string; lock: PackageLock } & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "soar-wheels-" });
  const packages: Record<string, PackageLock["packages"][string]> = {};
  for (const [name, { text, depends = [] }] of Object.entries(sources)) {
    const file_name = `${name}-1.0-py3-none-any.whl`;
    await python(
      path,
      `
import json, zipfile
with zipfile.ZipFile(${JSON.stringify(`${folder}/${file_name}`)}, "w") as wheel:
    wheel.writestr("${name}/__init__.py", json.loads(${JSON.stringify(JSON.stringify(text))}))
    wheel.writestr("${name}-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n")
    wheel.writestr("${name}-1.0.dist-info/RECORD", "")`,
    );
    const bytes = await Deno.readFile(`${folder}/${file_name}`);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    packages[name] = {
      name,
      file_name,
      sha256,
      depends,
      imports: [name],
      package_type: "package",
    };
  }
  return {
    folder,
    lock: { packages },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("findPackages() takes what a package depends on first, and keeps all", async () => {
  await using wheels = await makeWheels({
    upper: { text: "import lower", depends: ["lower"] },
    lower: { text: "" },
  });
  const { lock, folder } = wheels;
  const kept = `${folder}/kept`;
  const found = await findPackages(lock, ["upper"], folder, kept);
  assertEquals(found.map(({ name }) => name), ["lower", "upper"]);
  for (const { file_name } of found) await Deno.remove(`${folder}/${file_name}`);
  assertEquals(await findPackages(lock, ["upper"], folder, kept), found);
  const [{ sha256 }] = found;
  await Deno.writeTextFile(`${kept}/${sha256}.whl`, "damaged");
  await assertRejects(
    () => findPackages(lock, ["lower"], folder, kept),
    SandboxError,
    "found none",
  );
});

Deno.test("findPackages() takes them from a URL", async () => {
  await using wheels = await makeWheels({ one: { text: "" } });
  const { lock, folder } = wheels;
  const asked: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (!pathname.startsWith("/wheels/")) return new Response(null, { status: 404 });
      return new Response(await Deno.readFile(folder + pathname.slice("/wheels".length)));
    },
  );
  const base = `http://127.0.0.1:${server.addr.port}`;
  const [{ name }] = await findPackages(lock, ["one"], `${base}/wheels/`, `${folder}/kept`);
  assertEquals(name, "one");
  assertEquals(asked, ["/wheels/one-1.0-py3-none-any.whl"]);
  const elsewhere = () => findPackages(lock, ["one"], `${base}/other/`, `${folder}/empty`);
  await assertRejects(elsewhere, SandboxError, "found none");
});

Deno.test("findPackages() refuses what is not in the lock file, and leaves out what is not there", async () => {
  await using wheels = await makeWheels({
    upper: { text: "", depends: ["lower"] },
    lower: { text: "" },
    other: { text: "" },
  });
  const { lock, folder } = wheels;
  const kept = `${folder}/kept`;
  await Deno.remove(`${folder}/lower-1.0-py3-none-any.whl`);
  const found = await findPackages(lock, ["upper", "other"], folder, kept);
  assertEquals(found.map(({ name }) => name), ["other"]);
  const forged = `${folder}/lower-1.0-py3-none-any.whl`;
  await Deno.writeTextFile(forged, "something else");
  const error = await assertRejects(
    () => findPackages(lock, ["upper"], folder, kept),
    SandboxError,
    forged,
  );
  assertStringIncludes(error.message, lock.packages.lower.sha256);
  await assertRejects(() => findPackages(lock, ["none"], folder, kept), SandboxError, "none");
});

Deno.test("programs have a package whose wheel is there, each as it was", async () => {
  await using wheels = await makeWheels({
    tiny_grid: {
      text: "calls = 0\ndef turn(grid):\n    return [list(row) for row in zip(*grid)]\n",
    },
  });
  const { lock, folder } = wheels;
  const packages = await findPackages(lock, ["tiny_grid"], folder, `${folder}/kept`);
  const process = new WasmProcess({
    folder: await installPyodide(`${folder}/cache`, 1 << 20, packages),
    memoryBytes: 64 << 20,
    outputBytes: 1 << 20,
  });
  await process.ready;
  const run = async (code: string) => {
    const end = await process.run(1, 1, TIMEOUT_MS, encodeJob(code, [[[1, 2]]]));
    const [{ outcome, output, error }] = decodeFrames(1, TIMEOUT_MS, end);
    return output ?? [outcome, error];
  };
  const using = `import tiny_grid
def transform(g):
    tiny_grid.calls += 1
    return tiny_grid.turn(g) + [[tiny_grid.calls]]`;
  assertEquals(await run(using), [[1], [2], [1]]);
  assertEquals(await run(using), [[1], [2], [1]]);
  assertEquals(await run("def transform(g):\n    return np.array(g)"), [
    "missing_module",
    "ModuleNotFoundError: No module named 'numpy'",
  ]);
  process.kill();
  await process.gone;
  const without = await installPyodide(CACHE, 1 << 20, []);
  const other = new WasmProcess({ folder: without, memoryBytes: 64 << 20, outputBytes: 1 << 20 });
  await other.ready;
  const end = await other.run(1, 1, TIMEOUT_MS, encodeJob(using, [[[1]]]));
  assertEquals(decodeFrames(1, TIMEOUT_MS, end)[0].outcome, "missing_module");
  other.kill();
  await other.gone;
});
