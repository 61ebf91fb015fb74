/**
 * A chat-completions server that gives the replies of a recorded run again: a model that costs this
 * machine next to nothing.
 *
 * A request is known by its seed, which follows from run seed, task, operator and draw; so a run with
 * the same seed gets the same programs for the same requests, whatever parents it shows.
 *
 * @module
 */
import type { RecordedRequest } from "./recorded_run.ts";

/** Name of the model it serves. */
export const RECORDED_MODEL = "recorded";

/** Answer to what the recorded run never asked: the client's first questions, mostly. */
const NOT_RECORDED = "This was not recorded.";

/** Serves on loopback until disposed. */
export class RecordedModel implements AsyncDisposable {
  readonly #replies: ReadonlyMap<number, readonly string[]>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(requests: readonly RecordedRequest[]) {
    this.#replies = new Map(
      requests.map(({ call, reply }) => [call.seed, reply.completions.map(({ text }) => text)]),
    );
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  async #answer(request: Request): Promise<Response> {
    if (request.method === "GET") {
      return Response.json({ object: "list", data: [{ id: RECORDED_MODEL, object: "model" }] });
    }
    const { seed, n = 1 } = await request.json();
    const texts = this.#replies.get(seed) ?? new Array(n).fill(NOT_RECORDED);
    return Response.json({
      id: `chatcmpl-${seed}`,
      object: "chat.completion",
      created: 0,
      model: RECORDED_MODEL,
      choices: texts.map((content, index) => ({
        index,
        message: { role: "assistant", content },
        finish_reason: "stop",
      })),
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
