/**
 * Reading and writing the binary format of WebAssembly, as far as {@link tracked} needs it.
 *
 * Numbers are those of the core specification, version 3.0, and of the exception handling that came
 * before it.
 *
 * @module
 */

/** Numbers of sections. */
export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  export: 7,
  code: 10,
} as const;

/** Numbers of value types. */
export const VALUE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Reads from front to back. */
export class BinaryReader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError("the module ends too early");
    return this.bytes[this.at++];
  }

  /** An unsigned number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** Passes over a number of any size. */
  skipNumber(): void {
    while (this.byte() >= 128);
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Passes over a vector of numbers. */
  skipNumbers(): void {
    for (let left = this.number(); left > 0; left--) this.skipNumber();
  }

  skipName(): void {
    this.skip(this.number());
  }
}

/** Bytes that grow. */
export class BinaryWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: ArrayLike<number>): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#length + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What has been added so far. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** An unsigned number in LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 | 128);
  return [...bytes, value];
}

/** The bytes of an `i32.const` of a number of 32 bits, whatever its sign. */
export function constant(value: number): number[] {
  const bytes = [0x41];
  for (let left = value | 0;; left >>= 7) {
    const low = left & 127;
    const isLast = (left >> 7 === 0 && low < 64) || (left >> 7 === -1 && low >= 64);
    if (isLast) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** A name, as its length and its letters. */
export function named(text: string): number[] {
  const letters = new TextEncoder().encode(text);
  return [...leb(letters.length), ...letters];
}

/** A section of a module. */
export function section(id: number, ...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new BinaryWriter(size + 8);
  bytes.add([id, ...leb(size)]);
  for (const part of parts) bytes.add(part);
  return bytes.done();
}
