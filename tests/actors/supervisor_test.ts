import { assertEquals, assertRejects } from "@std/assert";
import { PipelineActor } from "../../actors/actor.ts";
import { ReplayError } from "../../actors/replay.ts";
import {
  MAX_ATTEMPTS,
  MAX_RESTARTS,
  restarting,
  supervise,
  together,
  type Verdict,
  verdictOn,
} from "../../actors/supervisor.ts";
import { JournalError } from "../../data/journal_segment.ts";
import { ModelError, type ModelErrorKind } from "../../models/client.ts";
import { SandboxError } from "../../sandbox/engine.ts";
import { ChannelClosedError } from "../../streams/channel.ts";
import { Recorded } from "./recorded.ts";

const MODEL: Record<ModelErrorKind, Verdict> = {
  refused: "set_aside",
  bad_reply: "set_aside",
  exhausted: "set_aside",
  unreachable: "stop",
  timeout: "stop",
  busy: "stop",
  server: "stop",
  unauthorised: "stop",
};

const TABLE: readonly [name: string, error: unknown, verdict: Verdict][] = [
  ["a sandbox error", new SandboxError("cell lost"), "retry"],
  ["a journal error", new JournalError("disk full"), "stop"],
  ["a run that cannot be followed", new ReplayError("no reply"), "stop"],
  ["an error of ours", new TypeError("undefined"), "retry"],
  ["what is no error", "text", "retry"],
  ...Object.entries(MODEL).map(([kind, verdict]) =>
    [`a model error ${kind}`, new ModelError(kind as ModelErrorKind, ""), verdict] as const
  ).map(([name, error, verdict]): [string, unknown, Verdict] => [name, error, verdict]),
];

for (const [name, error, verdict] of TABLE) {
  Deno.test(`verdictOn() says ${verdict} to ${name}`, () => {
    assertEquals(verdictOn(error), verdict);
  });
}

/** Supervises work that throws the errors in turn and then gives "done". */
function trial(errors: readonly unknown[], stop = new AbortController()) {
  const told: string[] = [];
  let attempts = 0;
  const result = supervise(
    () => {
      const error = errors[attempts++];
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    },
    stop.signal,
    {
      setAside: (error) => `set aside: ${(error as Error).message}`,
      onRetry: (error, attempt) => told.push(`retry ${attempt}: ${(error as Error).message}`),
      delay: (ms, signal) => {
        told.push(`pause ${ms}`);
        return signal === stop.signal ? Promise.resolve() : Promise.reject(new Error("no signal"));
      },
    },
  );
  return { result, told, attempts: () => attempts };
}

const lost = (message: string) => new SandboxError(message);

Deno.test("supervise() gives the result of work that succeeds at once", async () => {
  const { result, told, attempts } = trial([]);
  assertEquals([await result, told, attempts()], ["done", [], 1]);
});

Deno.test("supervise() tries again after pauses that double", async () => {
  const { result, told } = trial([lost("a"), lost("b")]);
  assertEquals(await result, "done");
  assertEquals(told, ["retry 1: a", "pause 200", "retry 2: b", "pause 400"]);
});

Deno.test("supervise() sets aside what fails at every attempt", async () => {
  const { result, told, attempts } = trial(["a", "b", "c", "d"].map(lost));
  assertEquals(await result, "set aside: c");
  assertEquals([attempts(), MAX_ATTEMPTS, told.length], [3, 3, 4]);
});

Deno.test("supervise() sets a refused message aside without trying again", async () => {
  const { result, told, attempts } = trial([new ModelError("refused", "too long")]);
  assertEquals([await result, told, attempts()], ["set aside: too long", [], 1]);
});

Deno.test("supervise() sets aside what is refused at a later attempt", async () => {
  const { result } = trial([lost("a"), new ModelError("refused", "too long")]);
  assertEquals(await result, "set aside: too long");
});

Deno.test("supervise() throws at once what stops the run", async () => {
  const { result, told, attempts } = trial([new JournalError("disk full")]);
  await assertRejects(() => result, JournalError, "disk full");
  assertEquals([told, attempts()], [[], 1]);
});

