import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hash63, hashHalves } from "../../data/program.ts";

Deno.test("hashHalves() are the two halves of hash63()", () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (parts) => {
    const [high, low] = hashHalves(...parts);
    assertEquals((BigInt(high) << 32n | BigInt(low)).toString(), hash63(...parts));
  }));
});
