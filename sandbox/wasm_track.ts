/**
 * Rewrites a module of WebAssembly so that it notes, in a memory of its own that it cannot otherwise
 * reach, which blocks of its memory it has written to.
 *
 * After each instruction that writes, the byte of the block that it wrote to is set to 1. A write
 * may reach into the block after it, which is not noted. Whoever calls the module sets the notes
 * back, and notes what is written from outside.
 *
 * @module
 */
import {
  BinaryReader,
  BinaryWriter,
  constant,
  leb,
  named,
  SECTION,
  section,
  VALUE,
} from "./wasm_binary.ts";
import { type Write, writesOf } from "./wasm_instructions.ts";

/** Under this name the notes are exported, a memory. */
export const NOTES = "soar_notes";
/** Bits of an address within a block: 4 KiB. */
export const BLOCK_BITS = 12;
/** Size of the notes: a byte for each block of 4 GiB, in pages of 64 KiB. */
const NOTES_PAGES = 2 ** (32 - BLOCK_BITS) / 65_536;

/** What has to be known of a module before its code can be rewritten. */
interface Shape {
  /** Number of parameters, by type and by function of its own. */
  readonly parameters: number[];
  readonly types: number[];
  importedFunctions: number;
  functions: number;
}

/**
 * Rewrites a module that has one memory, of 32-bit addresses.
 * @throws RangeError where it has something that is not known here
 */
export function tracked(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new BinaryReader(module, 8);
  const out = new BinaryWriter(module.length * 1.5);
  out.add(module.subarray(0, 8));
  const shape: Shape = { parameters: [], types: [], importedFunctions: 0, functions: 0 };
  let markType = 0;
  let hasMemory = false;
  while (reader.at < module.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    const rest = () => module.subarray(reader.at, end);
    if (id === SECTION.type) {
      const count = reader.number();
      const body = rest();
      readTypes(reader, count, shape);
      markType = count;
      out.add(section(id, leb(count + 1), body, [0x60, 2, VALUE.i32, VALUE.i32, 0]));
    } else if (id === SECTION.import) {
      hasMemory = readImports(reader, shape);
      if (hasMemory) throw new RangeError("a module that imports its memory");
      out.add(module.subarray(start, end));
    } else if (id === SECTION.function) {
      const count = reader.number();
      const body = rest();
      for (let i = 0; i < count; i++) shape.types.push(reader.number());
      shape.functions = shape.importedFunctions + count;
      out.add(section(id, leb(count + 1), body, leb(markType)));
    } else if (id === SECTION.memory) {
      if (reader.number() !== 1) throw new RangeError("a module with several memories");
      hasMemory = true;
      out.add(section(id, [2], rest(), [1, ...leb(NOTES_PAGES), ...leb(NOTES_PAGES)]));
    } else if (id === SECTION.export) {
      const count = reader.number();
      out.add(section(id, leb(count + 1), rest(), [...named(NOTES), 2, 1]));
    } else if (id === SECTION.code) {
      if (!hasMemory) throw new RangeError("a module without a memory");
      out.add(rewrittenCode(reader, shape));
    } else {
      out.add(module.subarray(start, end));
    }
    reader.at = end;
  }
  return out.done();
}

function readTypes(reader: BinaryReader, count: number, shape: Shape): void {
  for (let i = 0; i < count; i++) {
    if (reader.byte() !== 0x60) throw new RangeError("a type that is no function");
    const parameters = reader.number();
    reader.skip(parameters);
    reader.skip(reader.number());
    shape.parameters.push(parameters);
  }
}

/** @returns whether a memory is imported */
function readImports(reader: BinaryReader, shape: Shape): boolean {
  let hasMemory = false;
  for (let left = reader.number(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === 0) {
      shape.importedFunctions++;
      reader.skipNumber();
    } else if (kind === 1) {
      reader.skip(1);
      skipLimits(reader);
    } else if (kind === 2) {
      hasMemory = true;
      skipLimits(reader);
    } else if (kind === 3 || kind === 4) {
      reader.skip(1);
      reader.skipNumber();
    } else throw new RangeError(`an import of kind ${kind}`);
  }
  return hasMemory;
}

function skipLimits(reader: BinaryReader): void {
  const hasMaximum = (reader.byte() & 1) === 1;
  reader.skipNumber();
  if (hasMaximum) reader.skipNumber();
}

