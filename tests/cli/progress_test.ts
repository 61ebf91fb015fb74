import { assertEquals } from "@std/assert";
import { bottleneck } from "../../cli/progress.ts";
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
  ["cells are busy nearly all of the time", { busy: 0.91 }, "execute"],
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
