/**
 * What can go wrong with a store call.
 *
 * @module
 */

/** Why there is no answer, as a database says it over a channel that loses error classes. */
export interface Failure {
  readonly reason: Exclude<StoreErrorReason, "closed">;
  readonly message: string;
}

/**
 * Why a store call failed: `refused` not one reading statement, `sql` DuckDB's complaint, `timeout`
 * and `aborted` the query's bounds, `lost` the database is gone, `closed` the store is.
 */
export type StoreErrorReason = "refused" | "sql" | "timeout" | "aborted" | "lost" | "closed";

/** A store call that failed. */
export class StoreError extends Error {
  /** Tells it from other errors. */
  override readonly name = "StoreError";
  /** Why it failed. */
  readonly reason: StoreErrorReason;

  /** Takes the reason beside a message for a person. */
  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(reason === "sql" ? withoutAdvice(message) : message, options);
    this.reason = reason;
  }
}

/** Where memory ran out DuckDB advises settings, which no question may change: its first line says all. */
function withoutAdvice(message: string): string {
  return message.startsWith("Out of Memory Error") ? message.split("\n", 1)[0] : message;
}

/** A statement that is refused, with the reason as its message. */
export class Refusal extends Error {}
