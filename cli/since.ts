/**
 * Points in time as a user gives them: a time, or how long ago.
 *
 * @module
 */
import { UsageError } from "./usage_error.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * UTC milliseconds since 1970 of `5m` (ago), `2026-11-23T13:00` (local time) or
 * `2026-11-23T13:00Z`.
 *
 * @param now UTC milliseconds since 1970
 * @throws UsageError when it is neither
 */
export function sinceTime(text: string, now: number): number {
  const ago = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (ago) return Math.round(now - Number(ago[1]) * UNIT_MS[ago[2]]);
  // A date alone would be taken as UTC, a date with a time as local.
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00`) : Date.parse(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time)) return time;
  throw new UsageError(
    `--since ${text}: expected a duration such as 30s, 5m, 2h or 1d, or a time such as ` +
      "2026-11-23T13:00",
  );
}
