/**
 * A time to wait, as a person says it.
 *
 * @module
 */

/** `45 s`, `12 min`, `3 h 20 min`. @param seconds from 0 */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
