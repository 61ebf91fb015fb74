/**
 * One journal line: a JSON object whose last field is the CRC-32 of all before it.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import type { JournalRecord } from "./records.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const lenientDecoder = new TextDecoder();
/** Bytes of `,"crc":"xxxxxxxx"}`. */
const TAIL = 18;

/** The line of a record, with its line feed. */
export function encodeLine(record: JournalRecord): Uint8Array {
  const body = encoder.encode(JSON.stringify(record).slice(0, -1));
  const line = new Uint8Array(body.length + TAIL + 1);
  line.set(body);
  const crc = crc32(body).toString(16).padStart(8, "0");
  encoder.encodeInto(`,"crc":"${crc}"}\n`, line.subarray(body.length));
  return line;
}

/** The record of a line without its line feed, or what is wrong with it. */
export function decodeLine(line: Uint8Array): JournalRecord | string {
  const tail = lenientDecoder.decode(line.subarray(Math.max(0, line.length - TAIL)));
  const match = /^,"crc":"([0-9a-f]{8})"\}$/.exec(tail);
  if (!match) return "no checksum at the end of the line";
  const body = line.subarray(0, line.length - TAIL);
  const crc = crc32(body).toString(16).padStart(8, "0");
  if (crc !== match[1]) return `checksum ${crc}, the line says ${match[1]}`;
  return JSON.parse(decoder.decode(body) + "}") as JournalRecord;
}
