import { assertEquals, assertMatch } from "@std/assert";
import { SOLVES } from "../actors/recorded.ts";
import { get, served } from "./served_run.ts";

Deno.test("GET /metrics is Prometheus text, with what the run has done", async () => {
  await using run = await served({ tasks: 7 });
  const { recorded, server } = run;
  await recorded.program({ taskId: "a" }, SOLVES);
  await recorded.program({ taskId: "a", operator: "refine", generation: 2 }, {
    outcome: "timeout",
  });
  const failed = await recorded.call({ taskId: "a", draw: 3 });
  await recorded.recorder.record({ kind: "call_failed", callId: failed.callId, error: "no" });
  const { callId } = await recorded.call({ taskId: "a", draw: 4 });
  await recorded.recorder.record({ kind: "call_failed", callId, error: "", cancelled: true });
  await recorded.recorder.record({
    kind: "stage",
    stage: "execute",
    workers: 2,
    busy: 0.5,
    queueDepth: 3,
    queueCapacity: 256,
    inPerS: 10,
    outPerS: 9.5,
    blockedFrac: 0.25,
  });
  const answer = await get(server, "/metrics");
  assertEquals(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  const samples: [sample: string, value: number][] = [
    ['soar_programs_total{outcome="ok"}', 1],
    ['soar_programs_total{outcome="timeout"}', 1],
    ['soar_programs_total{outcome="killed"}', 0],
    ["soar_tasks", 7],
    ["soar_tasks_solved", 1],
    ["soar_tasks_train_perfect", 1],
    ["soar_generation", 0],
    ['soar_requests_total{operator="sample",status="admitted"}', 3],
    ['soar_requests_total{operator="sample",status="replied"}', 1],
    ['soar_requests_total{operator="sample",status="failed"}', 1],
    ['soar_requests_total{operator="sample",status="cancelled"}', 1],
    ['soar_requests_total{operator="refine",status="replied"}', 1],
    ['soar_tokens_total{kind="prompt"}', 2],
    ['soar_tokens_total{kind="completion"}', 2],
    ["soar_request_seconds_total", 0.002],
    ['soar_channel_depth{stage="execute"}', 3],
    ['soar_channel_capacity{stage="execute"}', 256],
    ['soar_stage_out_per_second{stage="execute"}', 9.5],
    ["soar_sql_queries_running", 0],
  ];
  const lines = text.split("\n");
  for (const [sample, value] of samples) {
    assertEquals(
      lines.filter((line) => line === `${sample} ${value}`).length,
      1,
      `${sample}\n${text}`,
    );
  }
  // Every family is told of once, before its samples, and every line is of the format.
  const families = lines.filter((line) => line.startsWith("# TYPE ")).map((line) =>
    line.split(" ")[2]
  );
  assertEquals(new Set(families).size, families.length);
  let family = "";
  for (const line of lines.slice(0, -1)) {
    const told = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (told) family = told[2];
    else {assertMatch(
        line,
        new RegExp(`^${family}({[a-z]+="[^"]*"(,[a-z]+="[^"]*")*})? [-+.e\\d]+$`),
      );}
  }
  assertEquals(lines.at(-1), "");
});
