/**
 * What the main process, a cell and a fork-server say to each other.
 *
 * Main ↔ cell: tagged messages with the id of the job. Each `run` is answered exactly once, by
 * `ended`, `released` or `failed`, unless the cell dies. Cell ↔ fork-server: little-endian binary
 * on its pipes, laid out in launcher.py. Bytes that come from a fork are untrusted: they are checked
 * here, in {@link decodeFrames}, and in batch.ts; they can state nothing but frames of their own jobs.
 *
 * @module
 */
import { type Frame, type Outcome, OUTCOMES } from "../data/candidate.ts";
import { type Grid, MAX_SIDE } from "../data/grid.ts";
import type { Tier } from "./tier.ts";

/** How to start the fork-servers of a cell. */
export interface ServerOptions {
  /** Absolute path of the interpreter. */
  readonly python: string;
  /** Absolute path of launcher.py. */
  readonly launcher: string;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  /** Forks after which a server is replaced. */
  readonly recycleAfter: number;
}

/** Main process → cell. */
export type CellRequest =
  | { readonly type: "open"; readonly options: ServerOptions }
  | { readonly type: "run"; readonly order: Order }
  | { readonly type: "release"; readonly id: number }
  | { readonly type: "close" };

/** One fork to make. */
export interface Order {
  readonly id: number;
  readonly tier: Tier;
  /** Deadline of the program; of a batch, the longest of its members'. */
  readonly timeoutMs: number;
  /** Number of inputs in `job`. */
  readonly count: number;
  /** Programs of a batch; 0 for a program alone. */
  readonly members: number;
  /** From {@link encodeJob}, or `encodeBatch`. */
  readonly job: Uint8Array;
}

/** Cell → main process. */
export type CellReply =
  | { readonly type: "opened"; readonly layers: string }
  | { readonly type: "ended"; readonly id: number; readonly end: ForkEnd }
  | { readonly type: "released"; readonly id: number }
  /** The sandbox could not run the job; id null: it could not open. */
  | { readonly type: "failed"; readonly id: number | null; readonly error: string }
  | { readonly type: "closed" };

/** How a fork ended, and the frames it left. */
export interface ForkEnd {
  readonly how: "exited" | "signalled" | "timed_out" | "lost";
  /** Exit status or signal number. */
  readonly detail: number;
  readonly micros: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A message of a fork-server (launcher.py, `REPLY`). */
export interface ServerReply {
  readonly id: number;
  readonly kind: number;
  readonly detail: number;
  readonly micros: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Kinds of {@link ServerReply}, by number. */
export const REPLY_KINDS = ["ready", "exited", "signalled", "timed_out", "fault"] as const;

/** SIGSYS: the kernel ended a fork for a system call that nothing harmless makes. */
export const SIGSYS = 31;

const HEADER_BYTES = 16;
const SIGXCPU = 24;
const OUT_OF_MEMORY = 80;
const RETRY = 90;
const MAX_ERROR = 200;
const MAX_ERROR_BYTES = 4 * MAX_ERROR;
const MAX_FRAME_BYTES = 3 + MAX_SIDE * MAX_SIDE;

/** Outcomes that a fork may state itself; the others are for whoever watches it. */
const STATED: ReadonlySet<Outcome> = new Set(
  ["syntax_error", "runtime_error", "missing_module", "memory", "output_limit", "invalid_grid"],
);

/** The bytes of a job: code length and UTF-8 code, then height, width and cells of each input. */
export function encodeJob(code: string, inputs: readonly Grid[]): Uint8Array {
  const source = new TextEncoder().encode(code);
  const cells = inputs.reduce((sum, grid) => sum + 2 + grid.length * grid[0].length, 0);
  const job = new Uint8Array(4 + source.length + cells);
  new DataView(job.buffer).setUint32(0, source.length, true);
  job.set(source, 4);
  let at = 4 + source.length;
  for (const grid of inputs) {
    job[at++] = grid.length;
    job[at++] = grid[0].length;
    for (const row of grid) for (const cell of row) job[at++] = cell;
  }
  return job;
}

/** Header and job as a fork-server reads them (launcher.py, `HEADER`). */
export function encodeOrder(order: Order): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + order.job.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, order.id, true);
  view.setUint32(4, order.timeoutMs, true);
  view.setUint32(8, order.job.length, true);
  view.setUint16(12, order.count, true);
  view.setUint16(14, order.members, true);
  bytes.set(order.job, HEADER_BYTES);
  return bytes;
}

