import { assertEquals } from "@std/assert";
import { parseServerLoad, readServerLoad } from "../../models/server_load.ts";
import { FakeServer } from "./fake_server.ts";

const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a b} c"} 3.0
vllm:num_requests_running{engine="1",model_name="a b} c"} 4.0
vllm:num_requests_waiting{engine="0",model_name="a b} c"} 2.0
vllm:num_requests_waiting{engine="1",model_name="a b} c"} 5.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 1.0
vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:kv_cache_usage_perc{engine="1"} 0.5
vllm:num_preemptions_total{engine="0"} 1e+01
`;

const SGLANG = `sglang:num_running_reqs{model_name="m"} 8.0 1700000000000
sglang:num_queue_reqs{model_name="m"} 1.0
sglang:token_usage{model_name="m"} 0.9
sglang:num_retracted_reqs{model_name="m"} 2
`;

Deno.test("parseServerLoad() reads vLLM's figures, summed over engines, the fullest cache", () => {
  const load = { waiting: 7, running: 7, cacheUsage: 0.5, preempted: 10 };
  assertEquals(parseServerLoad(VLLM), load);
});

Deno.test("parseServerLoad() reads SGLang's figures", () => {
  const load = { waiting: 1, running: 8, cacheUsage: 0.9, preempted: 2 };
  assertEquals(parseServerLoad(SGLANG), load);
});

Deno.test("parseServerLoad() finds nothing in other servers' figures", () => {
  for (const text of ["", "llamacpp:requests_processing 2\n", "vllm:num_requests_waiting NaN\n"]) {
    assertEquals(parseServerLoad(text), null);
  }
});

Deno.test("readServerLoad() asks beside /v1, and takes silence for an answer", async () => {
  const never = new AbortController().signal;
  await using server = new FakeServer({ metrics: () => SGLANG });
  assertEquals((await readServerLoad(server.baseUrl, null, never))?.running, 8);
  await using other = new FakeServer();
  assertEquals(await readServerLoad(other.baseUrl, null, never), null);
  assertEquals(await readServerLoad("http://127.0.0.1:9/v1", null, never), null);
});
