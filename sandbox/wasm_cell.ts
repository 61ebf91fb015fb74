/**
 * The process of a `wasm` cell: starts the one guest worker in it, which then uses its pipes.
 *
 *     deno run … wasm_cell.ts FOLDER (run | snapshot) OUTPUT_BYTES
 *
 * It reads the interpreter from FOLDER (wasm_install.ts), then gives up reading as well, and starts
 * the worker with no permission at all. It refuses to go on when either has kept one. It ends when
 * the process that started it has ended, whatever the worker does.
 *
 * @module
 */
import { encodeMessage, type MessageKind } from "./wasm_protocol.ts";
import type { WorkerReply, WorkerStart } from "./wasm_worker.ts";

const PERMISSIONS = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;
/** How often it is looked whether this process is wanted, in milliseconds. */
const LOOK_MS = 1_000;
const [folder, purpose, outputBytes] = Deno.args;
const parent = Deno.ppid;

/** An entry of packages.json. */
interface PackageFile {
  readonly file_name: string;
  /** Modules it brings. */
  readonly imports: readonly string[];
}

const worker = new Worker(new URL("./wasm_worker.ts", import.meta.url), {
  type: "module",
  deno: { permissions: "none" },
});
worker.onerror = (event) => {
  event.preventDefault(); // else it would end this process without a word
  stop(event.message);
};
worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
  switch (data.type) {
    case "snapshot":
      say("snapshot", data.bytes);
      Deno.exit(0);
      break;
    case "failed":
      stop(data.error);
      break;
    case "ready":
      ready(data.granted).catch((error) => stop(String(error)));
      break;
    case "over":
      Deno.exit(0);
  }
};
load().then((start) => {
  const moved = start.snapshot === null ? [] : [start.snapshot.buffer];
  const wheels = start.packages.map(({ bytes }) => bytes.buffer);
  worker.postMessage(start, [start.library.buffer, ...moved, ...wheels]);
}, (error) => stop(String(error)));

async function load(): Promise<WorkerStart> {
  const [frames, guest, preload, wasm_guest] = await Promise.all(
    ["frames", "guest", "preload", "wasm_guest"].map((name) =>
      Deno.readTextFile(`${folder}/${name}.py`)
    ),
  );
  const listed: PackageFile[] = JSON.parse(await Deno.readTextFile(`${folder}/packages.json`));
  const packages = purpose === "run" ? listed : [];
  const code = await Deno.readFile(`${folder}/pyodide.asm.wasm`);
  const module = await WebAssembly.compile(code);
  code.buffer.transfer(0); // frees it
  return {
    module,
    library: await Deno.readFile(`${folder}/python_stdlib.zip`),
    snapshot: purpose === "run" ? await Deno.readFile(`${folder}/snapshot.bin`) : null,
    guest: wasm_guest,
    sources: { frames, guest, preload },
    outputBytes: Number(outputBytes),
    packages: await Promise.all(packages.map(async ({ file_name, imports }) => ({
      imports,
      bytes: await Deno.readFile(`${folder}/${file_name}`),
    }))),
  };
}

async function ready(granted: readonly string[]): Promise<void> {
  if (granted.length > 0) return stop(`a guest worker has permissions: ${granted.join(", ")}`);
  for (const path of [folder, new URL(".", import.meta.url).pathname]) {
    await Deno.permissions.revoke({ name: "read", path });
  }
  await Deno.permissions.revoke({ name: "read" });
  for (const name of PERMISSIONS) {
    const { state } = await Deno.permissions.query({ name });
    if (state === "granted") return stop(`a cell has permission: ${name}`);
  }
  setInterval(() => {
    if (Deno.ppid !== parent) Deno.exit(0);
  }, LOOK_MS);
  say("ready", new Uint8Array(0));
  worker.postMessage("go on");
}

function say(kind: MessageKind, bytes: Uint8Array<ArrayBuffer>): void {
  const raw = encodeMessage({ id: 0, kind, detail: 0, tainted: false, bytes });
  for (let at = 0; at < raw.length;) at += Deno.stdout.writeSync(raw.subarray(at));
}

function stop(error: string): void {
  say("fault", new TextEncoder().encode(error.slice(0, 4_000)));
  Deno.exit(1);
}
