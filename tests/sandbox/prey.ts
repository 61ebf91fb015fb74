/**
 * Something to attack: a folder and sockets, and what has become of them as the host sees it.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Prey } from "./attack_rows.ts";

/** Prey, and how to look at it. */
export interface World extends AsyncDisposable {
  readonly prey: Prey;
  /** Names, modes, sizes and times of all files, and what reached the sockets. */
  look(): Promise<string>;
}

/** Makes one in the temporary folder. */
export async function makeWorld(): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "soar-prey-" });
  await Deno.chmod(folder, 0o777);
  await Deno.writeTextFile(`${folder}/secret`, "31415");
  await Deno.chmod(`${folder}/secret`, 0o666);
  const heard: string[] = [];
  const tcp = createServer((socket) => heard.push("tcp") && socket.destroy());
  const udp = createSocket("udp4", () => heard.push("udp"));
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", () => resolve()));
  const tcpPort = (tcp.address() as AddressInfo).port;
  return {
    prey: { folder, tcpPort, udpPort: udp.address().port },
    async look() {
      const seen: unknown[] = [...heard];
      for await (const { name } of Deno.readDir(folder)) {
        const { mode, size, mtime } = await Deno.lstat(`${folder}/${name}`);
        seen.push([name, mode, size, mtime]);
      }
      return JSON.stringify(seen);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([
        new Promise<void>((resolve) => tcp.close(() => resolve())),
        new Promise<void>((resolve) => udp.close(() => resolve())),
      ]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}
