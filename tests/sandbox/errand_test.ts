import { assertEquals, assertNotEquals } from "@std/assert";
import { endsOf, left, makeErrand } from "../../sandbox/errand.ts";
import type { Ticket } from "../../sandbox/job_queue.ts";
import type { Tier } from "../../sandbox/tier.ts";

function ticket(id: number, tier: Tier, timeoutMs = 100): Ticket {
  return {
    ...{ id, tier, shares: true, job: new Uint8Array([id]), count: 2, timeoutMs, passedOver: 0 },
    bereaved: false,
    resolve: () => {},
    reject: () => {},
  };
}

Deno.test("makeErrand() orders one program as it is", () => {
  const { errand, order } = makeErrand(7, [ticket(1, 0)], 1);
  const job = new Uint8Array([1]);
  assertEquals(order, { id: 7, tier: 1, timeoutMs: 100, count: 2, members: 0, job });
  assertEquals(errand.token, null);
});

Deno.test("makeErrand() orders several by the dearest tier, the longest deadline, all inputs", () => {
  const { errand, order } = makeErrand(7, [ticket(1, 0), ticket(2, 2, 300), ticket(3, 1)], 0);
  const { tier, timeoutMs, count, members } = order;
  assertEquals([tier, timeoutMs, count, members], [2, 300, 6, 3]);
  assertEquals(errand.tier, 2);
  assertNotEquals(makeErrand(8, [ticket(1, 0), ticket(2, 0)], 0).errand.token, errand.token);
});

Deno.test("endsOf() a program alone is a result, or a tier to run it in", () => {
  const { errand } = makeErrand(7, [ticket(1, 0)], 0);
  const end = { how: "exited", micros: 2000, bytes: new Uint8Array(0) } as const;
  assertEquals(endsOf(errand, { ...end, detail: 92 }), [{ type: "tier", tier: 2 }]);
  const [done] = endsOf(errand, { ...end, detail: 80 });
  assertEquals(done.type === "done" && [done.ms, done.frames.map(({ outcome }) => outcome)], [
    2,
    ["memory", "memory"],
  ]);
});

Deno.test("left() leaves out what was aborted", () => {
  const { errand } = makeErrand(7, [ticket(1, 0), ticket(2, 0)], 0);
  errand.tickets[0] = null;
  assertEquals(left(errand).map(({ id }) => id), [2]);
  assertEquals(left(undefined), []);
});
