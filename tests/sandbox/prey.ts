/**
 * Something to attack: a folder and sockets, and what has become of them as the host sees it.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Frame } from "../../data/candidate.ts";
import { openAnswerer } from "./answerer.ts";
import type { Prey } from "./attack.ts";
import { findPython } from "./find_python.ts";

/** Prey, and how to look at it. */
export interface World extends AsyncDisposable {
  readonly prey: Prey;
  /** What must not be in anything that a program says: of the file, and of the environment. */
  readonly secrets: readonly string[];
  /** Names, modes, sizes and times of all files, the secret itself, and what reached the sockets. */
  look(): Promise<string>;
}

/** Name of the variable that stands for what the environment holds. */
export const CANARY = "SOAR_CANARY";

/** Listens on sockets by path and by name, and tells how often they were reached. */
const EAR = `
import socket, sys
heard, ears = [], []
for name, where in (("path", sys.argv[1]), ("abstract", "\\0" + sys.argv[2])):
    ears.append((name, socket.socket(socket.AF_UNIX)))
    ears[-1][1].bind(where)
    ears[-1][1].listen()
    ears[-1][1].setblocking(False)
for _ in sys.stdin:
    for name, ear in ears:
        try:
            ear.accept()[0].close()
            heard.append(name)
        except BlockingIOError:
            pass
    print(",".join(heard), flush=True)
`;

/** Makes one in the temporary folder, and sets the canary of the environment. */
export async function makeWorld(): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "soar-prey-" });
  const secrets = [digits(12), digits(12)];
  await Deno.chmod(folder, 0o777);
  await Deno.writeTextFile(`${folder}/secret`, secrets[0]);
  await Deno.writeTextFile(`${folder}/judge.py`, "");
  for (const name of ["secret", "judge.py"]) await Deno.chmod(`${folder}/${name}`, 0o666);
  Deno.env.set(CANARY, secrets[1]);
  const heard: string[] = [];
  const tag = `soar-prey-${digits(12)}`;
  const tcp = createServer((socket) => heard.push("tcp") && socket.destroy());
  const { path } = await findPython();
  const ear = openAnswerer(path, EAR, `${folder}/socket`, tag);
  const udp = createSocket("udp4", () => heard.push("udp"));
  await Promise.all([
    new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve)),
    ear.ask("ready?"),
    new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", () => resolve())),
  ]);
  await Deno.chmod(`${folder}/socket`, 0o777);
  const tcpPort = (tcp.address() as AddressInfo).port;
  const hidden = Array.from({ length: 30 }, () => [...digits(30)].map(Number));
  return {
    prey: { folder, tcpPort, udpPort: udp.address().port, tag, hidden },
    secrets,
    async look() {
      const seen: unknown[] = [...heard, await ear.ask("heard?")];
      for await (const { name } of Deno.readDir(folder)) {
        const { mode, size, mtime, nlink } = await Deno.lstat(`${folder}/${name}`);
        seen.push([name, mode, size, mtime, nlink]);
      }
      const secret = await Deno.readTextFile(`${folder}/secret`).catch((error) => error.message);
      return JSON.stringify([...seen, secret]);
    },
    async [Symbol.asyncDispose]() {
      Deno.env.delete(CANARY);
      await Promise.all([
        new Promise<void>((resolve) => tcp.close(() => resolve())),
        ear[Symbol.asyncDispose](),
        new Promise<void>((resolve) => udp.close(() => resolve())),
      ]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Whether a program says that it got through, or says a secret. */
export function saysSo({ secrets }: World, { output, error }: Frame): boolean {
  const said = `${output?.flat().join("") ?? ""} ${error ?? ""}`;
  return output?.length === 1 && output[0].length === 1 && output[0][0] === 1 ||
    secrets.some((secret) => said.includes(secret));
}

function digits(count: number): string {
  return [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => byte % 10).join("");
}
