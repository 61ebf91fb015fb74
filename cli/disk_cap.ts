/**
 * The disk cap of a run: when its folder has grown to it, the run is asked to stop as by Ctrl-C,
 * finishes what is under way and can be resumed.
 *
 * The folder is measured at the start and at every so many records. What is under way when the cap
 * is reached still comes on top: the replies of requests in flight and their programs' results.
 *
 * @module
 */
import { folderBytes, type Recorder, type RunDirectory } from "../mod.ts";

/** The run's folder has grown to its cap. */
export class DiskCapReached extends Error {
  override readonly name = "DiskCapReached";
}

/** A cap under watch. */
export interface DiskCap extends Disposable {
  /** Aborts with {@link DiskCapReached}, or with the reason of the signal it was made from. */
  readonly draining: AbortSignal;
}

/** Bytes in the unit of `run.max_disk_gb`. */
const GB = 1e9;

/** Records between looks: some megabytes at most, and a look costs a millisecond. */
const RECORDS_A_LOOK = 100;

/**
 * Watches what is recorded.
 *
 * @param maxGb cap in GB (10⁹ bytes); undefined = none
 */
export function watchDisk(
  recorder: Pick<Recorder, "records$">,
  { path, name }: Pick<RunDirectory, "path" | "name">,
  maxGb: number | undefined,
  draining: AbortSignal,
): DiskCap {
  if (maxGb === undefined) return { draining, [Symbol.dispose]: () => {} };
  const cap = maxGb * GB;
  const full = new AbortController();
  const look = () => {
    if (full.signal.aborted || folderBytes(path) < cap) return;
    full.abort(
      new DiskCapReached(
        `run ${name} has reached its cap, run.max_disk_gb = ${maxGb}; raise it by ` +
          `--set run.max_disk_gb=${+(2 * maxGb).toPrecision(3)} beside --resume`,
      ),
    );
  };
  look();
  let seen = 0;
  const records = recorder.records$.subscribe(() => {
    if (++seen % RECORDS_A_LOOK === 0) look();
  });
  return {
    draining: AbortSignal.any([draining, full.signal]),
    [Symbol.dispose]: () => records.unsubscribe(),
  };
}