Deno.test("supervise() neither retries nor sets aside once stopped", async () => {
  for (const error of [lost("a"), new ModelError("refused", "a")]) {
    const stop = new AbortController();
    stop.abort();
    const { result, told, attempts } = trial([error], stop);
    await assertRejects(() => result, Error, "a");
    assertEquals([told, attempts()], [[], 1]);
  }
});

Deno.test("supervise() ends when its pause is cut short", async () => {
  const work = () => Promise.reject(lost("a"));
  await assertRejects(
    () =>
      supervise(work, new AbortController().signal, {
        setAside: () => {},
        onRetry: () => {},
        delay: () => Promise.reject(new DOMException("stopped", "AbortError")),
      }),
    DOMException,
    "stopped",
  );
});

/** An actor whose work is the test's. */
class Worker extends PipelineActor {
  readonly name: string;
  readonly #work: () => Promise<void>;

  constructor(name: string, work: () => Promise<void>) {
    super();
    this.name = name;
    this.#work = work;
  }

  protected override work(): Promise<void> {
    return this.#work();
  }
}

/** Runs actors that fail as told, one list of errors a run; gives what was journalled and waited. */
async function restarts(
  recorded: Recorded,
  runs: readonly (readonly unknown[])[],
  between: () => Promise<unknown> = () => Promise.resolve(),
) {
  const { recorder } = recorded;
  const pauses: number[] = [];
  const never = new AbortController().signal;
  let run = 0;
  const result = await restarting(async () => {
    const errors = runs[run++];
    await between();
    const workers = errors.map((error, i) =>
      new Worker(`w${i}`, () => error ? Promise.reject(error) : Promise.resolve())
    );
    await together(recorder, never, workers, (start) => workers.map(start));
    return "done";
  }, {
    recorder,
    generation: 0,
    signal: never,
    delay: (ms) => Promise.resolve(void pauses.push(ms)),
  }).catch((error) => error);
  const events: string[] = [];
  for (const { record } of recorded.records()) {
    if (record.kind === "event") events.push(`${record.level} ${record.event}: ${record.message}`);
  }
  return { result, pauses, events, runs: run };
}

Deno.test("restarting() builds failed actors anew after a pause that doubles, and journals it", async () => {
  await using recorded = new Recorded();
  const { result, pauses, events } = await restarts(recorded, [[null, lost("a")], [lost("b")], []]);
  assertEquals([result, pauses], ["done", [500, 1000]]);
  assertEquals(events, [
    "warning restarted: actor w1 failed: SandboxError: a; restart 1 of 3 after 500 ms",
    "warning restarted: actor w0 failed: SandboxError: b; restart 2 of 3 after 1000 ms",
  ]);
});

Deno.test("restarting() gives up after its restarts, unless programs were evaluated in between", async () => {
  await using recorded = new Recorded();
  const failing = Array(9).fill([lost("a")]);
  const { result, runs } = await restarts(recorded, failing);
  assertEquals([(result as Error).message, runs], ["a", 1 + MAX_RESTARTS]);
  await using busy = new Recorded();
  let draw = 0;
  const program = () => busy.program({ taskId: "a", draw: draw++ });
  const { result: done } = await restarts(busy, [...failing, []], program);
  assertEquals(done, "done");
});

for (const error of [new JournalError("disk full"), new ReplayError("none")]) {
  Deno.test(`restarting() does not restart after ${error.name}`, async () => {
    await using recorded = new Recorded();
    assertEquals(await restarts(recorded, [[error], []]), {
      result: error,
      pauses: [],
      events: [],
      runs: 1,
    });
  });
}

Deno.test("together() names the actor that failed, not the one that noticed", async () => {
  await using recorded = new Recorded();
  const { events } = await restarts(recorded, [[new ChannelClosedError("gone"), lost("a")], []]);
  assertEquals(events, [
    "warning restarted: actor w1 failed: SandboxError: a; restart 1 of 3 after 500 ms",
  ]);
});
