/**
 * The address as state: page, subject and settings stand behind the `#`, so that any static server
 * serves every view, and a link shows what its sender saw.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

/** Where the reader is: `#/task/007bbfb7?p=12`. */
export interface Route {
  readonly page: string;
  /** Task or program; "" for pages without one. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

/** Reads an address's fragment. */
export function routeOf(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page, subject = ""] = path.split("/");
  return {
    page: page || "overview",
    subject: decoded(subject),
    query: new URLSearchParams(query),
  };
}

/** An address typed by hand may be none: it stands for itself then. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Settings that go along from page to page. */
const KEPT = ["theme", "colors"];

/** The fragment of a place, with the settings of the one the reader is at. */
export function linkTo(page: string, subject = "", query: Record<string, string> = {}): string {
  const now = routeOf(location.hash).query;
  const kept = KEPT.flatMap((name) => now.has(name) ? [[name, now.get(name)!]] : []);
  return fragment(page, subject, { ...query, ...Object.fromEntries(kept) });
}

/** Changes settings of the place the reader is at; "" takes one away. */
export function setQuery(changes: Record<string, string>): void {
  const { page, subject, query } = routeOf(location.hash);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  location.hash = fragment(page, subject, Object.fromEntries(query));
}

function fragment(page: string, subject: string, query: Record<string, string>): string {
  const asked = new URLSearchParams(query).toString();
  return `#/${page}${subject ? `/${encodeURIComponent(subject)}` : ""}${asked ? `?${asked}` : ""}`;
}

/** The place the reader is at, as it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return routeOf(hash);
}
