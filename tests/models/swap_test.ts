import { assertEquals, assertRejects } from "@std/assert";
import { ModelError } from "../../models/client.ts";
import { openaiClient } from "../../models/openai.ts";
import { setAsleep, swapIn, type SwapOptions } from "../../models/swap.ts";
import { FakeServer } from "./fake_server.ts";

const MODEL = { name: "soar-a-g001", path: "/models/g001", base: "tiny" };

function options(baseUrl: string, waits: number[] = []): SwapOptions {
  return {
    baseUrl,
    apiKey: null,
    now: () => 0,
    random: () => 0,
    delay: (ms) => Promise.resolve(void waits.push(ms)),
  };
}

Deno.test("swapIn() loads an adapter into vLLM, and the model answers by its name", async () => {
  await using server = new FakeServer({ adapters: "vllm" });
  const name = await swapIn("vllm", MODEL, options(server.baseUrl));
  assertEquals([...server.adapters], [["soar-a-g001", "/models/g001"]]);
  const { apiKey, now, random, delay } = options(server.baseUrl);
  const client = openaiClient({
    baseUrl: server.baseUrl,
    timeoutMs: 1000,
    apiKey,
    now,
    random,
    delay,
  });
  const reply = await client.complete({
    model: name,
    messages: [{ role: "user", content: "hello" }],
    n: 1,
    temperature: 1,
    topP: 1,
    minP: null,
    maxTokens: 8,
    seed: 5,
  });
  assertEquals(reply.completions[0].text, "draw 5");
});

Deno.test("swapIn() goes beside /v1 for SGLang and asks by base and adapter", async () => {
  await using server = new FakeServer({ adapters: "sglang" });
  assertEquals(await swapIn("sglang", MODEL, options(server.baseUrl)), "tiny:soar-a-g001");
  assertEquals(server.requests.map(({ path }) => path), ["/load_lora_adapter"]);
});

Deno.test("swapIn() asks for a folder by its path and sends nothing", async () => {
  await using server = new FakeServer();
  assertEquals(await swapIn("path", MODEL, options(server.baseUrl)), "/models/g001");
  assertEquals(server.requests, []);
});

Deno.test("swapIn() takes an adapter that is loaded already, as after a resume", async () => {
  await using server = new FakeServer({ adapters: "vllm" });
  await swapIn("vllm", MODEL, options(server.baseUrl));
  assertEquals(await swapIn("vllm", MODEL, options(server.baseUrl)), "soar-a-g001");
});

Deno.test("swapIn() asks again while the folder is not there yet or the server stumbles", async () => {
  await using server = new FakeServer({ adapters: "vllm" });
  server.faults.push(
    { kind: "status", status: 404, body: "no such adapter path" },
    { kind: "status", status: 500, body: "lag" },
    { kind: "broken" },
  );
  const waits: number[] = [];
  await swapIn("vllm", MODEL, options(server.baseUrl, waits));
  assertEquals(server.adapters.size, 1);
  assertEquals(waits, [500, 1000, 2000]);
});

Deno.test("swapIn() gives up within its bounds and says what the server said", async () => {
  await using server = new FakeServer({ adapters: "vllm" });
  for (let i = 0; i < 6; i++) server.faults.push({ kind: "status", status: 404, body: "no path" });
  const error = await assertRejects(
    () => swapIn("vllm", MODEL, options(server.baseUrl)),
    ModelError,
    "no path (tried 6 times)",
  );
  assertEquals(error.status, 404);
});

Deno.test("swapIn() does not repeat a refusal for good", async () => {
  await using server = new FakeServer({ adapters: "vllm" });
  const body = "LoRA rank 256 is greater than max_lora_rank 16";
  server.faults.push({ kind: "status", status: 400, body });
  await assertRejects(() => swapIn("vllm", MODEL, options(server.baseUrl)), ModelError, body);
  assertEquals(server.requests.length, 1);
});

Deno.test("setAsleep() waits for requests under way, and wakes by the server's own routes", async () => {
  const asked: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
      return new Response();
    },
  );
  const baseUrl = `http://127.0.0.1:${server.addr.port}/v1`;
  await setAsleep(true, options(baseUrl));
  await setAsleep(false, options(baseUrl));
  assertEquals(asked, ["/sleep?level=1&mode=wait", "/wake_up"]);
});
