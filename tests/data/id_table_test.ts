import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { idIfAny, idOf, IdTable, NO_ID } from "../../data/id_table.ts";

/** Ids of all sizes; small ones share their low bits often. */
const id = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, (1n << 64n) - 1n));

Deno.test("IdTable gives each id its first row, and each row its id", () => {
  fc.assert(fc.property(fc.array(id, { maxLength: 600 }), fc.array(id), (ids, others) => {
    const table = new IdTable();
    const first = new Map<bigint, number>();
    for (const [row, one] of ids.entries()) {
      assertEquals(table.push(one), row);
      if (!first.has(one)) first.set(one, row);
    }
    assertEquals(table.length, ids.length);
    for (const [row, one] of ids.entries()) assertEquals(table.at(row), String(one));
    for (const one of [...ids, ...others]) assertEquals(table.rowOf(one), first.get(one) ?? -1);
  }));
});

Deno.test("ids that share all of their low bits are told apart", () => {
  const table = new IdTable();
  const ids = Array.from({ length: 500 }, (_, i) => BigInt(i) << 32n);
  for (const one of ids) table.push(one);
  assertEquals(ids.map((one) => table.rowOf(one)), ids.map((_, i) => i));
});

Deno.test("what is no id is in no table, and cannot be put in one", () => {
  const table = new IdTable();
  table.push(0n);
  for (const odd of ["", "x", "-1", "01", "1.5", "18446744073709551616"]) {
    assertEquals(table.rowOf(idIfAny(odd)), -1, odd);
    assertThrows(() => idOf(odd), TypeError, "expected a decimal number below 2^64");
  }
  assertEquals(idIfAny("x"), NO_ID);
  assertEquals(idOf("18446744073709551615"), (1n << 64n) - 1n);
});
