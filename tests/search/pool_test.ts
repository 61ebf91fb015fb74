import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { poolPrograms } from "../../search/pool.ts";

const runs = fc.uniqueArray(
  fc.record({
    run: fc.constantFrom("a", "b", "c"),
    programs: fc.array(fc.constantFrom("1", "2", "3", "4"), { maxLength: 8 }).map((hashes) =>
      hashes.map((codeHash, i) => ({ id: `${i}`, codeHash }))
    ),
  }),
  { selector: ({ run }) => run },
);

Deno.test("poolPrograms() tells equal ids of two runs apart and keeps all without dedup", () => {
  fc.assert(fc.property(runs, (runs) => {
    const pooled = poolPrograms(runs, { dedup: false });
    assertEquals(pooled.length, runs.flatMap(({ programs }) => programs).length);
    assertEquals(new Set(pooled.map(({ id }) => id)).size, pooled.length);
  }));
});

Deno.test("poolPrograms() keeps the first program of each source", () => {
  fc.assert(fc.property(runs, fc.nat({ max: 8 }), (runs, first) => {
    const all = poolPrograms(runs, { dedup: false, first });
    const pooled = poolPrograms(runs, { first });
    assertEquals(new Set(pooled.map(({ codeHash }) => codeHash)).size, pooled.length);
    for (const { id, codeHash } of pooled) {
      assertEquals(all.find((one) => one.codeHash === codeHash)!.id, id);
    }
    for (const { run } of runs) {
      assert(all.filter(({ id }) => id.startsWith(`${run}/`)).length <= first);
    }
  }));
});
