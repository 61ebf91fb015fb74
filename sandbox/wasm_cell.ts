/**
 * The process of a `wasm` cell: moves bytes between its pipes and the one guest worker in it.
 *
 *     deno run … wasm_cell.ts FOLDER (run | snapshot) OUTPUT_BYTES
 *
 * It reads the interpreter from FOLDER (wasm_install.ts), then gives up reading as well, and starts
 * the worker with no permission at all. It refuses to go on when either has kept one. It parses no
 * program.
 *
 * @module
 */
import {
  type CellMessage,
  concatenated,
  decodeCellOrder,
  encodeMessage,
  type MessageKind,
} from "./wasm_protocol.ts";
import type { WorkerReply, WorkerStart } from "./wasm_worker.ts";

const PERMISSIONS = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;
const NOTHING = new Uint8Array(0);
const [folder, purpose, outputBytes] = Deno.args;
let current = 0;
let onEnded: () => void = () => {};

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
    case "frames":
      say("frames", data.bytes);
      break;
    case "ended":
      say(data.how, NOTHING, data.detail, data.tainted);
      onEnded();
  }
};
load().then((start) => {
  const moved = start.snapshot === null ? [] : [start.snapshot.buffer];
  worker.postMessage(start, [start.library.buffer, ...moved]);
}, (error) => stop(String(error)));

async function load(): Promise<WorkerStart> {
  const [frames, guest, preload, wasm_guest] = await Promise.all(
    ["frames", "guest", "preload", "wasm_guest"].map((name) =>
      Deno.readTextFile(`${folder}/${name}.py`)
    ),
  );
  return {
    module: await WebAssembly.compile(await Deno.readFile(`${folder}/pyodide.asm.wasm`)),
    library: await Deno.readFile(`${folder}/python_stdlib.zip`),
    snapshot: purpose === "run" ? await Deno.readFile(`${folder}/snapshot.bin`) : null,
    guest: wasm_guest,
    sources: { frames, guest, preload },
    outputBytes: Number(outputBytes),
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
  say("ready", NOTHING);
  await serve();
}

/** Takes one order at a time. */
async function serve(): Promise<void> {
  let bytes = new Uint8Array(0);
  for await (const part of Deno.stdin.readable) {
    bytes = bytes.length === 0 ? part : concatenated(bytes, part);
    for (let next = decodeCellOrder(bytes); next !== null; next = decodeCellOrder(bytes)) {
      bytes = bytes.subarray(next.length);
      current = next.order.id;
      const { promise, resolve } = Promise.withResolvers<void>();
      onEnded = resolve;
      worker.postMessage(next.order.bytes);
      await promise;
      current = 0;
    }
  }
  Deno.exit(0); // whoever fed us is gone
}

function say(kind: MessageKind, bytes: Uint8Array<ArrayBuffer>, detail = 0, tainted = false): void {
  const message: CellMessage = { id: current, kind, detail, tainted, bytes };
  const raw = encodeMessage(message);
  for (let at = 0; at < raw.length;) at += Deno.stdout.writeSync(raw.subarray(at));
}

function stop(error: string): void {
  say("fault", new TextEncoder().encode(error.slice(0, 4_000)));
  Deno.exit(1);
}
