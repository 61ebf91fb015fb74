/** Conformance: the runs of a folder as one archive (the reference's islands and seeds). */
import { assert, assertEquals } from "@std/assert";
import { poolPrograms } from "../../search/pool.ts";
import { choose, seededRandom } from "../../search/random.ts";
import { testCases } from "../search/vectors.ts";

interface RecordJson {
  readonly id: string;
  readonly type: "refined" | "initial_solution";
}

interface MergeInput {
  readonly folder: string;
  readonly split: string;
  readonly cap_per_task: number;
  readonly files: Record<string, Record<string, RecordJson[]>>;
}

type MergeExpected = Record<string, { ids?: string[]; size?: number }>;

/** Which of the reference's files belong together is told by their names. */
function isOfSplit(name: string, split: string): boolean {
  return name.startsWith(`${split}_`) && name.includes(".pkl") &&
    !/dedup|_sol_repair|_sol\.pkl/.test(name);
}

testCases<MergeInput, MergeExpected>("merge_refinement_runs", (input, expected) => {
  const { folder, split, files, cap_per_task: cap } = input;
  const refinedOnly = /gen-.*\/refinement\//.test(folder);
  const runs = Object.entries(files).filter(([name]) => isOfSplit(name, split));
  const tasks = new Set(runs.flatMap(([, archive]) => Object.keys(archive)));
  assertEquals([...tasks].sort(), Object.keys(expected).sort());
  for (const taskId of tasks) {
    const own = runs.map(([run, archive]) => ({
      run,
      programs: (archive[taskId] ?? [])
        .filter(({ type }) => type === "refined" || !refinedOnly)
        .map(({ id }) => ({ id, name: id, codeHash: id })),
    }));
    const pooled = poolPrograms(own, { dedup: false });
    const merged = pooled.length > cap ? choose(pooled, cap, seededRandom(taskId)) : pooled;
    const { ids, size } = expected[taskId];
    if (ids) assertEquals(merged.map(({ name }) => name).sort(), ids);
    if (size !== undefined) assertEquals(merged.length, size);
    assertEquals(new Set(merged.map(({ id }) => id)).size, merged.length);
    assert(merged.every((one) => pooled.includes(one)));
  }
});
