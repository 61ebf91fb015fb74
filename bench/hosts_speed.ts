/**
 * What carrying programs over NATS costs, and how it scales (`--part nats` of the scale suite): a
 * real server with its files on disk, hosts in processes of their own with cells that only wait.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import { connectNats } from "../hosts/connection.ts";
import { openRemoteEngine } from "../hosts/remote_engine.ts";
import { realDelay } from "../models/retry.ts";
import { NATS, NatsServer } from "../tests/hosts/nats_server.ts";
import { programOf } from "./model_server.ts";
import { cpuSeconds } from "./process_cpu.ts";
import { printFigure } from "./target_table.ts";
import { TimedCells } from "./timed_cells.ts";

/** Programs sent out at once: the default of `nats.in_flight`. */
const IN_FLIGHT = 1024;

/** Milliseconds of a simulated evaluation. */
const COST_MS = 20;

/** Inputs of a program: three train pairs and a test, 10 by 10. */
const INPUTS = Array.from(
  { length: 4 },
  (_, k) =>
    Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => (i * j + k) % 10)),
);

/** Where hosts run: so many processes of so many cells each. */
interface Layout {
  readonly processes: number;
  readonly cells: number;
  readonly costMs: number;
}

/** @param programs of each measurement but that of one cell, which has a fiftieth */
export async function measureHosts(programs: number): Promise<void> {
  if ("missing" in NATS) return console.log(`skipped: ${NATS.missing}`);
  const free = await carried({ processes: 1, cells: IN_FLIGHT, costMs: 0 }, programs);
  printFigure("a program over NATS, evaluation for nothing", free.ms, "ms", { most: 0.3 });
  printFigure("  processor time: engine, server and host", free.cpuMs, "ms");
  printFigure("  of it the engine's process", free.engineMs, "ms");
  const one = await carried({ processes: 1, cells: 1, costMs: COST_MS }, programs / 50);
  printFigure(`one cell of ${COST_MS} ms`, 1000 / one.ms, "programs/s");
  for (const processes of [1, 2]) {
    const all = await carried({ processes, cells: 64 / processes, costMs: COST_MS }, programs);
    printFigure(`64 cells in ${processes} host processes`, 1000 / all.ms, "programs/s");
    printFigure("  against one", one.ms / all.ms, "times", { least: 60 });
    printFigure("  processor time a program", all.cpuMs, "ms");
    printFigure("  of it the engine's process", all.engineMs, "ms");
  }
}

/** Milliseconds a program, from the first sent to the last acknowledged. */
async function carried({ processes, cells, costMs }: Layout, programs: number) {
  await using open = new AsyncDisposableStack();
  const server = open.use(await new NatsServer().start());
  const engine = await openRemoteEngine({
    connection: await connectNats({ url: server.url, name: "bench" }),
    local: new TimedCells(1, 0),
    run: "bench",
    inFlight: IN_FLIGHT,
    ackWaitMs: 30_000,
    maxDeliver: 5,
    tell: (event, message) => {
      if (event !== "host_joined") console.log(`${event}: ${message}`);
    },
    delay: realDelay,
    now: () => performance.now(),
  });
  open.defer(() => engine.close());
  for (let i = 0; i < processes; i++) await startHost(open, server.url, `host${i}`, cells, costMs);
  const before = await cpuSeconds("python3");
  const own = cpuUsage();
  let next = 0;
  const carry = async () => {
    while (next < programs) {
      const code = programOf(1, next++);
      const { settle } = await engine.run({ code, inputs: INPUTS, timeoutMs: 1000 });
      settle!();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, carry));
  const ms = (performance.now() - start) / programs;
  const { user, system } = cpuUsage(own);
  const engineMs = (user + system) / 1000 / programs;
  return { ms, engineMs, cpuMs: (await cpuSeconds("python3") - before) * 1000 / programs };
}

/** Resolves when it takes programs. */
async function startHost(
  open: AsyncDisposableStack,
  url: string,
  host: string,
  cells: number,
  costMs: number,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-env", "--allow-read", "--allow-sys"],
      ...["--allow-net=127.0.0.1", fileURLToPath(new URL("./timed_host.ts", import.meta.url))],
      // Twice the cells are held, as of an executor host.
      ...[url, host, String(cells), String(costMs), String(Math.min(2 * cells, IN_FLIGHT))],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  open.defer(async () => {
    child.kill("SIGTERM");
    await child.status;
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  if (!new TextDecoder().decode(value).startsWith("taking programs")) {
    throw new Error(`host ${host} does not start`);
  }
  reader.releaseLock();
  await child.stdout.cancel();
}
