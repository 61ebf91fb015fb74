/**
 * What can go wrong with a store call.
 *
 * @module
 */

/** Why there is no answer, as a database says it over a channel that loses error classes. */
export interface Failure {
  readonly reason: "refused" | "sql" | "timeout" | "aborted" | "lost";
  readonly message: string;
}

/**
 * Why a store call failed: `refused` not one reading statement, `sql` DuckDB's complaint, `timeout`
 * and `aborted` the query's bounds, `lost` the database is gone, `closed` the store is.
 */
export type StoreErrorReason = Failure["reason"] | "closed";

/** A store call that failed. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A statement that is refused, with the reason as its message. */
export class Refusal extends Error {}
