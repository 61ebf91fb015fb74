/**
 * Waiting for what another process does, with an end: a test that waits for ever says nothing.
 *
 * @module
 */

/** Far longer than anything waited for takes, on a busy machine too. */
const LIMIT_MS = 60_000;

/**
 * Asks again and again until it holds.
 *
 * @throws {Error} naming `what` when it did not come to hold within a minute.
 */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`${what}: not so within ${LIMIT_MS / 1000} s`);
  }
}
