import { assertEquals, assertRejects } from "@std/assert";
import { MAX_ATTEMPTS, supervise, type Verdict, verdictOn } from "../../actors/supervisor.ts";
import { JournalError } from "../../data/journal_segment.ts";
import { ModelError, type ModelErrorKind } from "../../models/client.ts";
import { SandboxError } from "../../sandbox/engine.ts";

const MODEL: Record<ModelErrorKind, Verdict> = {
  refused: "set_aside",
  bad_reply: "set_aside",
  unreachable: "stop",
  timeout: "stop",
  busy: "stop",
  server: "stop",
  unauthorised: "stop",
};

const TABLE: readonly [name: string, error: unknown, verdict: Verdict][] = [
  ["a sandbox error", new SandboxError("cell lost"), "retry"],
  ["a journal error", new JournalError("disk full"), "stop"],
  ["an error of ours", new TypeError("undefined"), "stop"],
  ["what is no error", "text", "stop"],
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

Deno.test("supervise() throws the last error once all attempts are used", async () => {
  const { result, told, attempts } = trial(["a", "b", "c", "d"].map(lost));
  await assertRejects(() => result, SandboxError, "c");
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
