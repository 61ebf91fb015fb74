/**
 * Passes over the instructions of a function and finds those that write to memory.
 *
 * An instruction that is not known is an error: whoever asks may rely on having seen all.
 *
 * @module
 */
import { type BinaryReader, VALUE } from "./wasm_binary.ts";

/** An instruction that writes to memory, by where its bytes are. */
export interface Write {
  readonly from: number;
  readonly to: number;
  /** What it takes from the stack above an address: a value of this type, or two numbers. */
  readonly takes: number | "range";
  /** Added to the address. */
  readonly offset: number;
}

/** Control and variables: which immediates follow. */
const PLAIN: Readonly<Record<number, "none" | "block" | "number" | "two" | "memory">> = {
  ...fill([0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1, 0xd3], "none"),
  ...fill([0x02, 0x03, 0x04, 0x06], "block"),
  ...fill([0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18], "number"),
  ...fill([0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0x41, 0x42], "number"),
  ...fill([0xd0, 0xd2, 0xd4, 0xd5, 0xd6], "number"),
  ...fill([0x11, 0x13], "two"),
  ...fill(range(0x28, 0x35), "memory"),
  ...fill(range(0x45, 0xc4), "none"),
};

/** Plain stores, by what they store. */
const STORES: Readonly<Record<number, number>> = {
  ...fill([0x36, 0x3a, 0x3b], VALUE.i32),
  ...fill([0x37, 0x3c, 0x3d, 0x3e], VALUE.i64),
  ...fill([0x38], VALUE.f32),
  ...fill([0x39], VALUE.f64),
};

/** All writes from where `reader` is up to `end`. @throws RangeError at an unknown instruction */
export function writesOf(reader: BinaryReader, end: number): Write[] {
  const writes: Write[] = [];
  while (reader.at < end) {
    const from = reader.at;
    const code = reader.byte();
    if (code in STORES) {
      const offset = memoryArgument(reader);
      writes.push({ from, to: reader.at, takes: STORES[code], offset });
    } else if (code === 0xfc) {
      if (bulk(reader)) writes.push({ from, to: reader.at, takes: "range", offset: 0 });
    } else if (code === 0xfd) {
      const offset = vector(reader);
      if (offset !== null) writes.push({ from, to: reader.at, takes: VALUE.v128, offset });
    } else {
      pass(reader, code);
    }
  }
  return writes;
}

function pass(reader: BinaryReader, code: number): void {
  const kind = PLAIN[code];
  if (kind === "number" || kind === "block") reader.skipNumber();
  else if (kind === "two") {
    reader.skipNumber();
    reader.skipNumber();
  } else if (kind === "memory") memoryArgument(reader);
  else if (code === 0x0e) {
    reader.skipNumbers();
    reader.skipNumber();
  } else if (code === 0x1c) reader.skipNumbers();
  else if (code === 0x43) reader.skip(4);
  else if (code === 0x44) reader.skip(8);
  else if (code === 0x1f) {
    reader.skipNumber();
    for (let left = reader.number(); left > 0; left--) {
      if (reader.byte() < 2) reader.skipNumber(); // those that name a tag
      reader.skipNumber();
    }
  } else if (kind === undefined) unknown(reader, code);
}

/** Instructions after 0xfc. @returns whether it writes a range of memory */
function bulk(reader: BinaryReader): boolean {
  const code = reader.number();
  if (code <= 7) return false; // conversions
  reader.skipNumber(); // a segment, a table or a memory
  const isOne = code === 9 || code === 11 || code === 13 || code >= 15;
  if (!isOne) reader.skipNumber();
  if (code > 17) unknown(reader, code);
  return code === 8 || code === 10 || code === 11;
}

/** Instructions after 0xfd. @returns the offset if it stores, else null */
function vector(reader: BinaryReader): number | null {
  const code = reader.number();
  if (code <= 10 || code === 92 || code === 93) {
    memoryArgument(reader);
    return null;
  }
  if (code === 11) return memoryArgument(reader);
  if (code === 12 || code === 13) reader.skip(16);
  else if (code >= 21 && code <= 34) reader.skip(1);
  else if (code >= 84 && code <= 91) {
    const offset = memoryArgument(reader);
    reader.skip(1);
    return code >= 88 ? offset : null;
  } else if (code > 275) unknown(reader, code);
  return null;
}

/** @returns the offset */
function memoryArgument(reader: BinaryReader): number {
  if (reader.number() >= 64) throw new RangeError("a module with several memories");
  return reader.number();
}

function unknown(reader: BinaryReader, code: number): never {
  throw new RangeError(`instruction ${code} before byte ${reader.at} is not known`);
}

function fill<T>(codes: readonly number[], value: T): Record<number, T> {
  return Object.fromEntries(codes.map((code) => [code, value]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
