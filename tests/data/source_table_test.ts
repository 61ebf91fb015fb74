import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SourceTable } from "../../data/source_table.ts";

Deno.test("SourceTable gives the first row of each source of a task, as a map does", () => {
  const rows = fc.array(
    fc.record({
      task: fc.nat({ max: 3 }),
      // Close together and far apart, alike in their low bits.
      codeHash: fc.tuple(fc.bigInt(1n, 6n), fc.bigInt(0n, 3n)).map(([low, high]) =>
        low | high << 40n
      ),
    }),
    { maxLength: 300 },
  );
  fc.assert(fc.property(rows, (rows) => {
    const table = new SourceTable({
      codeHash: (row) => rows[row].codeHash,
      task: (row) => rows[row].task,
    });
    const first = new Map<string, number>();
    for (const [row, { task, codeHash }] of rows.entries()) {
      table.add(row);
      const key = `${task} ${codeHash}`;
      if (!first.has(key)) first.set(key, row);
    }
    for (const [key, row] of first) {
      const [task, codeHash] = key.split(" ");
      assertEquals(table.rowOf(Number(task), codeHash), row);
    }
    assertEquals(table.rowOf(4, "1"), -1);
    assertEquals(table.rowOf(0, "99"), -1);
  }));
});

Deno.test("SourceTable holds many rows", () => {
  const codeHash = (row: number) => BigInt(row % 5000 + 1) * 2654435761n;
  const table = new SourceTable({ codeHash, task: (row) => row % 7 });
  for (let row = 0; row < 70_000; row++) table.add(row);
  for (let row = 0; row < 35_000; row++) {
    assertEquals(table.rowOf(row % 7, codeHash(row).toString()), row);
  }
});
