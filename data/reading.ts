/**
 * How far the reading of a journal is. Nothing here touches a file, so that pages may use it.
 *
 * @module
 */
import { durationText } from "./duration_text.ts";

/** How far a journal is read. */
export interface Reading {
  /** Bytes of lines read, as they were written. */
  readonly bytes: number;
  /** Bytes to read in all; 0 where nothing is new. */
  readonly ofBytes: number;
  /** Milliseconds since it began. */
  readonly ms: number;
}

/** Is told how far the reading is while one waits for it, and null when it is over. */
export type OnReading = (reading: Reading | null) => void;

/** A pace taken over less time than this, in milliseconds, would tell a wild time to wait. */
const PACED_MS = 1_000;

/** In words: `34 % of 2.2 GB, about 40 s left`; the time is left out while there is no pace. */
export function readingText({ bytes, ofBytes, ms }: Reading): string {
  const share = ofBytes > 0 ? Math.floor(100 * bytes / ofBytes) : 100;
  const far = `${share} % of ${bytesText(ofBytes)}`;
  if (ms < PACED_MS || bytes === 0) return far;
  const seconds = (ofBytes - bytes) * ms / bytes / 1000;
  return `${far}, about ${durationText(Math.max(1, seconds))} left`;
}

/** `812 kB`, `43 MB`, `2.2 GB`. */
function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
