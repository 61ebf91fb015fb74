/**
 * A model server on loopback whose every reply hangs on the request's seed alone, and which keeps the
 * seeds it was asked for. So replies are recorded, in effect: asked again, they come again.
 */
import { setTimeout as delay } from "node:timers/promises";
import { answerText } from "../../models/prompts.ts";
import { PROGRAMS } from "../actors/scripted_run.ts";

/** Long enough that some requests are in flight whenever a run is killed. */
const LATENCY_MS = 8;

/** A running server. */
export class ScriptedServer implements AsyncDisposable {
  /** Seeds of the requests for completions, in order; those of the probe are among them. */
  readonly seeds: number[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      // A run that is killed leaves connections broken off.
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === "/v1/models") {
      return Response.json({ object: "list", data: [{ id: "scripted", object: "model" }] });
    }
    if (request.method !== "POST") return new Response("not here", { status: 404 });
    const { n = 1, seed } = await request.json();
    this.seeds.push(seed);
    await delay(LATENCY_MS);
    const choices = Array.from({ length: n }, (_, index) => ({
      index,
      message: { role: "assistant", content: completion(seed + index) },
      finish_reason: "stop",
    }));
    return Response.json({ choices, usage: { prompt_tokens: 5, completion_tokens: 7 } });
  }
}

/** One of the script's programs, some of them as copies of one another and some not. */
function completion(seed: number): string {
  const mixed = Math.imul(seed, 0x9e3779b1) >>> 0;
  const program = PROGRAMS[mixed % PROGRAMS.length];
  return program === null ? "I do not know." : answerText(`${program}\n# ${(mixed >>> 8) % 5}`);
}
