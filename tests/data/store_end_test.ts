import { assertEquals, assertRejects } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { End } from "../../data/store_end.ts";
import { StoreError } from "../../data/store_error.ts";

const CLOSED = new StoreError("closed", "the store is closed");

Deno.test("End.before() gives the value, or the end's error if that comes first", async () => {
  const end = new End();
  assertEquals(await end.before(Promise.resolve(7)), 7);
  const waiting = end.before(new Promise(() => {}));
  end.come(CLOSED);
  end.come(new StoreError("lost", "too late to say"));
  await assertRejects(() => waiting, StoreError, CLOSED.message);
  await assertRejects(() => end.before(Promise.resolve(7)), StoreError, CLOSED.message);
  assertEquals(end.error, CLOSED);
});

Deno.test("End.before() keeps no value alive that it has given", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const end = new End();
  const given = await (async () => new WeakRef(await end.before(Promise.resolve({ rows: [1] }))))();
  // A weak reference holds what it was made of until the turn of the event loop is over.
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  assertEquals(given.deref(), undefined);
  assertEquals(end.error, null);
});
