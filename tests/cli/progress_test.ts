import { assertEquals } from "@std/assert";
import { bottleneck, waitingFor } from "../../cli/progress.ts";
import type { StageMeasured } from "../../mod.ts";

function stage(name: string, changes: Partial<StageMeasured> = {}): StageMeasured {
  return {
    kind: "stage",
    stage: name,
    workers: 2,
    busy: 0.5,
    queueDepth: 0,
    queueCapacity: 100,
    inPerS: 1,
    outPerS: 1,
    blockedFrac: 0,
    ...changes,
  };
}

const MODEL = "model (cells wait for programs)";
const CASES: readonly [name: string, execute: Partial<StageMeasured>, words: string][] = [
  ["cells are idle and nothing waits", { busy: 0 }, MODEL],
  ["cells are busy nine tenths of the time", { busy: 0.9 }, MODEL],
  ["cells are busy and a program waits for each", { busy: 0.91, queueDepth: 2 }, "execute"],
  ["cells are busy and hardly a program waits", { busy: 1, queueDepth: 1 }, MODEL],
  ["half of the queue is filled", { busy: 0, queueDepth: 50 }, "execute (its queue fills)"],
  ["a little less than half is filled", { busy: 0, queueDepth: 49 }, MODEL],
];

for (const [name, execute, words] of CASES) {
  Deno.test(`bottleneck(): ${words} when ${name}`, () => {
    const others = [stage("sample"), stage("refine"), stage("archive")];
    assertEquals(bottleneck([...others, stage("execute", execute)]), words);
  });
}

Deno.test("bottleneck() of no stages is none", () => {
  assertEquals(bottleneck([]), "none");
});

const ASKING = (oldestMs: number) => [
  { stage: "sample", underWay: { count: 3, oldestMs } },
  { stage: "refine", underWay: { count: 1, oldestMs: 500 } },
  { stage: "execute", underWay: { count: 9, oldestMs: 90_000 } },
];
const WAITING: readonly [flow: "running" | "paused", oldestMs: number, words: string | null][] = [
  ["running", 9_999, null],
  ["running", 34_900, "waiting for the model: 4 requests, the oldest for 34 s"],
  ["paused", 0, "paused: deno task control resume"],
];

for (const [flow, oldestMs, words] of WAITING) {
  Deno.test(`waitingFor(): ${words} when ${flow} and the oldest request is ${oldestMs} ms old`, () => {
    assertEquals(waitingFor({ control: { flow }, stages: ASKING(oldestMs) }), words);
  });
}
