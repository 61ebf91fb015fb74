/**
 * @module
 */

/** What joins the hosts has failed: no server, no permission, or a stream that cannot be made. */
export class HostsError extends Error {
  /** Tells it from other errors. */
  override name = "HostsError";
}
