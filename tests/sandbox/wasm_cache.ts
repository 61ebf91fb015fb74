/**
 * The `wasm` engine under test: one cache for all tests, so that the snapshot is made once.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Engine } from "../../sandbox/engine.ts";
import { openWasmEngine } from "../../sandbox/wasm.ts";
import { until } from "../until.ts";
import { findPython, python } from "./find_python.ts";

const { path } = await findPython();

/** The default of the engine, in this repository. */
export const CACHE = fileURLToPath(new URL("../../.cache/wasm", import.meta.url));

/** Opens it. */
export function open(workers: number): Promise<Engine> {
  return openWasmEngine({ workers, cacheDir: CACHE });
}

/** Ids of the cell processes of this process, as the host sees them. */
export async function cellProcesses(): Promise<number[]> {
  const code = `
import json, os
found = []
for pid in set(filter(str.isdigit, os.listdir("/proc"))) - {str(os.getpid())}:
    try:
        parent = open("/proc/%s/stat" % pid).read().rpartition(")")[2].split()[1]
        if parent == "${Deno.pid}" and "wasm_cell.ts" in open("/proc/%s/cmdline" % pid).read():
            found.append(int(pid))
    except OSError:
        pass
print(json.dumps(found))`;
  return JSON.parse(await python(path, code));
}

/** Waits until a process is gone. */
export async function whenGone(pid: number): Promise<void> {
  await until(`${pid} is gone`, async () => !(await cellProcesses()).includes(pid));
}

/** Bytes that a process has read since it started; 0 if it is gone. */
export async function bytesRead(pid: number): Promise<number> {
  const code = `
try:
    print(open("/proc/${pid}/io").read().split()[1])
except OSError:
    print(0)`;
  return Number(await python(path, code));
}
