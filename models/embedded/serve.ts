/**
 * Serves the embedded model over the chat-completions protocol, on loopback.
 *
 *   deno run --allow-net=127.0.0.1 --allow-read=DIR,models,data \
 *     models/embedded/serve.ts --port 0 --models DIR --workers 2
 *
 * Prints one line `{"port":N}` when it is ready, and ends when its standard input closes, so that
 * it does not outlive whoever started it. Models: `embedded-gNNN` has the weights in DIR/gNNN, once
 * a file READY stands there; `embedded-g000` is the uniform base where there are none. Token counts
 * are characters / 4.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Completer, replyBody } from "./complete.ts";
import { CompleterPool } from "./completer_pool.ts";
import { UNIFORM, type Weights } from "./grammar.ts";
import { PromptError } from "./read_prompt.ts";
import { readRequest, RequestError, type ServedRequest } from "./read_request.ts";
import { loadWeights } from "./weights.ts";

/** Name of the base model. */
const BASE_MODEL = "embedded-g000";

/** What a prompt without a task is answered, in words as any chat model does: clients try it out so. */
const NO_TASK = 'I write programs for tasks shown under a "## Task" heading; there is none here.';

/** Fitted weights by model name, read from a directory when first asked for. */
class Models {
  readonly #dir: string | null;
  readonly #given: ReadonlyMap<string, Weights>;
  readonly #loaded = new Map<string, Promise<Weights>>();

  constructor(dir: string | null, given: ReadonlyMap<string, Weights>) {
    this.#dir = dir;
    this.#given = given;
  }

  /** The weights of a model. @throws {RequestError} when there is no such model, or not yet */
  async weights(model: string): Promise<Weights> {
    const given = this.#given.get(model);
    if (given) return given;
    const name = model.match(/^embedded-(g\d{3,})$/)?.[1];
    if (!name || !this.#dir || !await exists(`${this.#dir}/${name}/READY`)) {
      if (model === BASE_MODEL) return UNIFORM;
      throw new RequestError(404, "model_not_found", `The model \`${model}\` does not exist`);
    }
    let weights = this.#loaded.get(name);
    if (!weights) {
      weights = loadWeights(`${this.#dir}/${name}`);
      this.#loaded.set(name, weights);
      weights.catch(() => this.#loaded.delete(name));
    }
    return await weights;
  }

  /** Names of all models there are, the base first. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    if (this.#dir && await exists(this.#dir)) {
      for await (const { name } of Deno.readDir(this.#dir)) {
        const fits = /^g\d{3,}$/.test(name) && name !== "g000";
        if (fits && await exists(`${this.#dir}/${name}/READY`)) names.push(`embedded-${name}`);
      }
    }
    return [BASE_MODEL, ...names.sort(), ...this.#given.keys()];
  }
}

/** What answers: a completer, or several in workers. */
export interface Answerer {
  /** The programs for a request, as {@link Completer.complete} gives them. */
  complete(request: ServedRequest, weights: Weights): string[] | Promise<string[]>;
}

/**
 * A handler of the model's HTTP requests.
 *
 * @param dir Directory of fitted models, or null for the base alone
 * @param now Milliseconds since 1970, for the time stamps of replies
 * @param given More models, by the names they are asked for
 * @param answerer What draws the programs
 */
export function modelHandler(
  dir: string | null,
  now: () => number = Date.now,
  given: ReadonlyMap<string, Weights> = new Map(),
  answerer: Answerer = new Completer(),
): (request: Request) => Promise<Response> {
  const models = new Models(dir, given);
  return async (request) => {
    try {
      const { pathname } = new URL(request.url);
      switch (`${request.method} ${pathname}`) {
        case "GET /health":
          return Response.json({ status: "ok" });
        case "GET /v1/models": {
          const data = (await models.names())
            .map((id) => ({ id, object: "model", created: 0, owned_by: "soar" }));
          return Response.json({ object: "list", data });
        }
        case "POST /v1/chat/completions": {
          const asked = readRequest(await request.text());
          const weights = await models.weights(asked.model);
          const texts = showsTask(asked)
            ? await answerer.complete(asked, weights)
            : new Array(asked.n).fill(NO_TASK);
          return Response.json(replyBody(asked, texts, now()));
        }
      }
      throw new RequestError(404, "not_found", `Unknown request: ${request.method} ${pathname}`);
    } catch (error) {
      return errorResponse(error);
    }
  };
}

/** Serves until standard input closes. */
export async function serve(port: number, dir: string | null, workers: number): Promise<void> {
  const pool = new CompleterPool(workers);
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    onListen: (address) => console.log(JSON.stringify({ port: address.port })),
  }, modelHandler(dir, Date.now, new Map(), pool));
  // A terminal sends these to whoever started the server too, who says by the input when to end.
  for (const signal of ["SIGINT", "SIGHUP"] as const) Deno.addSignalListener(signal, () => {});
  for await (const _ of Deno.stdin.readable);
  await server.shutdown();
  pool.close();
}

/** Whether there is anything to solve; a heading that is there is read, and its faults are errors. */
function showsTask({ messages }: ServedRequest): boolean {
  return messages.some(({ content }) => /^## Task\r?$/m.test(content));
}

function errorResponse(error: unknown): Response {
  const asked = error instanceof RequestError || error instanceof PromptError;
  const status = error instanceof RequestError ? error.status : asked ? 400 : 500;
  const code = error instanceof RequestError ? error.code : asked ? "unreadable_prompt" : null;
  const type = asked ? "invalid_request_error" : "server_error";
  const message = error instanceof Error ? error.message : String(error);
  return Response.json({ error: { message, type, param: null, code } }, { status });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      models: { type: "string" },
      workers: { type: "string", default: "1" },
    },
  });
  await serve(Number(values.port), values.models ?? null, Number(values.workers));
}
