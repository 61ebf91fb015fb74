import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { fitModel } from "../../../models/embedded/fit.ts";
import { realise } from "../../../models/embedded/draw.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";
import { modelHandler } from "../../../models/embedded/serve.ts";
import { saveWeights } from "../../../models/embedded/weights.ts";
import { refinePrompt, samplePrompt } from "../../../models/prompts.ts";
import { evaluatorOf, rowOf, taskNamed } from "./tasks.ts";

const TASK = taskNamed("mirror_left_right");
const MESSAGES = samplePrompt(TASK, null);

type Handler = ReturnType<typeof modelHandler>;

async function post(handler: Handler, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await handler(
    new Request("http://127.0.0.1/v1/chat/completions", { method: "POST", body: text }),
  );
  return { status: response.status, body: await response.json() };
}

async function contents(handler: Handler, body: object): Promise<string[]> {
  const { body: reply } = await post(handler, body);
  return reply.choices.map((choice: { message: { content: string } }) => choice.message.content);
}

Deno.test("a completion has the shape of the protocol", async () => {
  const { status, body } = await post(modelHandler(null, () => 5000), {
    model: "embedded-g000",
    messages: MESSAGES,
    n: 3,
    seed: 7,
    temperature: 1,
    max_tokens: 4096,
  });
  assertEquals(status, 200);
  const { id, object, created, model, choices, usage } = body;
  assertMatch(id, /^chatcmpl-[0-9a-f]{24}$/);
  assertEquals([object, created, model], ["chat.completion", 5, "embedded-g000"]);
  assertEquals(choices.length, 3);
  choices.forEach((choice: Record<string, unknown>, index: number) => {
    assertEquals([choice.index, choice.finish_reason], [index, "stop"]);
    const { role, content } = choice.message as { role: string; content: string };
    assertEquals(role, "assistant");
    assertMatch(content, /^```python\n[\s\S]*def transform\(grid\):[\s\S]*\n```$/);
  });
  const chars = MESSAGES.reduce((sum, message) => sum + message.content.length, 0);
  assertEquals(usage.prompt_tokens, Math.round(chars / 4));
  assertEquals(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
});

Deno.test("a request is answered alike by any server, and otherwise with another seed", async () => {
  const body = { model: "embedded-g000", messages: MESSAGES, n: 5, seed: 1 };
  const handler = modelHandler(null);
  const first = await contents(handler, body);
  assertEquals(await contents(handler, body), first);
  assertEquals(await contents(modelHandler(null), body), first);
  assertNotEquals(await contents(handler, { ...body, seed: 2 }), first);
});

Deno.test("a refining prompt is answered by edits of its program", async () => {
  const parent = realise(
    parsePlan("answer(shift_left(mirror_h(input)))"),
    evaluatorOf("mirror_left_right"),
  )!;
  const attempt = {
    code: parent.code,
    outputs: parent.outputs,
    error: null,
    correctTrain: TASK.train.map(() => false),
  };
  const texts = await contents(modelHandler(null), {
    model: "embedded-g000",
    messages: refinePrompt(TASK, attempt, null),
    n: 20,
  });
  assert(texts.filter((text) => /plan: .*(shift_left|mirror_h)\(/.test(text)).length > 5);
});

Deno.test("errors have the shape of the protocol", async () => {
  const handler = modelHandler(null);
  const body = { model: "embedded-g000", messages: MESSAGES };
  for (
    const [request, status, code] of [
      ["{", 400, "invalid_json"],
      [{ messages: MESSAGES }, 400, "invalid_value"],
      [{ ...body, messages: [] }, 400, "invalid_value"],
      [{ ...body, messages: [{ role: "user", content: 3 }] }, 400, "invalid_value"],
      [{ ...body, n: 0 }, 400, "invalid_value"],
      [{ ...body, n: 1.5 }, 400, "invalid_value"],
      [{ ...body, temperature: -1 }, 400, "invalid_value"],
      [{ ...body, stream: true }, 400, "invalid_value"],
      [{ ...body, messages: [{ role: "user", content: "## Task\n" }] }, 400, "unreadable_prompt"],
      [{ ...body, model: "embedded-g001" }, 404, "model_not_found"],
      [{ ...body, model: "embedded-g../x" }, 404, "model_not_found"],
      [{ ...body, model: "gpt" }, 404, "model_not_found"],
    ] as const
  ) {
    const reply = await post(handler, request);
    assertEquals([reply.status, reply.body.error.code], [status, code], JSON.stringify(request));
    assertEquals(reply.body.error.type, "invalid_request_error");
    assert(reply.body.error.message.length > 0);
  }
  const unknown = await handler(new Request("http://127.0.0.1/v1/embeddings"));
  assertEquals([unknown.status, (await unknown.json()).error.code], [404, "not_found"]);
});

Deno.test("a fitted model is served once READY stands beside its weights", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const drawn = realise(parsePlan("answer(mirror_h(input))"), evaluatorOf("mirror_left_right"))!;
    const { weights } = fitModel(
      new Array(60).fill(rowOf(TASK, drawn.code, { relabelled: false })),
    );
    await saveWeights(`${dir}/g001`, weights);
    const handler = modelHandler(dir);
    const body = { model: "embedded-g001", messages: MESSAGES, n: 5 };
    const names = async () => {
      const { data } = await (await handler(new Request("http://127.0.0.1/v1/models"))).json();
      return data.map((model: { id: string }) => model.id);
    };
    assertEquals((await post(handler, body)).status, 404);
    assertEquals(await names(), ["embedded-g000"]);
    await Deno.writeTextFile(`${dir}/g001/READY`, "");
    assertEquals(await names(), ["embedded-g000", "embedded-g001"]);
    const fitted = await contents(handler, body);
    assert(fitted.some((text) => text.includes("plan: answer(mirror_h(input))")));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("g000 is the base until a model stands there; given models are served by their names", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const code = 'def transform(grid):\n    """plan: answer(mirror_h(input))"""\n    return grid';
    const { weights } = fitModel(new Array(60).fill(rowOf(TASK, code, { relabelled: false })));
    const body = { model: "embedded-g000", messages: MESSAGES, n: 5, seed: 3 };
    const base = await contents(modelHandler(dir), body);
    assertEquals(await contents(modelHandler(null), body), base);
    await saveWeights(`${dir}/g000`, weights);
    assertEquals(await contents(modelHandler(dir), body), base, "it is not READY");
    await Deno.writeTextFile(`${dir}/g000/READY`, "");
    assertNotEquals(await contents(modelHandler(dir), body), base);
    const handler = modelHandler(null, Date.now, new Map([["mine", weights]]));
    const listed = await (await handler(new Request("http://127.0.0.1/v1/models"))).json();
    assertEquals(listed.data.map(({ id }: { id: string }) => id), ["embedded-g000", "mine"]);
    assertEquals(await contents(handler, body), base);
    assertEquals((await contents(handler, { ...body, model: "mine" })).length, 5);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a prompt without a task is answered in words, as clients try a model out so", async () => {
  const body = { model: "embedded-g000", messages: [{ role: "user", content: "hello" }], n: 2 };
  const texts = await contents(modelHandler(null), body);
  assertEquals(texts.length, 2);
  for (const text of texts) assertMatch(text, /^I write programs for tasks/);
});

function ofRepository(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

Deno.test("the server process says its port, answers, and ends with its input", async () => {
  const dir = await Deno.makeTempDir();
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `--allow-read=${[dir, ...["models", "data"].map(ofRepository)]}`,
      ofRepository("models/embedded/serve.ts"),
      "--port",
      "0",
      "--models",
      dir,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = server.stdout.getReader();
  const { port } = JSON.parse(new TextDecoder().decode((await lines.read()).value));
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  assertEquals(await health.json(), { status: "ok" });
  for (const signal of ["SIGINT", "SIGHUP"] as const) server.kill(signal);
  const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "embedded-g000", messages: MESSAGES, n: 2 }),
  });
  assertEquals((await reply.json()).choices.length, 2);
  await server.stdin.close();
  assertEquals((await server.status).code, 0);
  await lines.cancel();
  await Deno.remove(dir);
});
