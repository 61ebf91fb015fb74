/**
 * The command that begins a run again as it was begun.
 *
 * @module
 */
import { Config, flatConfig } from "./config.ts";

/** By what differs from the defaults, quoted for a POSIX shell. */
export function commandOf(config: Config): string {
  const defaults = flatConfig(Config.parse({}));
  const set = Object.entries(flatConfig(config))
    .filter(([path, value]) => defaults[path] !== value && value !== undefined)
    .map(([path, value]) => `--set ${quoted(`${path}=${value}`)}`);
  return ["deno task soar", ...set].join(" \\\n  ");
}

function quoted(text: string): string {
  return /^[\w.,:/=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
