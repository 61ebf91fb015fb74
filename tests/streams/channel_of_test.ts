import { assertEquals } from "@std/assert";
import { channelOf } from "../../streams/channel_of.ts";

Deno.test("channelOf() gives the values in order, then the end", async () => {
  assertEquals(await Array.fromAsync(channelOf([3, 1, 2])), [3, 1, 2]);
  assertEquals(await Array.fromAsync(channelOf([])), []);
});
