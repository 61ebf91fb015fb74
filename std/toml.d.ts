/** Types of npm:deno-std's `toml/mod.js`, which is published without any. */

/** @throws SyntaxError with the line of the fault */
export function parse(text: string): Record<string, unknown>;
