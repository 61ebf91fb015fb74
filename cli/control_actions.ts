/**
 * What may be asked of a live run.
 *
 * @module
 */

/** Actions of `soar control` and of the server's `/control`. */
export const CONTROL_ACTIONS = ["pause", "resume", "stop-task", "budget"] as const;

/** One of {@link CONTROL_ACTIONS}. */
export type ControlAction = (typeof CONTROL_ACTIONS)[number];
