/** Types of npm:deno-std's `async/delay.js`, which is published without any. */

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts. */
export function delay(
  ms: number,
  options?: { readonly signal?: AbortSignal; readonly persistent?: boolean },
): Promise<void>;
