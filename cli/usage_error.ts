/**
 * Wrong use of the command line: exit code 2.
 *
 * @module
 */

/** What the user gave cannot be used; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
