/**
 * Names on the NATS server, and reading the subject by which a delivery is acknowledged.
 *
 *     soar.jobs.<engine>.<run>          programs to run; kept in the work-queue stream SOAR_JOBS
 *     soar.results.<session>.<host>     what came of them
 *     soar.held.<session>.<host>        which of them a host has not forgotten
 *     soar.dead.<run>                   programs that no host gave a result for; kept in SOAR_DEAD
 *
 * A session is one start of an engine. The host's name is part of the subject, so that a server can
 * be told to let each host speak under its own name only.
 *
 * @module
 */

export const JOBS_STREAM = "SOAR_JOBS";
export const DEAD_STREAM = "SOAR_DEAD";

/** What a host's or a run's name may be made of: a token of a subject. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A machine's name as a token. */
export function hostToken(hostname: string): string {
  return hostname.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 64) || "host";
}

/** Hosts whose sandbox is of the same kind share a consumer: other kinds may answer differently. */
export function consumerOf(engine: string): string {
  return `executors_${engine}`;
}

export function jobsSubject(engine: string, run: string): string {
  return `soar.jobs.${engine}.${run}`;
}

export function deadSubject(run: string): string {
  return `soar.dead.${run}`;
}

export function resultsSubject(session: string, host: string): string {
  return `soar.results.${session}.${host}`;
}

export function heldSubject(session: string, host: string): string {
  return `soar.held.${session}.${host}`;
}

/** The host that a subject of {@link resultsSubject} or {@link heldSubject} names. */
export function hostOf(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/** Whether `text` acknowledges the message `seq` of the stream, and no other. */
export function acknowledges(text: string, engine: string, seq: number): boolean {
  if (text.length > 300 || !ACKNOWLEDGES.test(text)) return false;
  const parts = text.split(".");
  // $JS.ACK.<stream>.<consumer>.<deliveries>.<seq>.…, or with domain and account before the stream
  const at = parts.length === 9 ? 2 : 4;
  const [stream, consumer, , message] = parts.slice(at);
  return stream === JOBS_STREAM && consumer === consumerOf(engine) && message === String(seq);
}

/** Seven to ten tokens after the first two, each as {@link NAME}. */
const ACKNOWLEDGES = /^\$JS\.ACK(?:\.[A-Za-z0-9_-]{1,64}){7,10}$/;
