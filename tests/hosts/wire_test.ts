import { assertEquals, assertThrows } from "@std/assert";
import type { Frame } from "../../data/candidate.ts";
import { acknowledges, hostToken } from "../../hosts/subjects.ts";
import {
  decodeHeld,
  decodeJob,
  decodeResult,
  encodeHeld,
  encodeJob,
  encodeResult,
  MAX_JOB_BYTES,
  WireError,
} from "../../hosts/wire.ts";

const token = "0123456789abcdef0123456789abcdef";
const ack = "$JS.ACK.SOAR_JOBS.executors_python.1.7.9.1700000000000000000.0";

Deno.test("a job and its result come through as they were", () => {
  const job = {
    token,
    session: token,
    code: "x = 'ü'\n",
    inputs: [[[1, 2], [3, 4]]],
    timeoutMs: 5,
  };
  assertEquals(decodeJob(encodeJob(job)), job);
  const frames: Frame[] = [
    { outcome: "ok", output: [[0, 9]], error: null },
    { outcome: "timeout", output: null, error: "no result within 5 ms" },
  ];
  const result = { token, ack, result: { frames, ms: 1.5, layers: "no_new_privs+landlock:7" } };
  assertEquals(decodeResult(encodeResult(result)), result);
  const failed = { token, ack, result: { failed: "no cells" } };
  assertEquals(decodeResult(encodeResult(failed)), failed);
  assertEquals(decodeHeld(encodeHeld([[token, ack]])), [[token, ack]]);
});

Deno.test("an error that a host states is one line of at most 200 characters", () => {
  const frame = { outcome: "killed", output: null, error: `${"e".repeat(300)}\nmore` } as const;
  const { result } = decodeResult(
    encodeResult({ token, ack, result: { frames: [frame], ms: 1, layers: "" } }),
  );
  assertEquals("frames" in result && result.frames[0].error, "e".repeat(200));
});

Deno.test("messages that are too long, not JSON, or of another form are refused", () => {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const job = { v: 1, token, session: token, code: "", inputs: ["12"], timeoutMs: 5 };
  const wrong: [Uint8Array, string][] = [
    [new Uint8Array(MAX_JOB_BYTES + 4096), "expected at most"],
    [new Uint8Array([0xff]), "not JSON"],
    [text({ ...job, v: 2 }), "v:"],
    [text({ ...job, inputs: ["12/3"] }), "inputs.0"],
    [text({ ...job, inputs: ["12/3a"] }), "inputs.0"],
    [text({ ...job, inputs: ["12", "12\n"] }), "inputs.1"],
    [text({ ...job, inputs: ["1".repeat(31)] }), "inputs.0"],
    [text({ ...job, inputs: [Array(31).fill("1").join("/")] }), "inputs.0"],
    [text({ ...job, inputs: ["1".repeat(1000)] }), "inputs.0"],
    [text({ ...job, timeoutMs: 1e9 }), "timeoutMs"],
    [text({ ...job, token: "guess" }), "token"],
  ];
  for (const [bytes, why] of wrong) assertThrows(() => decodeJob(bytes), WireError, why);
});

Deno.test("outputs that are no grids are refused, whatever inputs were taken before", () => {
  const job = { token, session: token, code: "", inputs: [[[1, 2]]], timeoutMs: 5 };
  for (let i = 0; i < 2; i++) assertEquals(decodeJob(encodeJob(job)), job);
  for (const output of ["12/3", "12/3a", "", "/", "1".repeat(31), "12/34/"]) {
    const message = { v: 1, token, ack, ms: 1, layers: "", frames: [["ok", "12"], ["ok", output]] };
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    assertThrows(() => decodeResult(bytes), WireError, "frames: an output is not a grid");
  }
});

Deno.test("acknowledges() holds for the message itself, in either form of the subject", () => {
  const rows: [string, number, boolean][] = [
    [ack, 7, true],
    [ack, 9, false],
    [ack.replace("$JS.ACK.", "$JS.ACK._.ACCOUNT."), 7, true],
    [ack.replace("SOAR_JOBS", "OTHER"), 7, false],
    [ack.replace("python", "wasm"), 7, false],
    ["$JS.API.STREAM.DELETE.SOAR_JOBS", 7, false],
    [`${ack}\r\nPUB x 0`, 7, false],
    [`${ack}\n`, 7, false],
    [`x${ack}`, 7, false],
    [ack.replace(".1.7", ".7"), 7, false],
    [ack.replace(".1700000000000000000.0", ""), 7, false],
    [`${ack}${".1".repeat(4)}`, 7, false],
    [ack.replace(".9.", `.${"9".repeat(65)}.`), 7, false],
    [ack.replace(".7.", ".*."), 7, false],
  ];
  for (const [text, seq, expected] of rows) {
    assertEquals(acknowledges(text, "python", seq), expected, text);
  }
});

Deno.test("a machine's name becomes a token of a subject", () => {
  assertEquals(hostToken("node-3.example.org"), "node-3-example-org");
  assertEquals(hostToken(""), "host");
});
