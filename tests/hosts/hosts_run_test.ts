/**
 * Whole runs whose programs run on other hosts, as processes, while hosts and server die, are cut off,
 * come and go: the archive is that of a run alone. `SOAR_SCALE=full` (`deno task test:scale`) does it
 * eight times at random points.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seededRandom } from "../../mod.ts";
import { FaultyRuns, succeeded } from "../faults/faulty_run.ts";
import { NatsServer, WITHOUT_NATS } from "./nats_server.ts";
import { NAMESPACES, WorkerProcesses } from "./worker_processes.ts";

const ROUNDS = Deno.env.get("SOAR_SCALE") === "full" ? 8 : 1;
const SEED = Number(Deno.env.get("SOAR_FAULTS_SEED") ?? 1);
const WAIT = ["--set", "nats.ack_wait_s=1", "--set", "nats.in_flight=64"];

const where = NAMESPACES ? "in namespaces of their own" : "in processes of their own";

Deno.test({
  name:
    `hosts ${where} and the server are killed, cut off, slowed, replaced: the archive is that of ` +
    `one process (seed ${SEED})`,
  ignore: WITHOUT_NATS,
  fn: async () => {
    await using runs = await FaultyRuns.open();
    for (let r = 0; r < ROUNDS; r++) {
      const random = seededRandom(SEED, r);
      await using server = await new NatsServer("", { host: "0.0.0.0" }).start();
      await using hosts = new WorkerProcesses(server.port);
      const killed = await hosts.start("killed");
      const cut = await hosts.start("cut");
      await Promise.all([killed.ready, cut.ready]);
      const run = `hosts-${r}`;
      const { ended } = runs.line.start(
        ...runs.beginning(run),
        ...["--nats", `nats://127.0.0.1:${server.port}`, ...WAIT],
      );
      const late = await hosts.start("late");
      const faults: [share: number, happens: () => unknown][] = [
        [random() * 0.15, () => killed.kill("SIGKILL")],
        [0.15 + random() * 0.2, async () => {
          await server.kill();
          await server.start();
        }],
        [0.35 + random() * 0.1, () => cut.cable(false)],
        [0.5 + random() * 0.1, () => cut.kill("SIGSTOP")],
      ];
      for (const [share, happens] of faults) {
        // What hosts hold when they fall silent comes back after the wait: the run goes on by itself.
        await runs.grown(run, share, ended);
        await happens();
        if (share >= 0.35 && share < 0.5) await cut.cable(true);
      }
      await late.ready;
      cut.kill("SIGCONT");
      late.kill("SIGTERM");
      const left = await late.ended;
      assertEquals(left.code, 0, left.stderr);
      assertStringIncludes(left.stderr, "host late ran");
      succeeded(await ended);
      runs.compare(run);
      const made = new Map<string, number>();
      for (const record of runs.records(run)) {
        if (record.kind !== "evaluation") continue;
        made.set(record.host, (made.get(record.host) ?? 0) + 1);
      }
      console.log(`run ${r}: ${[...made].map(([host, n]) => `${host} ${n}`).join(", ")}`);
      assert(["killed", "cut"].some((host) => made.has(host)), "no host made anything");
    }
  },
});

Deno.test({
  name: "a run that is killed goes on with other hosts: nothing is asked for or evaluated twice",
  ignore: WITHOUT_NATS || ROUNDS === 1,
  fn: async () => {
    await using runs = await FaultyRuns.open();
    await using server = await new NatsServer("", { host: "0.0.0.0" }).start();
    await using hosts = new WorkerProcesses(server.port);
    await (await hosts.start("first")).ready;
    const flags = ["--nats", `nats://127.0.0.1:${server.port}`, ...WAIT];
    const { pid, ended } = runs.line.start(...runs.beginning("gone"), ...flags);
    await runs.grown("gone", 0.4, ended);
    Deno.kill(pid, "SIGKILL");
    await ended;
    succeeded(await runs.finish("gone"));
    runs.compare("gone");
  },
});
