import { assertEquals } from "@std/assert";
import type { Frame } from "../../data/candidate.ts";
import {
  decodeFrames,
  decodeReply,
  encodeJob,
  encodeOrder,
  fault,
  type ForkEnd,
  tierAskedFor,
} from "../../sandbox/protocol.ts";

const GOOD = [0, 1, 2, 3, 4];
const RAISED = [3, 2, 0, 69, 33];

function end(bytes: number[], how: ForkEnd["how"] = "exited", detail = 0): ForkEnd {
  return { how, detail, micros: 1, bytes: new Uint8Array(bytes) };
}

function outcomes(frames: Frame[]): string[] {
  return frames.map(({ outcome }) => outcome);
}

Deno.test("encodeOrder() lays header and job out as the fork-server reads them", () => {
  const job = encodeJob("é", [[[1, 2, 3]]]);
  assertEquals([...job], [2, 0, 0, 0, 0xc3, 0xa9, 1, 3, 1, 2, 3]);
  const order = { id: 258, tier: 0, timeoutMs: 1000, count: 1, members: 7, job } as const;
  const header = [2, 1, 0, 0, 232, 3, 0, 0, 11, 0, 0, 0, 1, 0, 7, 0];
  assertEquals([...encodeOrder(order)], [...header, ...job]);
});

Deno.test("decodeReply() waits for a whole message", () => {
  const bytes = new Uint8Array([2, 1, 0, 0, 1, 7, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 8, 9, 77]);
  for (let n = 0; n < 18; n++) assertEquals(decodeReply(bytes.subarray(0, n)), null);
  const reply = { id: 258, kind: 1, detail: 7, micros: 5, bytes: new Uint8Array([8, 9]) };
  assertEquals(decodeReply(bytes), { reply, length: 18 });
});

Deno.test("decodeFrames() reads grids and faults", () => {
  assertEquals(decodeFrames(2, 9, end([...GOOD, ...RAISED])), [
    { outcome: "ok", output: [[3, 4]], error: null },
    { outcome: "runtime_error", output: null, error: "E!" },
  ]);
});

const ENDS: [ForkEnd["how"], number, string][] = [
  ["timed_out", 0, "timeout"],
  ["signalled", 24, "timeout"],
  ["signalled", 31, "killed"],
  ["signalled", 11, "killed"],
  ["exited", 80, "memory"],
  ["exited", 0, "killed"],
  ["lost", 0, "killed"],
];

Deno.test("decodeFrames() fills what is missing by how the fork ended", () => {
  for (const [how, detail, outcome] of ENDS) {
    const frames = decodeFrames(3, 9, end(GOOD, how, detail));
    assertEquals(outcomes(frames), ["ok", outcome, outcome], `${how} ${detail}`);
  }
});

const FORGED: [name: string, bytes: number[], outcome: string][] = [
  ["one too many", [...GOOD, ...GOOD, ...GOOD], "killed"],
  ["a cell of 10", [0, 1, 1, 10], "killed"],
  ["no rows", [0, 0, 1], "killed"],
  ["31 columns", [0, 1, 31, ...Array(31).fill(0)], "killed"],
  ["fewer cells than stated", [0, 2, 2, 1], "killed"],
  ["an unknown outcome", [42, 0, 0], "killed"],
  ["an outcome it may not state", [5, 0, 0], "killed"],
  ["a longer text than stated", [3, 1, 0, 69, 69], "killed"],
  ["a text of 60 kB", [3, 255, 255, 69], "killed"],
  ["a flood", Array(2000).fill(0), "output_limit"],
];

Deno.test("decodeFrames() takes nothing of a malformed result", () => {
  for (const [name, bytes, outcome] of FORGED) {
    assertEquals(outcomes(decodeFrames(2, 9, end(bytes))), [outcome, outcome], name);
  }
});

Deno.test("fault() keeps one line of at most 200 well-formed characters", () => {
  assertEquals(fault("killed", "a\nb").error, "a");
  const { error } = fault("killed", "x".repeat(199) + "🙂");
  assertEquals(error, "x".repeat(199) + "\ufffd");
});

Deno.test("tierAskedFor() only ever goes up", () => {
  assertEquals(tierAskedFor(end([], "exited", 92), 0), 2);
  assertEquals(tierAskedFor(end([], "exited", 92), 2), null);
  assertEquals(tierAskedFor(end([], "exited", 94), 0), null);
  assertEquals(tierAskedFor(end([], "signalled", 92), 0), null);
});
