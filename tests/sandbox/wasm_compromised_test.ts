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
const frames = (...bytes) => post({ type: "frames", bytes: new Uint8Array(bytes) });
const ended = () => post({ type: "ended", how: "exited", detail: 0, tainted: false });

function nested(text) {
  const worker = new Worker("data:application/javascript," + encodeURIComponent(text), { type: "module" });
  return new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
}

const PROBE = \`
const tried = [];
async function attempt(act) {
  try { await act(); tried.push(1); } catch { tried.push(0); }
}
await attempt(() => Deno.pid > 0 || fail());
await attempt(() => Deno.readTextFileSync(FOLDER + "/secret"));
await attempt(() => Deno.statSync(FOLDER + "/secret"));
await attempt(() => Deno.writeTextFileSync(FOLDER + "/x", "x"));
await attempt(() => Deno.env.toObject());
await attempt(() => Deno.connect({ hostname: "127.0.0.1", port: PORT }));
await attempt(() => fetch("http://127.0.0.1:" + PORT));
await attempt(() => new Deno.Command("/bin/true").outputSync());
await attempt(() => Deno.dlopen("libc.so.6", {}));
await attempt(() => Deno.hostname());
await attempt(() => eval("1"));
postMessage(tried);
\`;

async function act(attack, prey) {
  if (attack === "probe") {
    const given = "const FOLDER = " + JSON.stringify(prey.folder) + ", PORT = " + prey.tcpPort + ";";
    const tried = await nested(given + PROBE);
    frames(0, 1, tried.length, ...tried);
    ended();
  } else if (attack === "kill") {
    await nested('Deno.kill(Deno.pid, "SIGKILL")');
  } else if (attack === "inspect") {
    await nested('await import("node:process"); Deno.kill(Deno.pid, "SIGUSR1"); postMessage(1)');
    frames(0, 1, 1, 1);
    ended();
  } else if (attack === "twice") {
    for (let i = 0; i < 2; i++) { frames(0, 1, 1, 1); ended(); }
  } else if (attack === "stdout") {
    await nested('Deno.stdout.writeSync(new Uint8Array(99).fill(255))');
  } else if (attack === "heap") {
    const all = [];
    for (;;) all.push(Array(1000).fill(all.length + 0.5));
  } else if (attack === "flood") {
    for (;;) frames(...Array(900).fill(0));
  } else if (attack === "late") {
    ended();
    setTimeout(() => frames(0, 1, 1, 7), 1);
  }
}

export const version = "evil";
export function loadPyodide() {
  addEventListener("message", (event) => {
    event.stopImmediatePropagation();
    const length = event.data[2] | event.data[3] << 8;
    const { attack, prey } = JSON.parse(new TextDecoder().decode(event.data.subarray(6, 6 + length)));
    act(attack, prey);
  });
  post({ type: "ready", granted: [] });
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
