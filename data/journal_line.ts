/**
 * One journal line: a JSON object whose last field is the CRC-32 of all before it.
 *
 * @module
 */
import { crc32 } from "node:zlib";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
/** `,"crc":"xxxxxxxx"}`, of which the checksum is digits. */
const TAIL = encoder.encode(',"crc":"00000000"}');
const DIGITS_FROM = 8;
const DIGITS_TO = 16;
const CLOSING_BRACE = 0x7d;

/** The line of an object, with its line feed. */
export function encodeLine(record: object): Uint8Array {
  const body = encoder.encode(JSON.stringify(record).slice(0, -1));
  const line = new Uint8Array(body.length + TAIL.length + 1);
  line.set(body);
  const crc = crc32(body).toString(16).padStart(8, "0");
  encoder.encodeInto(`,"crc":"${crc}"}\n`, line.subarray(body.length));
  return line;
}

/**
 * The object of a line without its line feed, or what is wrong with it.
 *
 * @typeParam T what such lines hold; a right checksum is the proof that it was written as such
 */
export function decodeLine<T extends object>(line: Uint8Array): T | string {
  return lineFault(line) ?? JSON.parse(lineText(line));
}

/** The JSON of a line that has no fault. */
export function lineText(line: Uint8Array): string {
  const end = line.length - TAIL.length;
  // The text is read with a brace where the checksum begins: one copy less of every line.
  const comma = line[end];
  line[end] = CLOSING_BRACE;
  const text = decoder.decode(line.subarray(0, end + 1));
  line[end] = comma;
  return text;
}

/** What is wrong with a line without its line feed, by its checksum; null = nothing. */
export function lineFault(line: Uint8Array): string | null {
  const end = line.length - TAIL.length;
  const said = checksumAt(line, end);
  if (said < 0) return "no checksum at the end of the line";
  const crc = crc32(line.subarray(0, end));
  return crc === said ? null : `checksum ${hex(crc)}, the line says ${hex(said)}`;
}

/** The number a line's tail states, or -1 when it is no such tail. */
function checksumAt(line: Uint8Array, tail: number): number {
  if (tail < 0) return -1;
  let crc = 0;
  for (let i = 0; i < TAIL.length; i++) {
    const byte = line[tail + i];
    if (i < DIGITS_FROM || i >= DIGITS_TO) {
      if (byte !== TAIL[i]) return -1;
      continue;
    }
    const digit = byte >= 0x30 && byte <= 0x39
      ? byte - 0x30
      : byte >= 0x61 && byte <= 0x66
      ? byte - 0x57
      : -1;
    if (digit < 0) return -1;
    crc = crc * 16 + digit;
  }
  return crc;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
