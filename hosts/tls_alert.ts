/**
 * TLS alerts of a server that rejects a client's certificate.
 *
 * In TLS 1.3 they come once the handshake is over. The transport has no listener on its socket then,
 * so they would end the process; caught here, they end the connecting that is under way.
 *
 * @module
 */

const listeners = new Set<(alert: Error) => void>();
let caught = false;

/** Rejects when an alert comes, for as long as `work` goes on. */
export async function orTlsAlert<R>(work: Promise<R>): Promise<R> {
  if (!caught) globalThis.addEventListener("error", take);
  caught = true;
  const alerted = Promise.withResolvers<never>();
  listeners.add(alerted.reject);
  // Whoever comes second has nobody to tell.
  work.catch(() => {});
  alerted.promise.catch(() => {});
  try {
    return await Promise.race([work, alerted.promise]);
  } finally {
    listeners.delete(alerted.reject);
  }
}

function take(event: ErrorEvent): void {
  if (!(event.error instanceof Error && /received fatal alert/.test(event.error.message))) return;
  event.preventDefault();
  for (const tell of listeners) tell(event.error);
}
