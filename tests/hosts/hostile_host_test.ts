/**
 * Executor hosts that lie, forge and meddle: what docs/security.md says of them.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { jetstream, jetstreamManager, type JsMsg } from "@nats-io/jetstream";
import { evaluate } from "../../actors/evaluate.ts";
import type { Frame } from "../../data/candidate.ts";
import type { Task } from "../../data/task.ts";
import { resultsSubject } from "../../hosts/subjects.ts";
import { decodeJob, encodeResult } from "../../hosts/wire.ts";
import { MemoryEngine } from "../actors/memory_engine.ts";
import { jobOf, JoinedHosts } from "./joined_hosts.ts";
import { WITHOUT_NATS } from "./nats_server.ts";

const ignore = WITHOUT_NATS;
const programs = {
  same: (grid: readonly (readonly number[])[]) => grid,
  wrong: () => [[9]],
};

/** The configuration of docs/security.md. */
const PERMISSIONS = `
accounts { S { jetstream: enabled, users: [
  { user: engine, password: e },
  { user: mallory, password: m, permissions: {
    publish: [
      "$JS.API.CONSUMER.INFO.SOAR_JOBS.*", "$JS.API.CONSUMER.MSG.NEXT.SOAR_JOBS.*",
      "soar.results.*.mallory", "soar.held.*.mallory"
    ],
    subscribe: ["_INBOX_mallory.>"]
  } }
] } }`;
const ENGINE = { user: "engine", password: "e" };
const MALLORY = { user: "mallory", password: "m" };

async function takeJob(connection: Awaited<ReturnType<JoinedHosts["connect"]>>) {
  const consumer = await jetstream(connection).consumers.get("SOAR_JOBS", "executors_memory");
  const message = (await consumer.next({ expires: 10_000 }))!;
  const ack = (message as JsMsg & { readonly reply: string }).reply;
  return { ...decodeJob(message.data), ack };
}

const frames = (cell: number, count: number): Frame[] =>
  Array(count).fill({ outcome: "ok", output: [[cell]], error: null });

Deno.test({
  name: "a host that calls a wrong program right, or a right one wrong, gains nothing by the first",
  ignore,
  fn: async () => {
    const local = new MemoryEngine(programs);
    await using joined = await JoinedHosts.open(local);
    const liar = new MemoryEngine({ same: () => [[5]], wrong: (grid) => grid });
    await joined.host("liar", liar);
    const task: Task = {
      ...{ id: "a", dataset: "test", split: "training" },
      train: [{ input: [[1]], output: [[1]] }],
      testInputs: [[[2]]],
    };
    const options = { engine: joined.engine, task, answers: undefined, timeoutMs: 1000 };
    const lied = await evaluate("wrong", options);
    assertEquals([lied.correctTrain, lied.confirmed], [[false], true]);
    assertEquals([lied.outputs, lied.host], [[[[9]], [[9]]], undefined]);
    // Its own loss: a solution it was given is not seen as one.
    const lost = await evaluate("same", options);
    assertEquals([lost.correctTrain, lost.confirmed, lost.host], [[false], false, "liar"]);
  },
});

Deno.test({
  name: "what is not a result of the job that was delivered is refused, and its host ignored",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs), { maxDeliver: 50 });
    const connection = await joined.connect();
    const result = joined.engine.run(jobOf("same"));
    const { token, session, ack } = await takeJob(connection);
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const head = { v: 1, token, ack, ms: 1, layers: "x" };
    const bad: [string, Uint8Array, string][] = [
      ["a", text("hello"), "expected object"],
      ["b", text({ ...head, frames: [["ok", "12/3"], ["ok", "1"]] }), "not a grid"],
      ["c", text({ ...head, frames: [["solved", "1"], ["ok", "1"]] }), "frames.0.0"],
      ["d", text({ ...head, frames: [["ok", "1"]] }), "1 frames, expected 2"],
      ["e", text({ ...head, correctTrain: [true], frames: [] }), "correctTrain"],
      [
        "f",
        encodeResult({
          token,
          ack: ack.replace(/(\.\d+){4}$/, ".7.1.1.0"),
          result: { frames: frames(1, 2), ms: 1, layers: "x" },
        }),
        "acknowledges another",
      ],
      ["g", new Uint8Array(3_000_00).fill(32), "not JSON"],
    ];
    for (const [host, bytes, why] of bad) {
      connection.publish(resultsSubject(session, host), bytes);
      await joined.untilTold(`result_refused: host ${host}`);
      assertStringIncludes(joined.told.at(-1)!, why);
    }
    for (let i = 0; i < 3; i++) connection.publish(resultsSubject(session, "g"), text(i));
    await joined.untilTold("result_refused: host g: message");
    // A token that was made up says nothing about any job.
    const forged = {
      token: "0".repeat(32),
      ack,
      result: { frames: frames(4, 2), ms: 1, layers: "x" },
    };
    connection.publish(resultsSubject(session, "h"), encodeResult(forged));
    // What an ignored host says truly is not heard either; another's is.
    const truth = { token, ack, result: { frames: frames(3, 2), ms: 1, layers: "x" } };
    connection.publish(resultsSubject(session, "g"), encodeResult(truth));
    connection.publish(resultsSubject(session, "i"), encodeResult(truth));
    assertEquals((await result).host, "i");
  },
});

Deno.test({
  name:
    "with the permissions of docs/security.md a host can neither read nor acknowledge others' jobs",
  ignore,
  fn: async () => {
    const options = { config: PERMISSIONS, access: ENGINE };
    await using joined = await JoinedHosts.open(new MemoryEngine(programs), options);
    const mallory = await joined.connect(MALLORY, "_INBOX_mallory");
    const refused: string[] = [];
    void (async () => {
      for await (
        const { type, error } of mallory.status() as AsyncIterable<{ type: string; error?: Error }>
      ) {
        if (type === "error") refused.push(String(error));
      }
    })();
    for (const subject of ["soar.jobs.>", "soar.results.>", "$JS.ACK.>"]) {
      const heard = mallory.subscribe(subject);
      await assertRejects(async () => {
        for await (const _ of heard) assert(false, `heard ${subject}`);
      });
    }
    const manager = await jetstreamManager(mallory, { checkAPI: false });
    await assertRejects(() => manager.streams.getMessage("SOAR_JOBS", { seq: 1 }));
    await assertRejects(() => manager.streams.purge("SOAR_JOBS"));
    const first = joined.engine.run(jobOf("same"));
    const { ack, session, token } = await takeJob(mallory);
    mallory.publish(ack, "+ACK");
    mallory.publish(resultsSubject(session, "alice"), "forged in another's name");
    await mallory.flush();
    assertEquals(await joined.waiting(ENGINE), 1);
    // Under its own name it is heard.
    const result = { frames: frames(6, 2), ms: 1, layers: "x" };
    mallory.publish(resultsSubject(session, "mallory"), encodeResult({ token, ack, result }));
    assertEquals((await first).host, "mallory");
    assertEquals(joined.told, ["host_joined: host mallory runs programs"]);
    assert(refused.length >= 2, refused.join());
  },
});

Deno.test({
  name: "without such permissions a job that a stranger acknowledges is sent once more",
  ignore,
  fn: async () => {
    await using joined = await JoinedHosts.open(new MemoryEngine(programs));
    const mallory = await joined.connect();
    const result = joined.engine.run(jobOf("same"));
    const { ack } = await takeJob(mallory);
    mallory.publish(ack, "+ACK");
    await mallory.flush();
    await joined.host("honest", new MemoryEngine(programs));
    assertEquals((await result).host, "honest");
  },
});
