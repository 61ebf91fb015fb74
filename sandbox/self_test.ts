/**
 * A containment self-test: runs a dozen attacks and looks from outside whether they got anywhere.
 *
 * What an attack says of itself counts only where nothing can be seen from here. After each attack
 * an innocent program must get its right answer. It shows that the layers are there; it is no proof
 * that they cannot be broken.
 *
 * @module
 */
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "../data/candidate.ts";
import type { Grid } from "../data/grid.ts";
import type { Engine } from "./engine.ts";

/** What became of one attack. */
export interface Containment {
  /** The attack, in a few words. */
  readonly name: string;
  /** Whether the sandbox withstood it. */
  readonly contained: boolean;
  /** What was seen, in a few words. */
  readonly detail: string;
}

interface Attack {
  readonly name: string;
  readonly code: string;
  /** Deadline in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** Whether it failed, given the frame it left. */
  readonly contained: (frame: Frame) => boolean | Promise<boolean>;
}

const INPUT: Grid = [[1, 2], [3, 4]];
const GRACE_MS = 1_500;

/**
 * Runs the attacks on an engine, one after the other; takes about two seconds.
 * Needs `--allow-read`, `--allow-write` of the temporary folder, `--allow-net=127.0.0.1`, and
 * `--allow-env` of TMPDIR, TMP and TEMP.
 */
export async function containmentSelfTest(engine: Engine): Promise<Containment[]> {
  const folder = await mkdtemp(join(tmpdir(), "soar-self-test-"));
  const canary = await listen();
  try {
    await chmod(folder, 0o777);
    const secret = crypto.getRandomValues(new Uint8Array(12)).map((byte) => byte % 10);
    await writeFile(join(folder, "secret"), secret.join(""), { mode: 0o644 });
    const found: Containment[] = [];
    for (const attack of attacks(folder, secret.join(""), canary)) {
      found.push(await attempt(engine, attack));
    }
    return found;
  } finally {
    await canary.close();
    await rm(folder, { recursive: true });
  }
}

async function attempt(engine: Engine, attack: Attack): Promise<Containment> {
  const { name, code, timeoutMs = 5_000 } = attack;
  const began = performance.now();
  const [frame] = (await engine.run({ code, inputs: [INPUT], timeoutMs })).frames;
  const late = performance.now() - began > timeoutMs + GRACE_MS;
  const contained = await attack.contained(frame);
  const innocent = "def transform(g):\n    return [row[::-1] for row in g]";
  const [next] = (await engine.run({ code: innocent, inputs: [INPUT], timeoutMs: 5_000 })).frames;
  const right = JSON.stringify(next.output) === JSON.stringify([[2, 1], [4, 3]]);
  const seen = frame.error === null ? frame.outcome : `${frame.outcome}: ${frame.error}`;
  const detail = seen + (late ? "; late" : "") + (right ? "" : "; harmed the next program");
  return { name, contained: contained && right && !late, detail };
}

function attacks(folder: string, secret: string, canary: Canary): Attack[] {
  const path = (name: string) => JSON.stringify(join(folder, name));
  const notOk = (frame: Frame) => frame.outcome !== "ok";
  const untouched = async () => (await readdir(folder)).join() === "secret";
  return [
    {
      name: "read a file",
      code: `def transform(g):\n    return [[int(c) for c in open(${path("secret")}).read()]]`,
      contained: (frame) => frame.output?.[0].join("") !== secret && notOk(frame),
    },
    {
      name: "read the environment",
      code: `import ctypes, os
def transform(g):
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    return [[int(bool(os.environ)), int(bool(environ and environ[0]))]]`,
      contained: (frame) => JSON.stringify(frame.output) === "[[0,0]]" || hasNoRoad(frame),
    },
    {
      name: "connect to a port",
      code: `import ctypes, struct
def transform(g):
    libc = ctypes.CDLL(None)
    fd = libc.socket(2, 1, 0)
    where = struct.pack("=H", 2) + struct.pack(">H4B8x", ${canary.port}, 127, 0, 0, 1)
    return [[1 if libc.connect(fd, where, 16) == 0 else 0]]`,
      contained: async (frame) => frame.output?.[0][0] !== 1 && await canary.isSilent(),
    },
    {
      name: "write a file",
      code: `import ctypes
def transform(g):
    try:
        open(${path("written")}, "w").close()
    except OSError:
        ctypes.CDLL(None).mkdir(${path("made")}.encode(), 0o777)
    return g`,
      contained: untouched,
    },
    {
      name: "start a program",
      code: `import os
def transform(g):
    try:
        os.system("echo > " + ${path("by-shell")})
    finally:
        os.execv("/bin/sh", ["sh", "-c", "echo > " + ${path("by-exec")}])`,
      contained: async (frame) => notOk(frame) && await untouched(),
    },
    {
      name: "fork",
      code: `import os
def transform(g):
    os.fork()
    return g`,
      contained: notOk,
    },
    {
      name: "start a thread",
      code: `import threading
def transform(g):
    threading.Thread(target=print).start()
    return g`,
      contained: notOk,
    },
    {
      name: "kill its parent",
      code: `import ctypes, os
def transform(g):
    killed = ctypes.CDLL(None).kill(os.getppid(), 9) == 0
    return [[int(killed)]]`,
      contained: (frame) => JSON.stringify(frame.output) === "[[0]]" || hasNoRoad(frame),
    },
    {
      name: "trace its parent",
      code: `import ctypes, os
def transform(g):
    return [[int(ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0)]]`,
      contained: (frame) => frame.output?.[0][0] !== 1,
    },
    {
      name: "never end",
      code:
        "def transform(g):\n    while True:\n        try:\n            pass\n        except:\n" +
        "            pass",
      timeoutMs: 300,
      contained: (frame) => frame.outcome === "timeout",
    },
    {
      name: "take all memory",
      code: "def transform(g):\n    a = []\n    while True:\n        a.append(bytearray(1 << 24))",
      contained: (frame) => frame.outcome === "memory",
    },
    {
      name: "print without end",
      code: 'def transform(g):\n    while True:\n        print("x" * 100000)',
      contained: (frame) => frame.outcome === "output_limit",
    },
    {
      name: "forge a result",
      code: `import os
def transform(g):
    for fd in range(256):
        try:
            os.write(fd, b"\\x00\\xff\\xff" * 200)
        except OSError:
            pass
    return g`,
      contained: notOk,
    },
    {
      name: "leave early",
      code: "import os\ndef transform(g):\n    os._exit(0)",
      contained: (frame) => frame.outcome === "killed",
    },
  ];
}

/** Whether the engine lacks what the attack would go through: `wasm` has no ctypes. */
function hasNoRoad({ outcome }: Frame): boolean {
  return outcome === "missing_module";
}

/** A listening socket that nobody should reach. */
interface Canary {
  readonly port: number;
  /** Whether nobody but ourselves has connected: asks by connecting last. */
  isSilent(): Promise<boolean>;
  close(): Promise<void>;
}

async function listen(): Promise<Canary> {
  const accepted: (number | undefined)[] = [];
  const waiting = new Map<number | undefined, () => void>();
  const server = createServer((socket) => {
    accepted.push(socket.remotePort);
    waiting.get(socket.remotePort)?.();
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async isSilent() {
      const socket = connect(port, "127.0.0.1");
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.once("connect", () => {
          if (accepted.includes(socket.localPort)) resolve();
          else waiting.set(socket.localPort, resolve);
        });
      });
      const own = socket.localPort;
      socket.destroy();
      return accepted.every((remote) => remote === own);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
