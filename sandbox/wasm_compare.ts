/**
 * The code that sets a block of memory back: a module of WebAssembly, as only that compares 16 bytes
 * at once. What is the same is left alone, as reading is cheaper than writing.
 *
 * @module
 */
import { BinaryWriter, constant, leb, named, SECTION, section, VALUE } from "./wasm_binary.ts";

/** Memory is set back in units of this many bytes. */
export const BLOCK_BYTES = 4096;

/**
 * Sets the block of `guest` at one address to that of `image` at another.
 * @returns 1 if it was different, else 0
 */
export type Restore = (at: number, from: number) => number;

/** Taken before a realm is laid bare. */
const { Instance, Module } = WebAssembly;

/** Makes the function for two memories. */
export function makeRestore(guest: WebAssembly.Memory, image: WebAssembly.Memory): Restore {
  return new Instance(new Module(code()), { memories: { guest, image } }).exports
    .restore as Restore;
}

/** Parameters and locals, by index. */
const [AT, FROM, LEFT, DIFFERENCE] = [0, 1, 2, 3];
/** Steps of 16 bytes in a round of the loop. */
const UNROLLED = 8;

// By the names of the text format.
const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const END = 0x0b;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const ADD = 0x6a;
const SUB = 0x6b;
const TEE = 0x22;
const V128_OR = [0xfd, 0x50];
const V128_XOR = [0xfd, 0x51];
const V128_ANY_TRUE = [0xfd, 0x53];
const COPY_IMAGE_TO_GUEST = [0xfc, 0x0a, 0, 1];

function code(): Uint8Array<ArrayBuffer> {
  const round = 16 * UNROLLED;
  const body = [
    ...[2, 1, VALUE.i32, 1, VALUE.v128], // locals: LEFT, DIFFERENCE
    ...[...constant(BLOCK_BYTES / round), ...set(LEFT)],
    ...LOOP,
    ...get(DIFFERENCE),
    ...Array.from({ length: UNROLLED }, (_, i) => [...difference(16 * i), ...V128_OR]).flat(),
    ...set(DIFFERENCE),
    ...[...get(FROM), ...constant(round), ADD, ...set(FROM)],
    ...[...get(AT), ...constant(round), ADD, ...set(AT)],
    ...[...get(LEFT), ...constant(1), SUB, TEE, LEFT, BR_IF, 0, END],
    ...[...get(DIFFERENCE), ...V128_ANY_TRUE, ...IF],
    ...[...get(AT), ...constant(BLOCK_BYTES), SUB, ...get(FROM), ...constant(BLOCK_BYTES), SUB],
    ...[...constant(BLOCK_BYTES), ...COPY_IMAGE_TO_GUEST],
    ...[...constant(1), RETURN, END],
    ...[...constant(0), END],
  ];
  const module = new BinaryWriter(512);
  module.add([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  module.add(section(SECTION.type, [1, 0x60, 2, VALUE.i32, VALUE.i32, 1, VALUE.i32]));
  module.add(section(SECTION.import, [2], memory("guest"), memory("image")));
  module.add(section(SECTION.function, [1, 0]));
  module.add(section(SECTION.export, [1], named("restore"), [0, 0]));
  module.add(section(SECTION.code, [1], leb(body.length), body));
  return module.done();
}

/** 16 bytes at an offset in both memories, combined by xor. */
function difference(offset: number): number[] {
  const guest = [...get(AT), 0xfd, 0x00, 4, ...leb(offset)];
  const image = [...get(FROM), 0xfd, 0x00, 4 | 0x40, 1, ...leb(offset)];
  return [...guest, ...image, ...V128_XOR];
}

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

/** One to be imported, of any size. */
function memory(of: string): number[] {
  return [...named("memories"), ...named(of), 2, 0, 0];
}
