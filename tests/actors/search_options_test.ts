/**
 * What a search is when it is not told: the defaults of `deno task soar`, and a guard.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { SEARCH_DEFAULTS, type SearchOptions, settle } from "../../actors/search_options.ts";
import { readConfig } from "../../cli/config.ts";
import type { Task } from "../../data/task.ts";
import { engineOptions } from "../../cli/engine_options.ts";
import { taskOf } from "./recorded.ts";

const MEASURED: Task = { ...taskOf("m", [["7", "8"]]), split: "evaluation" };

/** Options with what has no default; nothing of it is used here. */
const given = (changes: Partial<SearchOptions> = {}) =>
  ({ tasks: [taskOf("a"), MEASURED], ...changes }) as SearchOptions;

Deno.test("settle() guards the run's evaluation tasks unless it is told otherwise", () => {
  const { guard } = settle(given());
  assertMatch(guard.fault(MEASURED) ?? "", /m/);
  assertEquals(guard.fault(taskOf("a")), null);
});

Deno.test("settle() keeps what is given, selection field by field", () => {
  const { selection, concurrency, allocation } = settle(
    given({ concurrency: 3, selection: { samplingRows: 1 } }),
  );
  assertEquals(selection, { ...SEARCH_DEFAULTS.selection, samplingRows: 1 });
  assertEquals([concurrency, allocation.policy], [3, "fixed"]);
});

Deno.test("the configuration without a field is the library without an option", () => {
  const model = { client: null, trainer: null, minP: null, embeddings: null, modelOf: () => "m" };
  const configured = engineOptions(
    readConfig({ flags: {}, set: [], environment: {}, file: null }),
    model as never,
  );
  const settled = settle(given());
  for (const name of ["budget", "weights", "window", "concurrency", "deterministic"] as const) {
    assertEquals(configured[name], settled[name], name);
  }
  assertEquals({ ...settled.selection, testTime: false }, {
    ...configured.selection,
  });
  assertEquals(configured.refining?.parents, settled.refining.parents);
  assertEquals(configured.voting?.voter, settled.voting.voter);
  assertEquals(configured.rules, settled.rules);
  assertEquals(configured.allocation, settled.allocation);
  assertEquals(settled.allocation, {
    policy: "fixed",
    enoughSampled: settled.rules.enoughSampled,
    enoughRefined: settled.rules.enoughRefined,
  });
});
