/**
 * One chat completion of the embedded model: from the body of a request to the body of a reply.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { answerText } from "../prompts.ts";
import { Evaluator } from "./evaluate.ts";
import type { Weights } from "./grammar.ts";
import { seeded } from "./random.ts";
import { type ReadAttempt, readPrompt } from "./read_prompt.ts";
import type { ServedRequest } from "./read_request.ts";
import { refinePrograms } from "./refine.ts";
import { samplePrograms } from "./sample.ts";

/** Tasks whose evaluated expressions are kept for the next request. */
const MAX_TASKS = 32;

/** Answers requests; keeps what it worked out for recent tasks, which never changes an answer. */
export class Completer {
  readonly #evaluators = new Map<string, Evaluator>();

  /**
   * The programs for a request, as answers. The same request and weights give the same answers.
   *
   * @returns as many texts as asked for; distinct unless the grammar cannot give so many
   * @throws {PromptError} when the prompt is not one this model can read
   */
  complete(request: ServedRequest, weights: Weights): string[] {
    const { task, attempt } = readPrompt(request.messages);
    const { n, temperature, model, seed } = request;
    const evaluator = this.#evaluatorFor(JSON.stringify(task), () => new Evaluator(task));
    const digest = createHash("sha256").update(JSON.stringify(request.messages)).digest("hex");
    const options = { n, temperature, random: seeded(digest, model, seed) };
    const drawn = attempt
      ? refinePrograms(evaluator, weights, attempt, options)
      : samplePrograms(evaluator, weights, options);
    const texts = drawn.map(({ code }) => answerText(code));
    // A task on which nothing at all is defined still gets its n answers.
    if (texts.length === 0) texts.push(answerText(fallback(attempt)));
    return Array.from({ length: n }, (_, i) => texts[i % texts.length]);
  }

  #evaluatorFor(key: string, make: () => Evaluator): Evaluator {
    const evaluator = this.#evaluators.get(key) ?? make();
    this.#evaluators.delete(key);
    this.#evaluators.set(key, evaluator);
    if (this.#evaluators.size > MAX_TASKS) {
      this.#evaluators.delete(this.#evaluators.keys().next().value!);
    }
    return evaluator;
  }
}

/** Tokens of a text as this model counts them: a quarter of its characters, rounded. */
export function countTokens(text: string): number {
  return Math.round(text.length / 4);
}

/** The body of a reply in the chat-completions protocol. */
export function replyBody(request: ServedRequest, texts: readonly string[], now: number) {
  const promptTokens = countTokens(request.messages.map(({ content }) => content).join(""));
  const completionTokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const digest = createHash("sha256").update(JSON.stringify([request, texts])).digest("hex");
  return {
    id: `chatcmpl-${digest.slice(0, 24)}`,
    object: "chat.completion",
    created: Math.floor(now / 1000),
    model: request.model,
    choices: texts.map((content, index) => ({
      index,
      message: { role: "assistant", content },
      logprobs: null,
      finish_reason: "stop",
    })),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

function fallback(attempt: ReadAttempt | null): string {
  return attempt?.code ?? "def transform(grid):\n    return grid\n";
}
