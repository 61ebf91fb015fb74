import { assertEquals } from "@std/assert";
import { Observable, of } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { EventHub, type Numbered } from "../../streams/event_hub.ts";

/** The hub's events with the operators of RxJS, as a reader would have them. */
function observed<E>({ events$ }: EventHub<E>): Observable<Numbered<E>> {
  return new Observable((to) => events$.subscribe(to));
}

function makeHub(): EventHub<string> {
  return new EventHub<string>({ fromError: (reason) => `error: ${reason}` });
}

function marbles(run: Parameters<TestScheduler["run"]>[0]): void {
  new TestScheduler(assertEquals).run(run);
}

Deno.test("EventHub numbers the events of attached streams as they come", () => {
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const hub = makeHub();
    const sampler = hot(" -a--b---|");
    const samplerSub = " ^-------!";
    const executor = hot("--x--y---");
    const executorSub = "^--------";
    const expected = "   -12-34---";
    hub.attach(sampler);
    hub.attach(executor);
    expectObservable(observed(hub)).toBe(expected, {
      1: { seq: 1, event: "a" },
      2: { seq: 2, event: "x" },
      3: { seq: 3, event: "b" },
      4: { seq: 4, event: "y" },
    });
    expectSubscriptions(sampler.subscriptions).toBe(samplerSub);
    expectSubscriptions(executor.subscriptions).toBe(executorSub);
  });
});

Deno.test("EventHub outlives the error of a source and tells it as an event", () => {
  marbles(({ hot, expectObservable }) => {
    const hub = makeHub();
    const sampler = hot(" -a-#  ", undefined, "no model");
    const executor = hot("----x-");
    const expected = "   -1-23-";
    hub.attach(sampler);
    hub.attach(executor);
    expectObservable(observed(hub)).toBe(expected, {
      1: { seq: 1, event: "a" },
      2: { seq: 2, event: "error: no model" },
      3: { seq: 3, event: "x" },
    });
  });
});

Deno.test("EventHub.close() completes its stream and lets go of the sources", () => {
  marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const hub = makeHub();
    const sampler = hot("-a-b-c-");
    const samplerSub = " ^---!  ";
    const closing = cold("----|  ");
    const expected = "   -1-2|  ";
    hub.attach(sampler);
    closing.subscribe({ complete: () => hub.close() });
    expectObservable(observed(hub)).toBe(expected, {
      1: { seq: 1, event: "a" },
      2: { seq: 2, event: "b" },
    });
    expectSubscriptions(sampler.subscriptions).toBe(samplerSub);
  });
});

Deno.test("EventHub.attach() can be undone", () => {
  marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const hub = makeHub();
    const sampler = hot("  -a-b-c-");
    const samplerSub = "   ^-!    ";
    const detaching = cold("--|    ");
    const expected = "     -1-----";
    const subscription = hub.attach(sampler);
    detaching.subscribe({ complete: () => subscription.unsubscribe() });
    expectObservable(observed(hub)).toBe(expected, { 1: { seq: 1, event: "a" } });
    expectSubscriptions(sampler.subscriptions).toBe(samplerSub);
  });
});

Deno.test("EventHub shows every subscriber the same order, also when one of them emits", () => {
  const hub = makeHub();
  const seen: string[][] = [[], []];
  hub.events$.subscribe(({ seq, event }) => {
    seen[0].push(`${seq} ${event}`);
    if (event === "evaluated") hub.emit("solved");
  });
  hub.events$.subscribe(({ seq, event }) => seen[1].push(`${seq} ${event}`));
  hub.emit("evaluated");
  hub.emit("sampled");
  assertEquals(seen[0], ["1 evaluated", "2 solved", "3 sampled"]);
  assertEquals(seen[1], seen[0]);
  assertEquals(hub.lastSeq, 3);
});

Deno.test("EventHub emits nothing once closed", () => {
  const hub = makeHub();
  const seen: string[] = [];
  hub.events$.subscribe({ next: ({ event }) => seen.push(event), complete: () => seen.push("|") });
  hub.emit("a");
  hub[Symbol.dispose]();
  hub.emit("b");
  hub.attach(of("c"));
  assertEquals(seen, ["a", "|"]);
  assertEquals(hub.lastSeq, 1);
});

Deno.test("EventHub.watch() lets a slow watcher lose events, not the run wait", async () => {
  const hub = makeHub();
  const quick: number[] = [];
  hub.events$.subscribe(({ seq }) => quick.push(seq));
  const slow = hub.watch({ highWaterMark: 2 });
  for (let i = 1; i <= 5; i++) hub.emit(`event ${i}`);
  hub.close();
  assertEquals(quick, [1, 2, 3, 4, 5]);
  assertEquals(await Array.fromAsync(slow), [
    { dropped: 3, from: 1, to: 3 },
    { seq: 4, event: "event 4" },
    { seq: 5, event: "event 5" },
  ]);
});
