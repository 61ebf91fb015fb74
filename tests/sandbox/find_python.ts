/**
 * The Python that sandbox tests use: SOAR_PYTHON, else .venv/bin/python of this repository, else
 * python3 of the PATH. Cases that need a module it does not have are skipped, by name.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Engine } from "../../sandbox/engine.ts";

/** An interpreter and what it can import. */
export interface FoundPython {
  /** Absolute path. */
  readonly path: string;
  readonly numpy: boolean;
  readonly scipy: boolean;
}

const PROBE = `
import importlib.util, sys
print(sys.executable, *[int(importlib.util.find_spec(m) is not None) for m in ("numpy", "scipy")])`;

/** Finds it, or throws where there is none. */
export async function findPython(): Promise<FoundPython> {
  const own = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
  const asked = Deno.env.get("SOAR_PYTHON");
  const there = await Deno.stat(own).then(() => true, () => false);
  const [path, numpy, scipy] = (await python(asked ?? (there ? own : "python3"), PROBE)).split(" ");
  return { path, numpy: numpy === "1", scipy: scipy === "1" };
}

/** Runs code in a plain, unconfined Python and returns what it prints. */
export async function python(path: string, code: string): Promise<string> {
  const command = new Deno.Command(path, { args: ["-c", code], stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** A process of a sandbox, as the host sees it. */
export interface SandboxProcess {
  readonly pid: number;
  /** True for a fork that runs a program, false for a fork-server. */
  readonly fork: boolean;
}

/** Fork-servers of this process, and their forks. */
export async function sandboxProcesses(path: string): Promise<SandboxProcess[]> {
  const code = `
import json, os
parents, names = {}, {}
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        names[int(pid)] = open("/proc/%s/cmdline" % pid).read()
        parents[int(pid)] = int(open("/proc/%s/stat" % pid).read().rpartition(")")[2].split()[1])
    except OSError:
        pass
ours = {pid for pid in parents if parents[pid] == ${Deno.pid} and pid != os.getpid()
        and "launcher.py" in names[pid]}
forks = {pid for pid in parents if parents[pid] in ours}
print(json.dumps([{"pid": pid, "fork": pid in forks} for pid in ours | forks]))`;
  return JSON.parse(await python(path, code));
}

/** SIGKILL from outside; whoever has gone meanwhile is fine. */
export function killHard(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** For `await using`: closes an engine however the test ends. */
export function closing(engine: Engine): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => engine.close() };
}
