/**
 * A job that an engine has sent out, until its evaluation is in the journal.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Job, RunResult } from "../sandbox/engine.ts";

/** See above. Times are in the engine's milliseconds. */
export interface Pending {
  readonly job: Job;
  /** Counts the engine's jobs; with `attempts` the identity by which the server tells copies. */
  readonly number: number;
  token: string;
  /** The message. */
  bytes: Uint8Array;
  /** Its place in the stream; null until the server has it. */
  seq: number | null;
  /** Resolves when `seq` is known. */
  published: Promise<void>;
  /** Times it was sent as a new message. */
  attempts: number;
  /** Subject that acknowledges its last delivery, as far as a host told it. */
  ack: string | null;
  answered: boolean;
  /** When it was last sent or heard of. */
  since: number;
  /** When a host first said that it holds the delivery `ack`. */
  heldSince: number | null;
  resolve(result: RunResult): void;
  reject(reason: unknown): void;
}

/** 128 random bits: whoever has not been given one does not guess it. */
export function newToken(): string {
  return randomBytes(16).toString("hex");
}
