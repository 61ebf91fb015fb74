/**
 * Who may ask the run's loopback server.
 *
 * Any page in a browser of this machine can send requests to 127.0.0.1, and can make its own name
 * resolve to it. So: the Host has to be the server's own, whatever a browser sends of its own
 * accord (an Origin) is refused, and the token of `run.json` has to come in a header, which no page
 * can set without being asked for by a preflight. There is no such thing as an allowed origin, and
 * a token in the URL is not looked at, since URLs are logged.
 *
 * @module
 */
import { isSecret } from "./secret.ts";

/** Why a request is not answered. */
export interface Refused {
  readonly status: 401 | 403;
  readonly text: string;
}

/** Reads a header, whatever its case. */
export type HeaderOf = (name: string) => string | undefined;

/** Why a request is refused, or null when it is to be answered. */
export function refusalOf(header: HeaderOf, port: number, token: string): Refused | null {
  const host = header("host");
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, text: "unknown host" };
  }
  if (header("origin") !== undefined) return { status: 403, text: "no browsers" };
  // A page's own navigations and embedded pictures carry no Origin, but say what they are.
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "none") return { status: 403, text: "no browsers" };
  if (!isSecret(header("authorization") ?? "", `Bearer ${token}`)) {
    return { status: 401, text: "token missing or wrong" };
  }
  return null;
}
