/**
 * Packages of Pyodide that hold native code, above all numpy: found by its lock file, taken from where
 * the user says they are, checked against the lock file's hashes, and kept.
 *
 * @module
 */
import { join } from "node:path";
import { SandboxError } from "./engine.ts";

/** What is used of an entry of pyodide-lock.json. */
export interface LockedPackage {
  readonly name: string;
  readonly file_name: string;
  readonly sha256: string;
  /** Names of entries that have to be loaded before it. */
  readonly depends: readonly string[];
  /** Modules it brings. */
  readonly imports: readonly string[];
  readonly package_type: string;
}

/** What is used of pyodide-lock.json. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A package that is there, checked. */
export interface FoundPackage extends LockedPackage {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Finds packages and what they depend on. One that is not there is left out, and so is what depends
 * on it: programs that import it get `missing_module`.
 * Needs `--allow-read` and `--allow-write` of `cacheDir`, and `--allow-read` of the folder or
 * `--allow-net` of the host that `source` names.
 * @param wanted names of entries of the lock file
 * @param source a folder, or a URL that ends in a slash, with files named as in the lock file
 * @param cacheDir where they are kept, under their hashes
 * @returns those that are there, each after what it depends on
 * @throws {SandboxError} when none is there, or when a file is not what the lock file says.
 */
export async function findPackages(
  lock: PackageLock,
  wanted: readonly string[],
  source: string,
  cacheDir: string,
): Promise<FoundPackage[]> {
  const found = new Map<string, FoundPackage | null>();
  for (const name of wanted) await find(name);
  const there = [...found.values()].filter((one) => one !== null);
  if (there.length > 0) return there;
  const files = wanted.map((name) => lock.packages[name].file_name).join(", ");
  throw new SandboxError(`packages of Pyodide: expected ${files} in ${source}, found none`);

  async function find(name: string): Promise<boolean> {
    const known = found.get(name);
    if (known !== undefined) return known !== null;
    const entry = lock.packages[name];
    if (entry === undefined || entry.package_type !== "package") {
      throw new SandboxError(`packages of Pyodide: ${name} is no package of the lock file`);
    }
    let isWhole = true;
    for (const other of entry.depends) isWhole = await find(other) && isWhole;
    const bytes = isWhole ? await fetched(entry, source, cacheDir) : null;
    found.set(name, bytes && { ...entry, bytes });
    return bytes !== null;
  }
}

/** The bytes of a package: kept ones, else those of the source, else null. */
async function fetched(
  { file_name, sha256 }: LockedPackage,
  source: string,
  cacheDir: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const kept = join(cacheDir, `${sha256}.whl`);
  const known = await readIfThere(kept);
  if (known !== null && await hashOf(known) === sha256) return known;
  const isUrl = /^https?:\/\//.test(source);
  const place = isUrl ? new URL(file_name, source).href : join(source, file_name);
  const bytes = isUrl ? await download(place) : await readIfThere(place);
  if (bytes === null) return null;
  const hash = await hashOf(bytes);
  if (hash !== sha256) {
    throw new SandboxError(`${place}: expected sha256 ${sha256}, as in the lock file, got ${hash}`);
  }
  await Deno.mkdir(cacheDir, { recursive: true });
  const draft = `${kept}.${crypto.randomUUID()}`;
  await Deno.writeFile(draft, bytes);
  await Deno.rename(draft, kept);
  return bytes;
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const response = await fetch(url);
  if (response.ok) return await response.bytes();
  await response.body?.cancel();
  if (response.status === 404) return null;
  throw new SandboxError(`${url}: ${response.status} ${response.statusText}`);
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
