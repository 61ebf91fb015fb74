import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { extractProgram } from "../../models/extract_program.ts";
import { openaiClient } from "../../models/openai.ts";
import { samplePrompt } from "../../models/prompts.ts";
import { fitModel } from "../../models/embedded/fit.ts";
import { saveWeights } from "../../models/embedded/weights.ts";
import { rowOf, taskNamed } from "../models/embedded/tasks.ts";
import { CommandLine } from "./command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The server as `deno task model` starts it. */
class Served implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  text = "";

  constructor(...flags: string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "model", "--port", "0", ...flags],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const decoder = new TextDecoderStream() as TransformStream<Uint8Array, string>;
    this.#reader = this.#child.stdout.pipeThrough(decoder).getReader();
  }

  /** Resolves with the base URL once it is told. */
  async ready(): Promise<string> {
    while (!this.text.includes("--model")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`it ended after ${JSON.stringify(this.text)}`);
      this.text += value;
    }
    return /at (http:\S+\/v1)/.exec(this.text)![1];
  }

  /** Ends it as Ctrl-C does; its exit code. */
  async interrupt(): Promise<number> {
    this.#child.kill("SIGINT");
    return (await this.#child.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#reader.cancel();
  }
}

const TASK = taskNamed("mirror_left_right");

function client(baseUrl: string) {
  return openaiClient({
    baseUrl,
    apiKey: null,
    timeoutMs: 60_000,
    now: () => 0,
    random: () => 0,
  });
}

const REQUEST = {
  messages: samplePrompt(TASK, null),
  n: 8,
  temperature: 1,
  topP: 1,
  minP: null,
  maxTokens: 4096,
  seed: 7,
};

Deno.test("model serves the uniform model; what it prints can be sent; Ctrl-C ends it with 0", async () => {
  await using served = new Served();
  const baseUrl = await served.ready();
  const listed = await (await fetch(`${baseUrl}/models`)).json();
  assertEquals(listed.data.map(({ id }: { id: string }) => id), ["embedded-g000"]);
  const [, url, body] = /curl (\S+) .* -d '(.*)'/.exec(served.text)!;
  const sent = await fetch(url, { method: "POST", body });
  assertEquals(sent.status, 200);
  const { choices } = await sent.json();
  assertEquals(choices.length, 2);
  for (const { message } of choices) assert(extractProgram(message.content));
  const reply = await client(baseUrl).complete({ ...REQUEST, model: "embedded-g000" });
  assertEquals(reply.completions.length, 8);
  for (const { text } of reply.completions) assertMatch(text, /def transform\(grid\):/);
  assertEquals(await served.interrupt(), 0);
});

Deno.test("model --weights serves a fitted model, by its folder or its file, beside the base", async () => {
  const folder = Deno.makeTempDirSync();
  const drawn = 'def transform(grid):\n    """plan: answer(mirror_h(input))"""\n    return grid\n';
  const { weights } = fitModel(new Array(60).fill(rowOf(TASK, drawn, { relabelled: false })));
  await saveWeights(folder, weights);
  const mirrors = async (baseUrl: string, model: string) => {
    const { complete } = client(baseUrl);
    const seeds = Array.from({ length: 40 }, (_, i) => i);
    const replies = await Promise.all(
      seeds.map((seed) => complete({ ...REQUEST, n: 1, seed, model })),
    );
    return replies.filter(({ completions: [{ text }] }) => text.includes("answer(mirror_h(input))"))
      .length;
  };
  for (const path of [folder, `${folder}/weights.json`]) {
    await using served = new Served("--weights", path);
    const baseUrl = await served.ready();
    assertStringIncludes(served.text, "as embedded-fitted");
    const [fitted, base] = [
      await mirrors(baseUrl, "embedded-fitted"),
      await mirrors(baseUrl, "embedded-g000"),
    ];
    assert(fitted > base + 5, `${fitted} of the fitted model, ${base} of the base`);
  }
});

Deno.test("soar asks it as any other endpoint", async () => {
  await using served = new Served();
  const line = new CommandLine();
  const { code, stdout, stderr } = await line.run(
    ...["soar", "--endpoint", await served.ready(), "--model", "embedded-g000", "--run", "a"],
    ...["--tasks", "sample#4", "--generations", "1", "--samples", "12", "--refinements", "4"],
  );
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /0 +64 /);
});

Deno.test("model: wrong use is told", async () => {
  await using served = new Served();
  const port = new URL(await served.ready()).port;
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/weights.json`, "{}");
  for (
    const [flags, said] of [
      [["--port", "70000"], "--port 70000: expected 0..65535"],
      [["--port", "x"], "Expected a whole number"],
      [["--port", port], `--port ${port} is in use`],
      [["--weights", "/nowhere"], "--weights /nowhere: expected a model folder"],
      [["--weights", folder], `--weights ${folder}: weights`],
    ] as const
  ) {
    const { code, stderr } = await new CommandLine().run("model", ...flags);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, said);
  }
});
