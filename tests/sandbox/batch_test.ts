import { assertEquals } from "@std/assert";
import { decodeBatch, encodeBatch, type Member } from "../../sandbox/batch.ts";
import type { ForkEnd } from "../../sandbox/protocol.ts";

const TOKEN = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
const MEMBERS: Member[] = [1, 2, 1].map((count) => ({
  job: new Uint8Array([9]),
  count,
  timeoutMs: 300,
}));
const GRID = [0, 1, 1, 7];

const begin = (i: number) => [0xb0, ...TOKEN, i];
const end = (i: number) => [0xe0, ...TOKEN, i, 0xe8, 3, 0, 0];
const alone = (i: number) => [0xa0, ...TOKEN, i];
/** A member from begin to end, with so many frames. */
const whole = (i: number, frames: number) => [
  ...begin(i),
  ...Array(frames).fill(GRID).flat(),
  ...end(i),
];

function types(bytes: number[], how: ForkEnd["how"] = "exited", detail = 0): string {
  const fork = { how, detail, micros: 5000, bytes: new Uint8Array(bytes) };
  return decodeBatch(MEMBERS, TOKEN, 1, fork).map((one) =>
    one.type === "done" ? one.frames.map(({ outcome }) => outcome).join("+") : one.type
  ).join(" ");
}

Deno.test("encodeBatch() lays members out as batch.py reads them", () => {
  assertEquals([...encodeBatch(MEMBERS.slice(1, 2), TOKEN)], [
    ...TOKEN,
    ...[0x2c, 1, 0, 0],
    ...[2, 0, 0, 0],
    ...[1, 0, 0, 0],
    9,
  ]);
});

Deno.test("decodeBatch() takes frames and times of members that ended", () => {
  const bytes = new Uint8Array([...alone(1), ...whole(0, 1), ...whole(2, 1)]);
  const ends = decodeBatch(MEMBERS, TOKEN, 1, { how: "exited", detail: 0, micros: 5000, bytes });
  const frames = [{ outcome: "ok" as const, output: [[7]], error: null }];
  const done = { type: "done" as const, frames, ms: 1 };
  assertEquals(ends, [done, { type: "alone" }, done]);
});

const ENDS: [name: string, bytes: number[], how: ForkEnd["how"], detail: number, ends: string][] = [
  ["all done", [...whole(0, 1), ...whole(1, 2), ...whole(2, 1)], "exited", 0, "ok ok+ok ok"],
  [
    "a member's deadline",
    [...whole(0, 1), ...begin(1), ...GRID],
    "signalled",
    14,
    "ok ok+timeout again",
  ],
  ["a deadline while vetting", alone(1), "signalled", 14, "alone alone alone"],
  ["left after a limit", whole(0, 1), "exited", 82, "ok again again"],
  [
    "left in doubt",
    [...whole(0, 1), ...begin(1), ...GRID, ...GRID],
    "exited",
    82,
    "ok alone again",
  ],
  ["left without a reason", [], "exited", 82, "alone alone alone"],
  ["a higher tier", [...whole(0, 1), ...begin(1)], "exited", 92, "ok tier again"],
  ["a higher tier asked for by nobody", whole(0, 1), "exited", 92, "alone alone alone"],
  ["a lower tier", [...whole(0, 1), ...begin(1)], "exited", 90, "alone alone alone"],
  ["a crash", [...whole(0, 1), ...begin(1)], "signalled", 11, "alone alone alone"],
  [
    "a crash after all ended",
    [...whole(0, 1), ...whole(1, 2), ...whole(2, 1)],
    "signalled",
    11,
    "alone alone alone",
  ],
  ["an early exit", whole(0, 1), "exited", 0, "alone alone alone"],
  ["silence", whole(0, 1), "timed_out", 0, "alone alone alone"],
  ["a dead server", [], "lost", 0, "alone alone alone"],
];

Deno.test("decodeBatch() tells results from doubts by how the fork ended", () => {
  for (const [name, bytes, how, detail, ends] of ENDS) {
    assertEquals(types(bytes, how, detail), ends, name);
  }
});

const FORGED: [name: string, bytes: number[]][] = [
  ["a frame before its member", [...GRID, ...whole(0, 1)]],
  ["a frame too many", [...begin(0), ...GRID, ...GRID, ...end(0)]],
  ["a frame too few", [...begin(1), ...GRID, ...end(1)]],
  ["another token", [0xb0, ...TOKEN.map((byte) => byte + 1), 0, ...GRID]],
  ["an end without a begin", end(0)],
  ["the end of another", [...begin(0), ...GRID, ...end(2)]],
  ["two begins", [...begin(0), ...begin(1)]],
  ["a member twice", [...whole(0, 1), ...whole(0, 1)]],
  ["a member out of order", [...whole(1, 2), ...whole(0, 1)]],
  ["a member that there is not", whole(3, 1)],
  ["a member refused after it ran", [...whole(0, 1), ...alone(0)]],
  ["a member refused after others ran", [...whole(0, 1), ...alone(1)]],
  ["one that runs though refused", [...alone(0), ...whole(0, 1)]],
  ["a member refused that there is not", alone(200)],
  ["an unknown record", [0xc0, ...TOKEN, 0]],
  ["half a record", [0xb0, 1, 2]],
  ["half a time", [...begin(0), ...GRID, ...end(0).slice(0, -2)]],
  ["a malformed frame", [...begin(0), 0, 1, 1, 10, ...end(0)]],
];

Deno.test("decodeBatch() takes nothing of a malformed reply", () => {
  for (const [name, bytes] of FORGED) {
    for (const detail of [0, 82]) {
      assertEquals(types(bytes, "exited", detail), "alone alone alone", name);
    }
  }
});
