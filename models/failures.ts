/**
 * What went wrong at an endpoint, as a {@link ModelError} without secrets.
 *
 * @module
 */
import { ModelError, type ModelErrorKind } from "./client.ts";
import { retryAfterMs } from "./retry.ts";

/** Longest piece of a server's message that goes into an error, in characters. */
const MESSAGE_CHARS = 500;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Takes the key out of a text, also as it looks in a URL or, however deep, in JSON.
 *
 * @param key Printable ASCII; null takes nothing out.
 */
export function redactor(key: string | null): Redact {
  if (key === null) return (text) => text;
  const forms = Array.from(key, (char) => {
    const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
    const itself = char.replace(/[\\^$.*+?()[\]{}|\/]/, "\\$&");
    const encoded = `%${hex}|%${hex.toUpperCase()}|u00${hex}|u00${hex.toUpperCase()}`;
    return `\\\\{0,16}(?:${encoded}|${itself})`;
  });
  const pattern = new RegExp(forms.join(""), "g");
  return (text) => text.replace(pattern, "[key]");
}

/**
 * Fetches, and gives a failure's body the one shape the `openai` package reads, `error.message`:
 * FastAPI servers say `detail`, gateways plain text, and both would be lost.
 */
export async function fetchWithPlainErrors(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(input, init);
  if (response.ok) {
    // The package leaves an empty body unread, which would keep its connection.
    if (response.headers.get("content-length") === "0") await response.body?.cancel();
    return response;
  }
  const message = serverMessage(await response.text());
  const headers = new Headers(response.headers);
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify({ error: { message } }), { status: response.status, headers });
}

function serverMessage(text: string): string {
  let body;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text.trim() || "no message";
  }
  const said = body?.error?.message ?? body?.error ?? body?.detail ?? body?.message ?? body;
  return typeof said === "string" ? said : JSON.stringify(said);
}

/** A success whose body is not what was asked for; the message may hold some of it. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}

/** What an HTTP client threw, as far as it is looked at. */
interface Thrown {
  readonly status?: number;
  readonly headers?: Headers;
  readonly error?: { readonly message?: unknown };
  readonly message?: unknown;
  readonly cause?: { readonly message?: unknown };
}

/**
 * Names a failure. With a status it is the server's word; a {@link ReplyError} or `SyntaxError` is a
 * reply that cannot be used; what is left is the transport's: no connection, or one that broke within
 * the reply.
 *
 * @param where The act and the endpoint, opening the message.
 * @param nowMs Clock in ms since 1970, for `Retry-After` dates.
 */
export function modelError(
  error: unknown,
  where: string,
  redact: Redact,
  nowMs: number,
): ModelError {
  const thrown = (error ?? {}) as Thrown;
  const { status, headers = new Headers() } = thrown;
  const brief = (text: unknown) => redact(String(text)).slice(0, MESSAGE_CHARS);
  if (status !== undefined) {
    return new ModelError(
      kindOf(status, headers),
      `${redact(where)} failed with status ${status}: ${
        brief(thrown.error?.message ?? thrown.message)
      }`,
      { status, retryAfterMs: retryAfterMs(headers, nowMs) ?? undefined },
    );
  }
  const bad = (reason: string) => new ModelError("bad_reply", `${redact(where)} failed: ${reason}`);
  if (error instanceof ReplyError) return bad(brief(error.message));
  // The parser's message quotes a few characters, which may be a piece of an echoed key.
  if (error instanceof SyntaxError) return bad("the reply is not JSON");
  const reason = thrown.cause?.message ?? thrown.message ?? error;
  return new ModelError("unreachable", `${redact(where)} failed: ${brief(reason)}`);
}

function kindOf(status: number, headers: Headers): ModelErrorKind {
  if (status === 401 || status === 403) return "unauthorised";
  if (headers.get("x-should-retry") === "false") return "refused";
  if ([408, 409, 429, 503].includes(status)) return "busy";
  return status >= 500 ? "server" : "refused";
}
