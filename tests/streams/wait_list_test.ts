import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { WaitList } from "../../streams/wait_list.ts";

Deno.test("WaitList serves in order and adds up the time in line, aborted or not", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ join: fc.boolean(), leave: fc.nat(20), pass: fc.nat(9) })),
    async (steps) => {
      let time = 0;
      const list = new WaitList<number, string>(() => time);
      const line: number[] = [];
      const joined: { controller: AbortController; settled: Promise<string> }[] = [];
      const expected: string[] = [];
      let waitedMs = 0;
      for (const { join, leave, pass } of steps) {
        if (join) {
          const controller = new AbortController();
          const waiting = list.wait(joined.length, controller.signal);
          line.push(joined.length);
          joined.push({ controller, settled: waiting.catch((reason) => reason) });
        } else if (line.includes(leave)) {
          joined[leave].controller.abort("left");
          line.splice(line.indexOf(leave), 1);
          expected[leave] = "left";
        } else {
          const waiter = list.shift();
          assertEquals(waiter?.payload, line.shift());
          if (waiter) expected[waiter.payload] = "served";
          waiter?.resolve("served");
        }
        assertEquals(list.size, line.length);
        time += pass;
        waitedMs += pass * line.length;
        assertEquals(list.waitedMs, waitedMs);
      }
      for (let waiter; (waiter = list.shift());) {
        expected[waiter.payload] = "turned away";
        waiter.reject("turned away");
      }
      assertEquals(await Promise.all(joined.map(({ settled }) => settled)), expected);
    },
  ));
});

Deno.test("WaitList ignores an abort after it has served", async () => {
  const list = new WaitList<null, string>(() => 0);
  const controller = new AbortController();
  const waiting = list.wait(null, controller.signal);
  list.shift()!.resolve("served");
  controller.abort();
  assertEquals(await waiting, "served");
  assertEquals(list.size, 0);
});