function rewrittenCode(reader: BinaryReader, shape: Shape): Uint8Array<ArrayBuffer> {
  const count = reader.number();
  const out = new BinaryWriter((reader.bytes.length - reader.at) * 1.5);
  for (let i = 0; i < count; i++) {
    const size = reader.number();
    const end = reader.at + size;
    const body = rewrittenBody(reader, end, shape.parameters[shape.types[i]], shape.functions);
    out.add(leb(body.length));
    out.add(body);
  }
  out.add(leb(MARK_RANGE.length));
  out.add(MARK_RANGE);
  return section(SECTION.code, leb(count + 1), out.done());
}

function rewrittenBody(
  reader: BinaryReader,
  end: number,
  parameters: number,
  markRange: number,
): Uint8Array {
  const { bytes } = reader;
  const start = reader.at;
  const groups = reader.number();
  const groupsAt = reader.at;
  let locals = parameters;
  for (let i = 0; i < groups; i++) {
    locals += reader.number();
    reader.skipNumber();
  }
  const codeAt = reader.at;
  const writes = writesOf(reader, end);
  if (writes.length === 0) return bytes.subarray(start, end);
  const added = new AddedLocals(locals);
  for (const { takes } of writes) added.need(takes);
  const out = new BinaryWriter(end - start + 24 * writes.length + 16);
  out.add(leb(groups + added.types.length));
  out.add(bytes.subarray(groupsAt, codeAt));
  for (const type of added.types) out.add([1, type]);
  let at = codeAt;
  for (const write of writes) {
    out.add(bytes.subarray(at, write.from));
    at = write.to;
    addNoted(out, write, bytes.subarray(write.from, write.to), added, markRange);
  }
  out.add(bytes.subarray(at, end));
  return out.done();
}

/** Locals that keep the operands of a write, one each of what is needed. */
class AddedLocals {
  readonly types: number[] = [];
  #first: number;
  #of = new Map<string, number>();

  constructor(first: number) {
    this.#first = first;
  }

  need(takes: Write["takes"]): void {
    this.#add("address", VALUE.i32);
    if (takes === "range") {
      this.#add("second", VALUE.i32);
      this.#add(`value ${VALUE.i32}`, VALUE.i32);
    } else {
      this.#add(`value ${takes}`, takes);
    }
  }

  get(name: string): number[] {
    return leb(this.#of.get(name)!);
  }

  #add(name: string, type: number): void {
    if (this.#of.has(name)) return;
    this.#of.set(name, this.#first + this.types.length);
    this.types.push(type);
  }
}

function addNoted(
  out: BinaryWriter,
  { takes, offset }: Write,
  write: Uint8Array,
  locals: AddedLocals,
  markRange: number,
): void {
  const address = locals.get("address");
  if (takes === "range") {
    const [second, length] = [locals.get("second"), locals.get(`value ${VALUE.i32}`)];
    out.add([SET, ...length, SET, ...second, TEE, ...address, GET, ...second, GET, ...length]);
    out.add(write);
    out.add([GET, ...address, GET, ...length, CALL, ...leb(markRange)]);
    return;
  }
  const value = locals.get(`value ${takes}`);
  out.add([SET, ...value, TEE, ...address, GET, ...value]);
  out.add(write);
  out.add([GET, ...address]);
  if (offset > 0) out.add([...constant(offset), ADD]);
  out.add(MARK_BLOCK);
}

const [GET, SET, TEE, CALL, ADD, SUB, SHIFT_RIGHT] = [0x20, 0x21, 0x22, 0x10, 0x6a, 0x6b, 0x76];
const STORE_BYTE_IN_NOTES = [0x3a, 0x40, 1, 0];
/** Takes an address from the stack. */
const MARK_BLOCK = [...constant(BLOCK_BITS), SHIFT_RIGHT, ...constant(1), ...STORE_BYTE_IN_NOTES];
/** A function of a first address and a length, in bytes. */
const MARK_RANGE = [
  ...[0, 0x02, 0x40], // no locals; a block
  ...[GET, 1, 0x45, 0x0d, 0], // left if there is no length
  ...[GET, 0, GET, 1, ADD, ...constant(1), SUB, ...constant(BLOCK_BITS), SHIFT_RIGHT, SET, 1],
  ...[GET, 0, ...constant(BLOCK_BITS), SHIFT_RIGHT, SET, 0],
  ...[0x03, 0x40], // a loop, from the first block to the last
  ...[GET, 0, ...constant(1), ...STORE_BYTE_IN_NOTES],
  ...[GET, 0, GET, 1, 0x49, 0x04, 0x40, GET, 0, ...constant(1), ADD, SET, 0, 0x0c, 1, 0x0b],
  ...[0x0b, 0x0b, 0x0b],
];
