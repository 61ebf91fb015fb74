import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PipelineActor } from "../../actors/actor.ts";
import { isPending } from "../streams/ticks.ts";

/** An actor whose work is what the test says. */
class Scripted extends PipelineActor {
  readonly name = "scripted";
  readonly #work: (signal: AbortSignal, tell: (event: string) => void) => Promise<void>;

  constructor(work: (signal: AbortSignal, tell: (event: string) => void) => Promise<void>) {
    super();
    this.#work = work;
  }

  protected override work(signal: AbortSignal): Promise<void> {
    return this.#work(signal, (event) => this.emit("info", event, "", { generation: 2 }));
  }
}

const NEVER = new AbortController().signal;

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

Deno.test("an actor is idle, runs, and is stopped when its work is done", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const actor = new Scripted(() => promise);
  assertEquals(actor.state, { status: "idle" });
  const running = actor.run(NEVER);
  assertEquals(actor.state, { status: "running" });
  resolve();
  await running;
  assertEquals(actor.state, { status: "stopped", reason: "done" });
});

Deno.test("an actor runs once, also when the first run has ended", async () => {
  let works = 0;
  const actor = new Scripted(() => Promise.resolve(void works++));
  const running = actor.run(NEVER);
  assertThrows(() => void actor.run(NEVER), TypeError, "actor scripted runs once");
  await running;
  assertThrows(() => void actor.run(NEVER), TypeError, "runs once");
  assertEquals(works, 1);
});

Deno.test("drain() waits for the work and says so meanwhile", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const actor = new Scripted(() => promise);
  void actor.run(NEVER);
  const drained = actor.drain();
  assertEquals(actor.state, { status: "draining" });
  assertEquals(await isPending(drained), true);
  resolve();
  await drained;
  assertEquals(actor.state, { status: "stopped", reason: "done" });
  await actor.drain();
  assertEquals(actor.state, { status: "stopped", reason: "done" });
});

Deno.test("drain() of an actor that never ran leaves it idle", async () => {
  const actor = new Scripted(() => Promise.resolve());
  await actor.drain();
  assertEquals(actor.state, { status: "idle" });
});

Deno.test("stop() aborts the work with its reason; the actor is stopped, not failed", async () => {
  const actor = new Scripted(untilAborted);
  const running = actor.run(NEVER);
  actor.stop("enough");
  const error = await assertRejects(() => running, DOMException, "enough");
  assertEquals(error.name, "AbortError");
  assertEquals(actor.state, { status: "stopped", reason: String(error) });
});

Deno.test("the signal given to run() aborts the work too", async () => {
  const stop = new AbortController();
  const actor = new Scripted(untilAborted);
  const running = actor.run(stop.signal);
  stop.abort(new Error("from outside"));
  await assertRejects(() => running, Error, "from outside");
  assertEquals(actor.state, { status: "stopped", reason: "Error: from outside" });
});

Deno.test("work that throws makes the actor failed, with the error, for run() and drain()", async () => {
  const error = new Error("broken");
  const { promise, reject } = Promise.withResolvers<void>();
  const actor = new Scripted(() => promise);
  const running = actor.run(NEVER);
  const drained = actor.drain();
  reject(error);
  await assertRejects(() => running, Error, "broken");
  await assertRejects(() => drained, Error, "broken");
  assertEquals(actor.state, { status: "failed", error });
});

const ENDINGS: readonly [name: string, end: () => Promise<void>][] = [
  ["is done", () => Promise.resolve()],
  ["throws", () => Promise.reject(new Error("broken"))],
];

for (const [name, end] of ENDINGS) {
  Deno.test(`events$ gives what is told, then completes when the work ${name}`, async () => {
    const actor = new Scripted((_, tell) => {
      tell("first");
      tell("second");
      return end();
    });
    const seen: string[] = [];
    actor.events$.subscribe({
      next: ({ kind, level, event, generation, taskId }) =>
        seen.push([kind, level, event, generation, taskId].join(" ")),
      complete: () => seen.push("complete"),
    });
    await actor.run(NEVER).catch(() => {});
    assertEquals(seen, ["event info first 2 ", "event info second 2 ", "complete"]);
  });
}
