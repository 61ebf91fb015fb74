import { assertEquals, assertRejects } from "@std/assert";
import { realise } from "../../../models/embedded/draw.ts";
import { Completer } from "../../../models/embedded/complete.ts";
import { CompleterPool } from "../../../models/embedded/completer_pool.ts";
import { fitModel } from "../../../models/embedded/fit.ts";
import { UNIFORM } from "../../../models/embedded/grammar.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";
import { PromptError } from "../../../models/embedded/read_prompt.ts";
import type { ServedRequest } from "../../../models/embedded/read_request.ts";
import { samplePrompt } from "../../../models/prompts.ts";
import { evaluatorOf, rowOf, taskNamed, TASKS } from "./tasks.ts";

function request(at: number, seed: number): ServedRequest {
  const messages = samplePrompt(TASKS[at].task, null);
  return { model: "m", messages, n: 3, temperature: 1, seed };
}

Deno.test("CompleterPool answers as a single completer does, whoever is asked what", async () => {
  const { code } = realise(parsePlan("answer(mirror_h(input))"), evaluatorOf("mirror_left_right"))!;
  const row = rowOf(taskNamed("mirror_left_right"), code, { relabelled: false, correct: true });
  const fitted = fitModel([row]).weights;
  const asked = [0, 1, 2, 0, 1, 2].flatMap((at, seed) =>
    [UNIFORM, fitted].map((weights) => ({ asked: request(at, seed), weights }))
  );
  const pool = new CompleterPool(2);
  try {
    const single = new Completer();
    assertEquals(
      await Promise.all(asked.map(({ asked, weights }) => pool.complete(asked, weights))),
      asked.map(({ asked, weights }) => single.complete(asked, weights)),
    );
  } finally {
    pool.close();
  }
});

Deno.test("CompleterPool refuses a prompt that cannot be read, and goes on", async () => {
  const pool = new CompleterPool(1);
  try {
    const unreadable = { ...request(0, 1), messages: [{ role: "user", content: "hello" }] };
    await assertRejects(
      () => pool.complete(unreadable as ServedRequest, UNIFORM),
      PromptError,
      '"## Task" heading',
    );
    assertEquals((await pool.complete(request(0, 1), UNIFORM)).length, 3);
  } finally {
    pool.close();
  }
});
