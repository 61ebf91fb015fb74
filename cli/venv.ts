/**
 * Virtual environments of the program's folder, each made once from a file of pinned requirements.
 *
 * @module
 */
import { homeDirectory } from "./home.ts";
import { UsageError } from "./usage_error.ts";

/** Python, its venv module or pip's index is missing; the message says the remedy. */
export class NoPythonError extends UsageError {}

/** A virtual environment that is wanted. */
export interface Venv {
  /** Its name below the program's folder. */
  readonly folder: string;
  /** What it holds, in words. */
  readonly holds: string;
  /** What pip is given to install. */
  readonly install: readonly string[];
  /** Text that changes when it has to be made anew. */
  readonly wanted: string;
}

/** Locks are held elsewhere than in the folder, since making it clears it. */
const LOCK_FOLDER = ".cache";

/**
 * Finds or makes it.
 *
 * @param tell told what is being done
 * @returns the absolute path of its interpreter
 * @throws NoPythonError with the remedy
 */
export async function prepareVenv(venv: Venv, tell: (line: string) => void): Promise<string> {
  if (!isMade(venv)) await makeAlone(venv, tell);
  return `${homeDirectory()}/${venv.folder}/bin/python`;
}

/** Whether it stands as wanted: the stamp is written last. */
export function isMade({ folder, wanted }: Pick<Venv, "folder" | "wanted">): boolean {
  try {
    return Deno.readTextFileSync(stampOf(folder)) === wanted;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes the folder unless another process has done so meanwhile: two first runs wait in turn. */
async function makeAlone(venv: Venv, tell: (line: string) => void): Promise<void> {
  const locks = `${homeDirectory()}/${LOCK_FOLDER}`;
  Deno.mkdirSync(locks, { recursive: true });
  using lock = Deno.openSync(`${locks}/${venv.folder.replace(/^\./, "")}.lock`, {
    create: true,
    write: true,
  });
  if (!lock.tryLockSync(true)) {
    tell(`waiting for another process that makes ${venv.folder}`);
    await lock.lock(true);
  }
  // The kernel gives the lock back when its file is closed, or its process ends.
  if (!isMade(venv)) await make(venv, tell);
}

async function make(venv: Venv, tell: (line: string) => void) {
  const { holds, install, wanted } = venv;
  const folder = `${homeDirectory()}/${venv.folder}`;
  const system = Deno.env.get("SOAR_PYTHON") ?? "python3";
  const version = await versionOf(system);
  tell(`making ${folder} (${holds}) with ${system} ${version}`);
  const made = await run(system, ["-m", "venv", "--clear", folder]);
  if (!made || made.code !== 0) {
    throw new NoPythonError(
      `${system} -m venv failed: install Python's venv module ` +
        `(Debian: apt install python3-venv); it said: ${
          lastLine(made?.stderr || made?.stdout || "")
        }`,
    );
  }
  const quiet = ["--quiet", "--disable-pip-version-check"];
  const pip = await run(`${folder}/bin/python`, ["-m", "pip", "install", ...quiet, ...install]);
  if (!pip || pip.code !== 0) {
    throw new NoPythonError(
      `pip could not install ${holds}: check the network or pip's index, then run again; ` +
        `it said: ${lastLine(pip?.stderr ?? "")}`,
    );
  }
  await Deno.writeTextFile(stampOf(venv.folder), wanted);
}

/** `3.11`, say. @throws NoPythonError where it is missing or too old */
async function versionOf(python: string): Promise<string> {
  const found = await run(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  if (!found) {
    throw new NoPythonError(`no ${python} on PATH: install Python 3.10 or later with venv`);
  }
  const version = found.stdout.trim();
  const [major, minor] = version.split(".").map(Number);
  if (major > 3 || (major === 3 && minor >= 10)) return version;
  throw new NoPythonError(
    `${python} is Python ${version}: install Python 3.10 or later, or name one with SOAR_PYTHON`,
  );
}

function stampOf(folder: string): string {
  return `${homeDirectory()}/${folder}/.soar-ready`;
}

async function run(
  command: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string } | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
      .output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
