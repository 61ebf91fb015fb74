import { assertEquals } from "@std/assert";
import { MAX_BATCH_INPUTS, MAX_MEMBER_BYTES } from "../../sandbox/batch.ts";
import { JobQueue, mayShare, type Ticket } from "../../sandbox/job_queue.ts";
import type { Tier } from "../../sandbox/tier.ts";

/** A ticket from a word: its id, its tier, and `!` for one that runs alone. */
function ticket(word: string, count = 1): Ticket {
  const [, id, tier, alone] = /^(\d+)([a-d])(!?)$/.exec(word)!;
  return {
    ...{ id: Number(id), tier: "abcd".indexOf(tier) as Tier, shares: alone === "" },
    ...{ job: new Uint8Array(1), count, timeoutMs: 1, passedOver: 0, bereaved: false },
    resolve: () => {},
    reject: () => {},
  };
}

function queueOf(words: string): JobQueue {
  const queue = new JobQueue();
  for (const word of words.split(" ")) queue.push(ticket(word));
  return queue;
}

const ids = (tickets: readonly Ticket[]) => tickets.map(({ id }) => id).join(" ");

const TAKES: [name: string, words: string, busy: Tier | null, most: number, ids: string][] = [
  ["the first alone", "1a! 2a 3a", null, 9, "1"],
  ["those that share, over others", "1a 2a! 3b 4d! 5c", null, 9, "1 3 5"],
  ["no more than asked for", "1a 2a 3a", null, 2, "1 2"],
  ["one of the working server's tier", "1a! 2b! 3b!", 1, 9, "2"],
  ["those that the working server can run", "1c 2b 3a 4c", 1, 9, "2 3"],
  ["nothing that it cannot", "1c 2c!", 1, 9, ""],
  ["none to share with the dearest server", "1c 2d!", 3, 9, "2"],
];

Deno.test("JobQueue.take() picks what a cell runs next", () => {
  for (const [name, words, busy, most, expected] of TAKES) {
    assertEquals(ids(queueOf(words).take(busy, most, 1)), expected, name);
  }
});

Deno.test("JobQueue.take() keeps the order of what it leaves", () => {
  const queue = queueOf("1a 2a! 3b 4d! 5c");
  queue.take(null, 2, 1);
  assertEquals(ids(queue.clear()), "2 4 5");
});

Deno.test("JobQueue.take() leaves a small batch for an idle cell", () => {
  const queue = queueOf("1a 2a");
  assertEquals(ids(queue.take(0, 9, 3)), "");
  assertEquals(ids(queue.take(null, 9, 3)), "1 2");
});

Deno.test("JobQueue.take() passes the first over a limited number of times", () => {
  const queue = queueOf("1b! " + Array.from({ length: 30 }, (_, i) => `${i + 2}a!`).join(" "));
  let taken = 0;
  while (queue.take(0, 1, 1).length > 0) taken++;
  assertEquals(taken, 16);
  assertEquals(ids(queue.take(null, 1, 1)), "1");
});

Deno.test("JobQueue.take() keeps a batch's frames within the pipe", () => {
  const queue = new JobQueue();
  for (const id of [1, 2, 3]) queue.push(ticket(`${id}a`, MAX_BATCH_INPUTS / 2));
  assertEquals(ids(queue.take(null, 9, 1)), "1 2");
});

Deno.test("JobQueue.remove() takes one out of the line", () => {
  const queue = queueOf("1a 2a");
  assertEquals(queue.remove(1)?.id, 1);
  assertEquals(queue.remove(1), undefined);
  assertEquals(queue.length, 1);
});

Deno.test("mayShare() goes by size and tier", () => {
  const small = { job: new Uint8Array(1), count: 1, tier: 2 as Tier };
  assertEquals(mayShare(small), true);
  assertEquals(mayShare({ ...small, tier: 3 }), false);
  assertEquals(mayShare({ ...small, count: MAX_BATCH_INPUTS + 1 }), false);
  assertEquals(mayShare({ ...small, job: new Uint8Array(MAX_MEMBER_BYTES + 1) }), false);
});
