/**
 * Programs: Python source that defines `transform(grid)`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Completion } from "./records.ts";

/**
 * A 63-bit hash of the parts as a decimal string: the ids of journal, archive and store.
 * Parts are joined by a byte that cannot occur in them.
 */
export function hash63(...parts: (string | number)[]): string {
  const digest = createHash("sha256").update(parts.join("\0")).digest();
  return (digest.readBigUInt64BE(0) >> 1n).toString();
}

/** Source of a completion's program, or null when it holds none. */
export function codeOf(completion: Completion): string | null {
  if (completion.span === null) return null;
  const code = completion.text.slice(...completion.span);
  return completion.addNumpy ? `import numpy as np\n${code}` : code;
}
