import { assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { ResultsOut } from "../../hosts/results_out.ts";
import { decodeResult } from "../../hosts/wire.ts";

const token = "0123456789abcdef0123456789abcdef";
const job = { token, session: "s", code: "", inputs: [[[1]]], timeoutMs: 5 };
const result = { frames: [], ms: 1, layers: "" };

/** What it sends, and a moment that passes when it is told to. */
function outOf(refused?: string) {
  const sent: string[] = [];
  const told: string[] = [];
  let moments: (() => void)[] = [];
  const publish = (subject: string, bytes: Uint8Array) => {
    const { ack, result } = decodeResult(bytes);
    if (ack === refused) throw new Error("closed");
    sent.push(`${subject} ${ack}${"failed" in result ? ` ${result.failed}` : ""}`);
  };
  const connection = { info: { max_payload: 400 }, publish } as unknown as NatsConnection;
  const out = new ResultsOut({
    connection,
    host: "h",
    tell: (line) => told.push(line),
    delay: (_, signal) =>
      new Promise((resolve, reject) => {
        moments.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const pass = async () => {
    for (const end of moments) end();
    moments = [];
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { out, sent, told, pass, waits: () => moments.length };
}

Deno.test("ResultsOut sends results of a moment together, in order, and waits once for them", async () => {
  const { out, sent, pass, waits } = outOf();
  for (const ack of ["a", "b", "c"]) out.add(job, ack, result);
  assertEquals([sent, waits()], [[], 1]);
  await pass();
  assertEquals([sent, waits()], [
    ["soar.results.s.h a", "soar.results.s.h b", "soar.results.s.h c"],
    0,
  ]);
  out.add(job, "d", result);
  await pass();
  assertEquals(sent.length, 4);
  out.close();
});

Deno.test("ResultsOut sends what waits when it is closed, once", async () => {
  const { out, sent, pass } = outOf();
  out.add(job, "a", result);
  out.close();
  assertEquals(sent, ["soar.results.s.h a"]);
  out.close();
  await pass();
  assertEquals(sent.length, 1);
});

Deno.test("ResultsOut says why a result is not sent: too large, or refused by the connection", async () => {
  const { out, sent, told, pass } = outOf("b");
  const frame = { outcome: "killed", output: null, error: "e".repeat(200) } as const;
  out.add(job, "a", { ...result, frames: [frame, frame] });
  out.add(job, "b", result);
  out.add(job, "c", result);
  await pass();
  assertEquals(sent.length, 2);
  assertEquals(
    sent[0].replace(/\d+ bytes/, "N bytes"),
    "soar.results.s.h a its result has N bytes, more than the server's 400",
  );
  assertEquals(sent[1], "soar.results.s.h c");
  assertEquals(told, ["a result could not be sent: closed"]);
  out.close();
});
