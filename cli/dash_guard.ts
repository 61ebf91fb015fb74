/**
 * Who may ask the dashboard's server: the page it served itself, and nobody else.
 *
 * The page comes without a token and holds nothing of the run. The token stands in the fragment of
 * the address, which no browser sends; the page hands it in once and gets a cookie that scripts
 * cannot read and other sites cannot have sent. Host, Origin and what browsers say of a request's
 * source are checked besides. The run's own server keeps refusing browsers (server_guard.ts).
 *
 * @module
 */
import { isSecret } from "./secret.ts";
import type { HeaderOf, Refused } from "./server_guard.ts";

/** Why a request is refused whatever it asks for, or null. */
export function refusalOfPage(header: HeaderOf, port: number): Refused | null {
  const host = header("host");
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, text: "unknown host" };
  }
  const origin = header("origin");
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, text: "unknown origin" };
  }
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return { status: 403, text: "asked for by another site" };
  }
  return null;
}

/** Whether the cookies of a request hold the session; its name has the port, as cookies do not. */
export function hasSession(header: HeaderOf, port: number, session: string): boolean {
  const cookies = (header("cookie") ?? "").split(/;\s*/);
  return cookies.some((cookie) => isSecret(cookie, `${cookieName(port)}=${session}`));
}

/** Name of a dashboard's cookie. */
export function cookieName(port: number): string {
  return `soar_dash_${port}`;
}
