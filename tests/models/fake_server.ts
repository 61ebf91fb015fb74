/**
 * A real HTTP server that speaks enough of the chat-completions protocol to test a client, and goes
 * wrong on demand.
 *
 * Like vLLM it gives choice i the seed `seed + i`; a completion's text is `draw <its seed>`, so tests
 * can tell which completions they got. Requests are recorded in order.
 *
 * @module
 */

/** One thing that goes wrong, used up by one chat request. */
export type Fault =
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: string }
  /** Success with this body. */
  | { kind: "body"; body: string; type?: string }
  /** Headers and half a body, then the connection breaks. */
  | { kind: "broken" }
  /** Headers and half a body, then nothing more; the connection stays open. */
  | { kind: "stuck" }
  /** Spaces before the body, one every few milliseconds and without end. */
  | { kind: "slow" }
  /** Never answers. */
  | { kind: "silent" };

/** What the server is like throughout. */
export interface FakeServerOptions {
  /** Whether `n` is honoured, else one choice comes. @default true */
  readonly honoursN?: boolean;
  /** Most choices a reply holds. @default no bound */
  readonly maxChoices?: number;
  /** Whether a request with `min_p` gets 422, as from `transformers serve`. @default false */
  readonly refusesMinP?: boolean;
  /** Whether the text depends on the seed alone. @default true */
  readonly honoursSeed?: boolean;
  /** Key asked for; null for none. @default null */
  readonly key?: string | null;
  /** @default ["tiny"] */
  readonly models?: readonly string[];
  /** Whether adapters can be loaded, and where: below `/v1` as in vLLM, or beside it. */
  readonly adapters?: "vllm" | "sglang";
  /** Text of the completion of a seed. @default {draw SEED} */
  readonly textOf?: (seed: number) => string;
  /** Text of `/metrics`. @default none, 404 */
  readonly metrics?: () => string;
}

/** A request as it was received. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- bodies are asserted on field by field
  readonly body: any;
}

/** A running fake server; stops at the end of its `await using` block. */
export class FakeServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Faults of the coming chat and adapter requests, first one first. */
  readonly faults: Fault[] = [];
  /** What every chat and adapter request gets while it is set, after `faults`. */
  outage: Fault | null = null;
  /** Path of each adapter that was loaded, by its name. */
  readonly adapters = new Map<string, string>();
  readonly #options: FakeServerOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stopping = Promise.withResolvers<void>();
  #arrived = Promise.withResolvers<void>();

  constructor(options: FakeServerOptions = {}) {
    this.#options = options;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(request),
    );
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  /** Chat requests only. */
  get chats(): ReceivedRequest[] {
    return this.requests.filter(({ path }) => path === "/v1/chat/completions");
  }

  /** Resolves when the next request has been received. */
  arrival(): Promise<void> {
    return this.#arrived.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.resolve();
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { key = null } = this.#options;
    const models = [...(this.#options.models ?? ["tiny"]), ...this.adapters.keys()];
    const path = new URL(request.url).pathname;
    const body = request.method === "POST" ? await request.json() : null;
    this.requests.push({ path, headers: request.headers, body });
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
    if (key !== null && request.headers.get("authorization") !== `Bearer ${key}`) {
      // As careless servers do, it repeats what it was sent.
      return failure(401, `bad credentials: ${request.headers.get("authorization")}`);
    }
    if (path === "/v1/models") return Response.json({ data: models.map((id) => ({ id })) });
    if (path === "/metrics" && this.#options.metrics) {
      return new Response(this.#options.metrics());
    }
    const route = { vllm: "/v1/load_lora_adapter", sglang: "/load_lora_adapter" };
    if (this.#options.adapters && path === route[this.#options.adapters]) {
      const fault = this.faults.shift() ?? this.outage;
      return fault ? await this.#fail(fault) : this.#loadAdapter(body);
    }
    if (path !== "/v1/chat/completions") return failure(404, `no such path: ${path}`);
    const fault = this.faults.shift() ?? this.outage;
    if (fault) return await this.#fail(fault);
    if (!models.includes(body.model)) return failure(404, `no such model: ${body.model}`);
    if (this.#options.refusesMinP && "min_p" in body) {
      return Response.json({ detail: "Unexpected fields: {'min_p'}" }, { status: 422 });
    }
    return this.#complete(body);
  }

  #loadAdapter({ lora_name, lora_path }: { lora_name: string; lora_path: string }): Response {
    if (this.adapters.has(lora_name)) {
      return failure(400, `The lora adapter '${lora_name}' has already been loaded.`);
    }
    this.adapters.set(lora_name, lora_path);
    return new Response(`Success: LoRA adapter '${lora_name}' added successfully.`);
  }

  #complete(body: { n?: number; seed: number }): Response {
    const { honoursN = true, honoursSeed = true, maxChoices = Infinity } = this.#options;
    const { textOf = (seed) => `draw ${seed}` } = this.#options;
    const count = honoursN ? Math.min(maxChoices, body.n ?? 1) : 1;
    const choices = Array.from({ length: count }, (_, index) => ({
      index,
      message: {
        role: "assistant",
        content: textOf(honoursSeed ? body.seed + index : this.requests.length),
      },
      finish_reason: "stop",
    }));
    const usage = { prompt_tokens: 7, completion_tokens: 3 * count };
    return Response.json({ object: "chat.completion", choices, usage });
  }

  async #fail(fault: Fault): Promise<Response> {
    switch (fault.kind) {
      case "status":
        return new Response(fault.body ?? "", { status: fault.status, headers: fault.headers });
      case "body":
        return new Response(fault.body, {
          headers: { "content-type": fault.type ?? "application/json" },
        });
      case "broken":
        return new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('{"choices": [{"mess'));
            },
            pull(controller) {
              controller.error(new Error("the server broke the connection off"));
            },
          }),
          { headers: { "content-type": "application/json" } },
        );
      case "stuck":
        return this.#body((controller) => {
          controller.enqueue(new TextEncoder().encode('{"choices": [{"mess'));
          return () => {};
        });
      case "slow":
        return this.#body((controller) => {
          const timer = setInterval(() => controller.enqueue(new Uint8Array([0x20])), 3);
          return () => clearInterval(timer);
        });
      case "silent":
        await this.#stopping.promise;
        return new Response();
    }
  }

  /** A body that ends when the client leaves, or the server stops. */
  #body(
    start: (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => () => void,
  ): Response {
    let end = () => {};
    let ended = false;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        end = start(controller);
        void this.#stopping.promise.then(() => {
          end();
          // A body whose client left before it began is never cancelled, and would hold the server.
          if (!ended) controller.close();
        });
      },
      cancel: () => {
        ended = true;
        end();
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  }
}

function failure(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status });
}
