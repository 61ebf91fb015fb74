/**
 * The streams on the server and their consumers, made by the engine if they are not there.
 *
 * `SOAR_JOBS` is a work queue on disk: a message stays until it is acknowledged. `SOAR_DEAD` keeps
 * what no host gave a result for.
 *
 * @module
 */
import {
  AckPolicy,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { HostsError } from "./hosts_error.ts";
import { consumerOf, DEAD_STREAM, JOBS_STREAM } from "./subjects.ts";
import { MAX_JOB_BYTES } from "./wire.ts";

/** How deliveries are watched. */
export interface DeliveryOptions {
  /** Silence after which a job is given to another host, in milliseconds, at least 1000. */
  readonly ackWaitMs: number;
  /** Deliveries after which a job is a dead letter. */
  readonly maxDeliver: number;
}

/** A job that waits longer than this has lost its engine; nanoseconds. */
const MAX_AGE_NS = 24 * 3600 * 1e9;
const DEAD_MAX_BYTES = 64 * 1024 * 1024;
/** The server remembers a message's identity for so long; nanoseconds. */
const DUPLICATE_WINDOW_NS = 120e9;
/** Jobs under way at all hosts together. */
const MAX_ACK_PENDING = 100_000;

/** @throws {HostsError} when the server has no JetStream or one may not make streams */
export async function makeStreams(
  manager: JetStreamManager,
  engine: string,
  { ackWaitMs, maxDeliver }: DeliveryOptions,
): Promise<void> {
  const jobs = {
    subjects: ["soar.jobs.>"],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: MAX_AGE_NS,
    // A message's headers count.
    max_msg_size: MAX_JOB_BYTES + 4096,
    duplicate_window: DUPLICATE_WINDOW_NS,
  };
  const dead = {
    subjects: ["soar.dead.>"],
    storage: StorageType.File,
    max_bytes: DEAD_MAX_BYTES,
    max_msg_size: MAX_JOB_BYTES + 4096,
  };
  const consumer = {
    durable_name: consumerOf(engine),
    filter_subject: `soar.jobs.${engine}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: ackWaitMs * 1e6,
    max_deliver: maxDeliver,
    max_ack_pending: MAX_ACK_PENDING,
  };
  try {
    for (const [name, config] of [[JOBS_STREAM, jobs], [DEAD_STREAM, dead]] as const) {
      await manager.streams.info(name).then(
        () => manager.streams.update(name, config),
        () => manager.streams.add({ name, ...config }),
      );
    }
    await manager.consumers.info(JOBS_STREAM, consumer.durable_name).then(
      () => manager.consumers.update(JOBS_STREAM, consumer.durable_name, consumer),
      () => manager.consumers.add(JOBS_STREAM, consumer),
    );
  } catch (error) {
    throw new HostsError(`make the streams: ${(error as Error).message}`, { cause: error });
  }
}
