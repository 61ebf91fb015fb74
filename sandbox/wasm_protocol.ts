/**
 * What the main process and a `wasm` cell process say to each other on the cell's pipes, in
 * little-endian binary.
 *
 * Order (to the cell): id u32, deadline in milliseconds u32, length u32, then that many bytes: the
 * number of inputs as u16 and a job as {@link encodeJob} of protocol.ts lays it out. Message (from the cell): id u32, kind u8,
 * detail u8, flags u16, length u32, then that many bytes. For each order come any number of
 * `frames` and then one `exited`, `signalled` or `timed_out`; the id of all else is 0.
 *
 * Whatever comes out of a cell may have been written by a program: see wasm_process.ts.
 *
 * @module
 */

/** Kinds of {@link CellMessage}, by number. */
export const MESSAGE_KINDS = [
  "ready",
  "fault",
  "snapshot",
  "frames",
  "exited",
  "signalled",
  "timed_out",
] as const;

/** One of {@link MESSAGE_KINDS}. */
export type MessageKind = typeof MESSAGE_KINDS[number];

/** A message of a cell. */
export interface CellMessage {
  readonly id: number;
  readonly kind: MessageKind;
  /** Exit status, or the number of the signal that a native process would have died of. */
  readonly detail: number;
  /** Whether the program left traces that the cell cannot undo. */
  readonly tainted: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** An order as the cell reads it. */
export interface CellOrder {
  readonly id: number;
  readonly timeoutMs: number;
  /** Number of inputs. */
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Signal numbers that traps of WebAssembly are reported as. */
export const [SIGABRT, SIGSEGV] = [6, 11];

const ORDER_HEADER_BYTES = 12;
const MESSAGE_HEADER_BYTES = 12;

/** The bytes of an order for `count` inputs. */
export function encodeCellOrder(
  id: number,
  count: number,
  timeoutMs: number,
  job: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ORDER_HEADER_BYTES + 2 + job.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id, true);
  view.setUint32(4, Math.min(timeoutMs, 0xffff_ffff), true);
  view.setUint32(8, 2 + job.length, true);
  view.setUint16(ORDER_HEADER_BYTES, count, true);
  bytes.set(job, ORDER_HEADER_BYTES + 2);
  return bytes;
}

/** The first order in `bytes` and how long it is, or null while it is incomplete. */
export function decodeCellOrder(bytes: Uint8Array): { order: CellOrder; length: number } | null {
  if (bytes.length < ORDER_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = ORDER_HEADER_BYTES + view.getUint32(8, true);
  if (bytes.length < length) return null;
  const order = {
    id: view.getUint32(0, true),
    timeoutMs: view.getUint32(4, true),
    count: view.getUint16(ORDER_HEADER_BYTES, true),
    bytes: bytes.slice(ORDER_HEADER_BYTES, length),
  };
  return { order, length };
}

/** The bytes of a message. */
export function encodeMessage(message: CellMessage): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MESSAGE_HEADER_BYTES + message.bytes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, message.id, true);
  view.setUint8(4, MESSAGE_KINDS.indexOf(message.kind));
  view.setUint8(5, message.detail);
  view.setUint16(6, message.tainted ? 1 : 0, true);
  view.setUint32(8, message.bytes.length, true);
  bytes.set(message.bytes, MESSAGE_HEADER_BYTES);
  return bytes;
}

/**
 * The first message in `bytes` and how long it is; null while it is incomplete, "malformed" when it
 * cannot become one of at most `maxBytes`.
 */
export function decodeMessage(
  bytes: Uint8Array,
  maxBytes: number,
): { message: CellMessage; length: number } | null | "malformed" {
  if (bytes.length < MESSAGE_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = MESSAGE_KINDS[view.getUint8(4)];
  const [flags, size] = [view.getUint16(6, true), view.getUint32(8, true)];
  if (kind === undefined || flags > 1 || size > maxBytes) return "malformed";
  const length = MESSAGE_HEADER_BYTES + size;
  if (bytes.length < length) return null;
  const message = {
    id: view.getUint32(0, true),
    kind,
    detail: view.getUint8(5),
    tainted: flags === 1,
    bytes: bytes.slice(MESSAGE_HEADER_BYTES, length),
  };
  return { message, length };
}

/** The bytes of `a` and then of `b`. */
export function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
