/**
 * The engine that has other hosts screen, with a real server and hosts that behave.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { heldSubject, resultsSubject } from "../../hosts/subjects.ts";
import { jetstream } from "@nats-io/jetstream";
import { decodeJob, encodeHeld, encodeResult } from "../../hosts/wire.ts";
import { MemoryEngine } from "../actors/memory_engine.ts";
import { until } from "../until.ts";
import { jobOf, JoinedHosts } from "./joined_hosts.ts";
import { WITHOUT_NATS } from "./nats_server.ts";

const ignore = WITHOUT_NATS;
const same = (grid: readonly (readonly number[])[]) => grid;
const programs = { same, fails: () => "ValueError: no" };

Deno.test({
  name: "a job is run by a host and stays in the queue until its evaluation is in the journal",
  ignore,
  fn: async () => {
    const local = new MemoryEngine(programs);
    await using joined = await JoinedHosts.open(local);
    const cells = new MemoryEngine(programs);
    await joined.host("alpha", cells);
    const result = await joined.engine.run(jobOf("same"));
    assertEquals(result.frames.map(({ output }) => output), [[[1, 2]], [[3]]]);
    assertEquals([result.host, result.layers], ["alpha", "memory"]);
    assertEquals([local.screened.length, cells.screened.length], [0, 1]);
    assertEquals(await joined.waiting(), 1);
    result.settle!();
    await until("the job is acknowledged", async () => await joined.waiting() === 0);
    const { frames: [frame] } = await joined.engine.run(jobOf("fails"));
    assertEquals(frame, { outcome: "runtime_error", output: null, error: "ValueError: no" });
    assertEquals(joined.told, ["host_joined: host alpha runs programs"]);
  },
});

Deno.test({
  name: "what counts, what runs alone and what is too large is run on the engine's own host",
  ignore,
  fn: async () => {
    const large = `#${"x".repeat(600_000)}`;
    const local = new MemoryEngine({ ...programs, [large]: same });
    await using joined = await JoinedHosts.open(local);
    const confirmed = await joined.engine.confirm(jobOf("same"), () => 0);
    const alone = await joined.engine.run(jobOf("same", { alone: true }));
    const tooLarge = await joined.engine.run(jobOf(large));
    assertEquals([confirmed.host, alone.host, tooLarge.host], [undefined, undefined, undefined]);
    assertEquals([local.confirmed.length, local.screened.length], [1, 2]);
  },
});

Deno.test({
  name: "a host that is cut off loses nothing: another is given its jobs",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs));
    const stuck = new MemoryEngine(programs);
    const asked = Promise.withResolvers<void>();
    stuck.gate = () => (asked.resolve(), new Promise(() => {}));
    const first = await joined.host("stuck", stuck);
    const results = Array.from({ length: 20 }, () => joined.engine.run(jobOf("same")));
    await asked.promise;
    await first.cut();
    await joined.host("second", new MemoryEngine(programs));
    const hosts = new Set((await Promise.all(results)).map(({ host }) => host));
    assertEquals(hosts, new Set(["second"]));
  },
});

Deno.test({
  name: "a host that drains finishes what it holds and takes no more",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs));
    const cells = new MemoryEngine(programs);
    const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    cells.gate = () => (asked.resolve(), go.promise);
    const host = await joined.host("alpha", cells, {}, 1);
    const results = ["same", "fails"].map((code) => joined.engine.run(jobOf(code)));
    await asked.promise;
    const drained = host.drain();
    go.resolve();
    assertEquals(await drained, 1);
    assertEquals((await Promise.race(results)).host, "alpha");
    await joined.host("beta", new MemoryEngine(programs));
    assertEquals((await Promise.all(results)).map(({ host }) => host).sort(), ["alpha", "beta"]);
  },
});

Deno.test({
  name: "a host that is slow but speaks up keeps its job beyond the wait",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs), { maxDeliver: 1 });
    const cells = new MemoryEngine(programs);
    cells.gate = () => new Promise((go) => setTimeout(go, 2500));
    await joined.host("slow", cells);
    assertEquals((await joined.engine.run(jobOf("same"))).host, "slow");
    assertEquals(joined.told, ["host_joined: host slow runs programs"]);
  },
});

Deno.test({
  name: "a job that no host answers becomes a dead letter, is told, and is run here",
  ignore,
  fn: async () => {
    const local = new MemoryEngine(programs);
    await using joined = await JoinedHosts.open(local, { maxDeliver: 2 });
    const stuck = new MemoryEngine(programs);
    stuck.gate = () => new Promise(() => {});
    // Takes, says nothing, and is gone; then another.
    const result = joined.engine.run(jobOf("same"));
    for (const name of ["one", "two"]) {
      const asked = Promise.withResolvers<void>();
      const cells = new MemoryEngine(programs);
      cells.gate = () => (asked.resolve(), new Promise(() => {}));
      const host = await joined.host(name, cells);
      await asked.promise;
      await host.cut();
    }
    // The server finds its deliveries spent when it is asked for the next.
    await joined.host("three", stuck);
    assertEquals((await result).host, undefined);
    assertEquals(local.screened.map(({ alone }) => alone), [true]);
    assertStringIncludes(joined.told.join(), "dead_letter: a program was delivered 2 times");
  },
});

Deno.test({
  name: "the server is killed and started again: its queue is there, every job ends",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs));
    const cells = new MemoryEngine(programs);
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    cells.gate = () => (asked.resolve(), go.promise);
    const results = Array.from({ length: 50 }, () => joined.engine.run(jobOf("same")));
    await joined.host("alpha", cells);
    await asked.promise;
    await joined.server.kill();
    const meanwhile = Array.from({ length: 10 }, () => joined.engine.run(jobOf("fails")));
    await joined.server.start();
    go.resolve();
    const done = await Promise.all([...results, ...meanwhile]);
    assertEquals(done.length, 60);
    for (const { settle } of done) settle!();
    await until("all is acknowledged", async () => await joined.waiting() === 0);
  },
});

Deno.test({
  name: "of a job that is answered twice the first answer counts; a copy sent twice is one job",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs));
    const connection = await joined.connect();
    const result = joined.engine.run(jobOf("same"));
    const consumer = await jetstream(connection).consumers.get("SOAR_JOBS", "executors_memory");
    const message = (await consumer.next())!;
    const { token, session } = decodeJob(message.data);
    const ack = (message as unknown as { reply: string }).reply;
    const frame = (cell: number) => ({ outcome: "ok", output: [[cell]], error: null }) as const;
    for (const cell of [4, 5]) {
      const frames = [frame(cell), frame(cell)];
      const sent = { token, ack, result: { frames, ms: 1, layers: "x" } };
      connection.publish(resultsSubject(session, "twice"), encodeResult(sent));
    }
    connection.publish(heldSubject(session, "twice"), encodeHeld([[token, ack]]));
    const { frames, settle } = await result;
    assertEquals(frames[0].output, [[4]]);
    settle!();
    await until("the job is acknowledged", async () => await joined.waiting() === 0);
    // The identity of the first copy: the server takes no second message of it.
    const id = message.headers!.get("Nats-Msg-Id");
    const again = await jetstream(connection).publish(message.subject, message.data, { msgID: id });
    assertEquals([again.duplicate, await joined.waiting()], [true, 0]);
  },
});
