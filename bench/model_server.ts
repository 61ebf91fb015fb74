/**
 * A model server on loopback of fixed latency and fixed concurrency: requests beyond its slots wait.
 * Each completion is another program.
 *
 * @module
 */
import { answerText } from "../models/prompts.ts";
import { BusyTime } from "./busy_time.ts";

/** A running model server. */
export class BenchModel implements AsyncDisposable {
  readonly busy: BusyTime;
  readonly #latencyMs: number;
  readonly #waiting: (() => void)[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #free: number;

  /** @param slots requests answered at a time */
  constructor(slots: number, latencyMs: number) {
    this.#free = slots;
    this.#latencyMs = latencyMs;
    this.busy = new BusyTime(slots, () => performance.now());
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { n, seed } = await request.json();
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    this.busy.begin();
    await new Promise((go) => setTimeout(go, this.#latencyMs));
    this.busy.end();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
    const choices = Array.from({ length: n }, (_, index) => ({
      message: { role: "assistant", content: programOf(seed, index) },
      finish_reason: "stop",
    }));
    return Response.json({ choices, usage: { prompt_tokens: 100, completion_tokens: 50 * n } });
  }
}

/** A completion of some 600 characters that no other request gives. */
export function programOf(seed: number, index: number): string {
  const lines = "    # what the grid shows is kept as it stands, cell by cell\n".repeat(6);
  return answerText(`def transform(grid):\n${lines}    return grid  # ${seed} ${index}`);
}
