/**
 * The folder that `wasm` cells start from: the files of Pyodide, out of the reach of npm's cache
 * (inside it Deno gives modules a `process`, which Pyodide takes for Node), and a snapshot of the
 * memory of an interpreter that has loaded what programs import.
 *
 * Its name is the hash of what is in it, so a new version never meets an old snapshot. The snapshot
 * holds no secret and no chance: hashing and `random` are seeded before it is made.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SandboxError } from "./engine.ts";
import { cellCommand } from "./wasm_process.ts";
import type { FoundPackage, PackageLock } from "./wasm_packages.ts";
import { decodeMessage } from "./wasm_protocol.ts";
import { tracked } from "./wasm_track.ts";

/** The version of Pyodide; deno.json says the same. */
const PYODIDE = "314.0.7";
const SNAPSHOT_MEMORY_BYTES = 512 << 20;
/** What makes the interpreter take notes. */
const REWRITING = [
  ...["wasm_track.ts", "wasm_instructions.ts", "wasm_binary.ts"],
  "wasm_interpreter.ts", // a snapshot holds which functions it had Emscripten make
] as const;
/** wasm_guest.py and what it loads. */
const OWN = ["wasm_guest.py", "frames.py", "guest.py", "preload.py"] as const;
const TEXTS = ["pyodide.mjs", "pyodide.asm.mjs"] as const;
const BINARIES = ["pyodide.asm.wasm", "python_stdlib.zip"] as const;

/**
 * Makes the folder, unless it is there already.
 * Needs `--allow-read`, `--allow-write` of `cacheDir`, and `--allow-run` of Deno; the first time it
 * may fetch Pyodide from the npm registry, as any import does.
 * @param outputBytes characters that a program may print
 * @param packages what cells load besides the standard library
 * @returns its path
 * @throws {SandboxError} when the snapshot cannot be made.
 */
export async function installPyodide(
  cacheDir: string,
  outputBytes: number,
  packages: readonly FoundPackage[],
): Promise<string> {
  const own = await read(OWN);
  const listed = JSON.stringify(packages.map(({ file_name, imports }) => ({ file_name, imports })));
  const list = new TextEncoder().encode(listed);
  const hashes = new TextEncoder().encode(packages.map(({ sha256 }) => sha256).join());
  const code = [...own, ...await read(REWRITING), list, hashes];
  const folder = join(cacheDir, `pyodide-${PYODIDE}-${await key(code, outputBytes)}`);
  if (await exists(join(folder, "snapshot.bin"))) return folder;
  await fetchPyodide();
  await Deno.mkdir(folder, { recursive: true });
  for (const [i, name] of OWN.entries()) await put(folder, name, own[i]);
  for (const name of [...TEXTS, ...BINARIES]) {
    const source = fileURLToPath(import.meta.resolve(`pyodide/${name}`));
    const bytes = await Deno.readFile(source);
    await put(folder, name, name.endsWith(".wasm") ? tracked(bytes) : bytes);
  }
  for (const { file_name, bytes } of packages) await put(folder, file_name, bytes);
  await put(folder, "packages.json", list);
  const imports = JSON.stringify({ imports: { "pyodide/": "./" } });
  await put(folder, "import_map.json", new TextEncoder().encode(imports));
  await put(folder, "snapshot.bin", await makeSnapshot(folder, outputBytes));
  return folder;
}

/** The lock file of Pyodide: which packages there are for it. */
export async function pyodideLock(): Promise<PackageLock> {
  await fetchPyodide();
  const file = fileURLToPath(import.meta.resolve("pyodide/pyodide-lock.json"));
  return JSON.parse(await Deno.readTextFile(file));
}

/** Has Deno fetch it from the npm registry where it is missing. */
async function fetchPyodide(): Promise<void> {
  const { version } = await import("pyodide/pyodide.mjs");
  if (version !== PYODIDE) throw new SandboxError(`expected Pyodide ${PYODIDE}, got ${version}`);
}

async function makeSnapshot(folder: string, outputBytes: number): Promise<Uint8Array> {
  const options = { folder, memoryBytes: SNAPSHOT_MEMORY_BYTES, outputBytes };
  const process = cellCommand(options, "snapshot").spawn();
  const [{ stdout }] = await Promise.all([process.output(), process.stdin.close()]);
  const decoded = decodeMessage(stdout, stdout.length);
  if (decoded !== null && decoded !== "malformed") {
    const { kind, bytes } = decoded.message;
    if (kind === "snapshot") return bytes;
    throw new SandboxError(`make a snapshot: ${new TextDecoder().decode(bytes)}`);
  }
  throw new SandboxError("make a snapshot: the cell process ended without one");
}

function read(names: readonly string[]): Promise<Uint8Array[]> {
  return Promise.all(names.map((name) => Deno.readFile(new URL(name, import.meta.url))));
}

/** Writes a file so that it is whole wherever it is seen. */
async function put(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const draft = join(folder, `.${name}.${crypto.randomUUID()}`);
  await Deno.writeFile(draft, bytes);
  await Deno.rename(draft, join(folder, name));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function key(code: readonly Uint8Array[], outputBytes: number): Promise<string> {
  const parts = [PYODIDE, Deno.version.deno, String(outputBytes)].map((text) => `${text}\n`);
  const blob = new Blob([...parts, ...code as Uint8Array<ArrayBuffer>[]]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return hash.slice(0, 8).toHex();
}
