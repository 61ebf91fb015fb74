import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeFrames, encodeJob } from "../../sandbox/protocol.ts";
import { WasmProcess } from "../../sandbox/wasm_process.ts";
import { makeWorld } from "./prey.ts";

/**
 * Stands in for Pyodide and does in JavaScript what a program would that has broken out of
 * WebAssembly: by a nested worker it has a realm with all that Deno has.
 */
const EVIL = `
const post = globalThis.postMessage.bind(globalThis);

// What any worker may do: use the pipes of its process, by a realm that nobody has laid bare.
const PIPES = \`
function say(kind, ...bytes) {
  const message = new Uint8Array(12 + bytes.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, 1, true);
  view.setUint8(4, kind);
  view.setUint32(8, bytes.length, true);
  message.set(bytes, 12);
  for (let at = 0; at < message.length;) at += Deno.stdout.writeSync(message.subarray(at));
}
const frames = (...bytes) => say(3, ...bytes);
const ended = () => say(4);
function order() {
  const bytes = new Uint8Array(65536);
  let length = 0;
  const size = () => length < 12 ? Infinity : 12 + new DataView(bytes.buffer).getUint32(8, true);
  while (length < size()) length += Deno.stdin.readSync(bytes.subarray(length));
  const source = new DataView(bytes.buffer).getUint32(14, true);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(18, 18 + source)));
}
\`;

function nested(text) {
  const source = encodeURIComponent(PIPES + text);
  new Worker("data:application/javascript," + source, { type: "module" });
}

const ACT = \`
const { attack, prey } = order();
const tried = [];
async function attempt(act) {
  try { await act(); tried.push(1); } catch { tried.push(0); }
}
if (attack === "probe") {
  await attempt(() => Deno.pid > 0 || fail());
  await attempt(() => Deno.readTextFileSync(prey.folder + "/secret"));
  await attempt(() => Deno.statSync(prey.folder + "/secret"));
  await attempt(() => Deno.writeTextFileSync(prey.folder + "/x", "x"));
  await attempt(() => Deno.env.toObject());
  await attempt(() => Deno.connect({ hostname: "127.0.0.1", port: prey.tcpPort }));
  await attempt(() => fetch("http://127.0.0.1:" + prey.tcpPort));
  await attempt(() => new Deno.Command("/bin/true").outputSync());
  await attempt(() => Deno.dlopen("libc.so.6", {}));
  await attempt(() => Deno.hostname());
  await attempt(() => eval("1"));
  frames(0, 1, tried.length, ...tried);
  ended();
} else if (attack === "kill") {
  Deno.kill(Deno.pid, "SIGKILL");
} else if (attack === "inspect") {
  await import("node:process");
  Deno.kill(Deno.pid, "SIGUSR1");
  frames(0, 1, 1, 1);
  ended();
} else if (attack === "twice") {
  for (let i = 0; i < 2; i++) { frames(0, 1, 1, 1); ended(); }
} else if (attack === "stdout") {
  Deno.stdout.writeSync(new Uint8Array(99).fill(255));
} else if (attack === "heap") {
  const all = [];
  for (;;) all.push(Array(1000).fill(all.length + 0.5));
} else if (attack === "flood") {
  for (;;) frames(...Array(900).fill(0));
} else if (attack === "late") {
  ended();
  setTimeout(() => frames(0, 1, 1, 7), 1);
}
\`;

export const version = "evil";
export function loadPyodide() {
  post({ type: "ready", granted: [] });
  nested(ACT);
  return new Promise(() => {});
}
`;

/** A folder as cells start from, with the stand-in. */
async function evilFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "soar-evil-" });
  const files = {
    "pyodide.mjs": EVIL,
    "pyodide.asm.mjs": "export default null;",
    "import_map.json": '{"imports":{"pyodide/":"./"}}',
    "python_stdlib.zip": "zip",
    "snapshot.bin": "snapshot",
    "packages.json": "[]",
    "pyodide.asm.wasm": "\0asm\x01\0\0\0",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  for (const name of ["frames", "guest", "preload", "wasm_guest"]) {
    await Deno.writeTextFile(`${folder}/${name}.py`, "");
  }
  return folder;
}

Deno.test("a worker that has been taken over harms its own process only", async (t) => {
  const folder = await evilFolder();
  await using world = await makeWorld();
  const before = await world.look();
  const run = async (attack: string) => {
    const process = new WasmProcess({ folder, memoryBytes: 1 << 26, outputBytes: 1 });
    await process.ready;
    const job = encodeJob(JSON.stringify({ attack, prey: world.prey }), [[[1]]]);
    const end = await process.run(1, 1, 20_000, job);
    const said = decodeFrames(1, 20_000, end)[0];
    return { process, end, said };
  };
  await t.step("it may do nothing but be", async () => {
    const { process, said, end } = await run("probe");
    assertEquals(said.output, [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
    assert(end.reusable);
    process.kill();
    await process.gone;
  });
  await t.step("the inspector that it opens is not the host's, and dies with it", async () => {
    const { process } = await run("inspect");
    process.kill();
    await process.gone;
    const inspector = () => Deno.connect({ hostname: "127.0.0.1", port: 9229 });
    await assertRejects(inspector, Deno.errors.ConnectionRefused);
  });
  for (
    const [attack, outcome] of [
      ["kill", "killed"],
      ["heap", "killed"],
      ["stdout", "killed"],
      ["flood", "output_limit"],
    ]
  ) {
    await t.step(attack, async () => {
      const { process, said, end } = await run(attack);
      assertEquals(said.outcome, outcome);
      assert(!end.reusable && !process.alive);
      await process.gone;
    });
  }
  for (const attack of ["twice", "late"]) {
    await t.step(`an answer nobody asked for: ${attack}`, async () => {
      const { process } = await run(attack);
      await process.gone; // the host has ended it
      assert(!process.alive);
      const next = await process.run(2, 1, 20_000, encodeJob("", [[[1]]]));
      assertEquals(next.how, "lost");
      assertEquals(next.bytes.length, 0);
    });
  }
  assertEquals(await world.look(), before);
  await Deno.remove(folder, { recursive: true });
});