/** The first message in `bytes` and how long it is, or null while it is incomplete. */
export function decodeReply(bytes: Uint8Array): { reply: ServerReply; length: number } | null {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = HEADER_BYTES + view.getUint32(12, true);
  if (bytes.length < length) return null;
  const reply = {
    id: view.getUint32(0, true),
    kind: bytes[4],
    detail: bytes[5],
    micros: view.getUint32(8, true),
    bytes: bytes.slice(HEADER_BYTES, length),
  };
  return { reply, length };
}

/** The tier that a fork asks to be run in instead, or null. */
export function tierAskedFor(end: ForkEnd, tier: Tier): Tier | null {
  if (end.how !== "exited") return null;
  const asked = end.detail - RETRY;
  return asked > tier && asked <= 3 ? asked as Tier : null;
}

/**
 * The frames of a job's inputs. Frames that are missing are filled by how the fork ended; a frame
 * that is malformed ends the reading, and more bytes than the job can have is `output_limit`.
 */
export function decodeFrames(count: number, timeoutMs: number, end: ForkEnd): Frame[] {
  if (end.bytes.length > count * MAX_FRAME_BYTES) {
    const error = `wrote more than ${count * MAX_FRAME_BYTES} bytes of results`;
    return Array(count).fill(fault("output_limit", error));
  }
  const frames: Frame[] = [];
  let at = 0;
  while (at < end.bytes.length) {
    const read = frames.length < count ? readFrame(end.bytes, at) : null;
    if (read === null) return Array(count).fill(fault("killed", "malformed result"));
    frames.push(read.frame);
    at = read.next;
  }
  if (frames.length < count) {
    const missing = faultOf(end, timeoutMs);
    while (frames.length < count) frames.push(missing);
  }
  return frames;
}

/** The frame at `at` and where it ends, or null when it is malformed. */
export function readFrame(bytes: Uint8Array, at: number): { frame: Frame; next: number } | null {
  const outcome = OUTCOMES[bytes[at]];
  if (outcome === "ok") {
    const [height, width] = [bytes[at + 1], bytes[at + 2]];
    const next = at + 3 + height * width;
    if (!(height >= 1 && height <= MAX_SIDE && width >= 1 && width <= MAX_SIDE)) return null;
    if (next > bytes.length) return null;
    const output: number[][] = [];
    for (let row = at + 3; row < next; row += width) {
      output.push(Array.from(bytes.subarray(row, row + width)));
    }
    if (output.some((row) => row.some((cell) => cell > 9))) return null;
    return { frame: { outcome, output, error: null }, next };
  }
  if (!STATED.has(outcome) || at + 3 > bytes.length) return null;
  const length = bytes[at + 1] | bytes[at + 2] << 8;
  const next = at + 3 + length;
  if (length > MAX_ERROR_BYTES || next > bytes.length) return null;
  return { frame: fault(outcome, decoder.decode(bytes.subarray(at + 3, next))), next };
}

function faultOf(end: ForkEnd, timeoutMs: number): Frame {
  if (end.how === "timed_out" || (end.how === "signalled" && end.detail === SIGXCPU)) {
    return fault("timeout", `no result within ${timeoutMs} ms`);
  }
  if (end.how === "lost") return fault("killed", "its server died twice while running it");
  if (end.how === "signalled") {
    const why = end.detail === SIGSYS ? "forbidden system call" : `signal ${end.detail}`;
    return fault("killed", `ended by ${why}`);
  }
  if (end.detail === OUT_OF_MEMORY) return fault("memory", "MemoryError");
  return fault("killed", `exited with status ${end.detail} before giving a result`);
}

/** A frame without a grid; the error is one line of at most 200 characters. */
export function fault(outcome: Outcome, error: string): Frame {
  const line = error.split(/[\r\n]/, 1)[0];
  return { outcome, output: null, error: line.slice(0, MAX_ERROR).toWellFormed() };
}

const decoder = new TextDecoder();
