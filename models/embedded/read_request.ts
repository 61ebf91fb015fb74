/**
 * Reading the body of a chat-completions request.
 *
 * @module
 */
import type { Message } from "../prompts.ts";

/** What the model reads of a request; other fields are passed over. */
export interface ServedRequest {
  /** Name of the model asked for. */
  readonly model: string;
  /** The prompt. */
  readonly messages: readonly Message[];
  /** Completions asked for. */
  readonly n: number;
  /** Sampling temperature, 0 or more. */
  readonly temperature: number;
  /** Seed of all its draws. */
  readonly seed: number;
}

/** A request that cannot be served; `status` is HTTP's. */
export class RequestError extends Error {
  override name = "RequestError";

  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** Most completions of a request. */
const MAX_N = 1024;

const ROLES = ["system", "user", "assistant"];

/**
 * Reads a request; `n`, `temperature` and `seed` default to 1, 1 and 0.
 *
 * @throws {RequestError} 400 when the text is not JSON, or a field is missing or out of range
 */
export function readRequest(text: string): ServedRequest {
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw wrong("body", "an object", body);
  }
  const { model, messages, n, temperature, seed, stream } = body as Record<string, unknown>;
  if (typeof model !== "string" || model === "") throw wrong("model", "a name", model);
  if (!Array.isArray(messages) || messages.length === 0) {
    throw wrong("messages", "a list of at least 1 message", messages);
  }
  if (stream) throw wrong("stream", "false (streaming is not supported)", stream);
  return {
    model,
    messages: messages.map(readMessage),
    n: inRange("n", n ?? 1, 1, MAX_N, true),
    temperature: inRange("temperature", temperature ?? 1, 0, 100, false),
    seed: inRange("seed", seed ?? 0, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestError(400, "invalid_json", `body: expected JSON, got ${error.message}`);
  }
}

function readMessage(message: unknown, i: number): Message {
  const { role, content } = (message ?? {}) as Record<string, unknown>;
  if (typeof role !== "string" || !ROLES.includes(role)) {
    throw wrong(`messages[${i}].role`, `one of ${ROLES.join(", ")}`, role);
  }
  if (typeof content !== "string") throw wrong(`messages[${i}].content`, "a text", content);
  return { role: role as Message["role"], content };
}

function inRange(
  name: string,
  value: unknown,
  least: number,
  most: number,
  whole: boolean,
): number {
  const fits = typeof value === "number" && value >= least && value <= most &&
    (!whole || Number.isInteger(value));
  if (!fits) throw wrong(name, `${whole ? "an integer" : "a number"} ${least}..${most}`, value);
  return value;
}

function wrong(name: string, expected: string, value: unknown): RequestError {
  const got = JSON.stringify(value)?.slice(0, 60) ?? "nothing";
  return new RequestError(400, "invalid_value", `${name}: expected ${expected}, got ${got}`);
}
