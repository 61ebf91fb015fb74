/**
 * Columns of numbers and a JSON head as bytes: checksummed, so that damage is seen, and read without
 * a copy. For files that are made from others and can be made again; native byte order.
 *
 *     "SOARCOL2" · CRC-32 of what follows · bytes of the head · head, JSON · columns
 *
 * Head and columns begin at multiples of eight, so that a column of bytes can be looked at as one of
 * wider numbers ({@link idsIn}, {@link floatsIn}).
 *
 * @module
 */
import { crc32 } from "node:zlib";

/** A column. */
export type Column = Uint8Array | Uint32Array;

/** What the bytes hold. */
export interface ColumnBytes<Head> {
  readonly head: Head;
  readonly columns: Readonly<Record<string, Column>>;
}

const MAGIC = new TextEncoder().encode("SOARCOL2");
const CRC_AT = 8;
const SIZE_AT = 12;
const HEAD_AT = 16;

/** Head and columns as bytes. */
export function encodeColumns<Head>(
  { head, columns }: ColumnBytes<Head>,
): Uint8Array<ArrayBuffer> {
  const named = Object.entries(columns);
  const layout = named.map(([name, column]) => [name, column.BYTES_PER_ELEMENT, column.length]);
  const headBytes = new TextEncoder().encode(JSON.stringify({ head, layout }));
  const size = named.reduce(
    (sum, [, { byteLength }]) => sum + padded(byteLength),
    HEAD_AT + padded(headBytes.length),
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(SIZE_AT, headBytes.length, true);
  bytes.set(headBytes, HEAD_AT);
  let at = HEAD_AT + padded(headBytes.length);
  for (const [, { buffer, byteOffset, byteLength }] of named) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += padded(byteLength);
  }
  view.setUint32(CRC_AT, crc32(bytes.subarray(SIZE_AT)), true);
  return bytes;
}

/**
 * Inverse of {@link encodeColumns}; the columns share the memory of the bytes.
 *
 * @typeParam Head what was encoded; the checksum is the proof
 * @returns null for bytes that are damaged, cut off or of another form
 */
export function decodeColumns<Head>(bytes: Uint8Array<ArrayBuffer>): ColumnBytes<Head> | null {
  if (bytes.length < HEAD_AT || MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(CRC_AT, true) !== crc32(bytes.subarray(SIZE_AT))) return null;
  const size = view.getUint32(SIZE_AT, true);
  const { head, layout } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(HEAD_AT, HEAD_AT + size)),
  ) as { head: Head; layout: [name: string, width: number, length: number][] };
  const columns: Record<string, Column> = {};
  let at = bytes.byteOffset + HEAD_AT + padded(size);
  for (const [name, width, length] of layout) {
    columns[name] = width === 1
      ? new Uint8Array(bytes.buffer, at, length)
      : new Uint32Array(bytes.buffer, at, length);
    at += padded(width * length);
  }
  return { head, columns };
}

/** Any numbers as a column of bytes. */
export function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** 64-bit ids in a column of bytes. */
export function idsIn({ buffer, byteOffset, byteLength }: Column): BigUint64Array {
  return new BigUint64Array(buffer, byteOffset, byteLength / 8);
}

/** Floats in a column of bytes. */
export function floatsIn({ buffer, byteOffset, byteLength }: Column): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}
