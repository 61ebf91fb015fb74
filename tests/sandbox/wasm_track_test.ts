import { assert, assertEquals, assertThrows } from "@std/assert";
import { BLOCK_BYTES } from "../../sandbox/wasm_compare.ts";
import {
  BinaryWriter,
  constant,
  leb,
  named,
  SECTION,
  section,
  VALUE,
} from "../../sandbox/wasm_binary.ts";
import { MemoryImage } from "../../sandbox/wasm_image.ts";
import { NOTES, tracked } from "../../sandbox/wasm_track.ts";
import { seededRandom } from "../../search/random.ts";

const PAGES = 1;
const BYTES = PAGES * 65_536;
const OFFSET = 5_000;
const [ADDRESS, LENGTH] = [[0x20, 0], [0x20, 1]];
const VECTOR = [0xfd, 12, ...Array(16).fill(7)];
const [WIDE, SINGLE, DOUBLE] = [
  [0x42, 7],
  [0x43, 7, 7, 7, 7],
  [0x44, 7, 7, 7, 7, 7, 7, 7, 7],
];
const AT = [0, ...leb(OFFSET)];

/** Functions of an address and a length, each with one instruction that writes. */
const WRITING: Record<string, readonly number[]> = {
  "i32.store": [...ADDRESS, ...constant(-1), 0x36, ...AT],
  "i32.store8": [...ADDRESS, ...constant(-1), 0x3a, ...AT],
  "i32.store16": [...ADDRESS, ...constant(-1), 0x3b, ...AT],
  "i64.store": [...ADDRESS, ...WIDE, 0x37, ...AT],
  "i64.store8": [...ADDRESS, ...WIDE, 0x3c, ...AT],
  "i64.store16": [...ADDRESS, ...WIDE, 0x3d, ...AT],
  "i64.store32": [...ADDRESS, ...WIDE, 0x3e, ...AT],
  "f32.store": [...ADDRESS, ...SINGLE, 0x38, ...AT],
  "f64.store": [...ADDRESS, ...DOUBLE, 0x39, ...AT],
  "v128.store": [...ADDRESS, ...VECTOR, 0xfd, 11, ...AT],
  "v128.store8_lane": [...ADDRESS, ...VECTOR, 0xfd, 88, ...AT, 3],
  "v128.store64_lane": [...ADDRESS, ...VECTOR, 0xfd, 91, ...AT, 1],
  "memory.fill": [...ADDRESS, ...constant(9), ...LENGTH, 0xfc, 11, 0],
  "memory.copy": [...ADDRESS, ...constant(1), ...LENGTH, 0xfc, 10, 0, 0],
};

/** A module with these functions, exported by their names, and a memory. */
function moduleOf(functions: Record<string, readonly number[]>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const out = new BinaryWriter(4_096);
  out.add([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  out.add(section(SECTION.type, [1, 0x60, 2, VALUE.i32, VALUE.i32, 0]));
  out.add(section(SECTION.function, leb(entries.length), entries.map(() => 0)));
  out.add(section(SECTION.memory, [1, 0, PAGES]));
  const names = entries.flatMap(([name], i) => [...named(name), 0, i]);
  out.add(section(SECTION.export, leb(entries.length + 1), names, [...named("memory"), 2, 0]));
  const bodies = entries.flatMap(([, code]) => {
    const body = [1, 1, VALUE.f64, ...code, 0x0b]; // with a local of its own, unused
    return [...leb(body.length), ...body];
  });
  out.add(section(SECTION.code, leb(entries.length), bodies));
  return out.done();
}

interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly notes: WebAssembly.Memory;
  call(name: string, address: number, length: number): void;
}

function instantiate(): Instance {
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(tracked(moduleOf(WRITING))),
  );
  return {
    memory: exports.memory as WebAssembly.Memory,
    notes: exports[NOTES] as WebAssembly.Memory,
    call: (name, address, length) =>
      (exports[name] as (address: number, length: number) => void)(address, length),
  };
}

Deno.test("tracked() notes each block that is written to, by every instruction", async (t) => {
  const { memory, notes, call } = instantiate();
  const bytes = new Uint8Array(memory.buffer);
  const noted = new Uint8Array(notes.buffer);
  const random = seededRandom("track");
  for (const name of Object.keys(WRITING)) {
    await t.step(name, () => {
      let changed = 0;
      for (let i = 0; i < 80; i++) {
        const room = BYTES - OFFSET - 16;
        // Often at the edge of a block.
        const block = BLOCK_BYTES * Math.floor(random() * (room / BLOCK_BYTES));
        const address = Math.min(room, block + Math.floor(random() * 40));
        const length = Math.floor(random() * Math.min(3 * BLOCK_BYTES, BYTES - address));
        bytes.fill(1);
        bytes[1] = 5; // so that what is copied differs
        noted.fill(0);
        const before = bytes.slice();
        call(name, address, length);
        for (let at = 0; at < BYTES; at++) {
          if (bytes[at] === before[at]) continue;
          changed++;
          const which = Math.floor(at / BLOCK_BYTES);
          assert(noted[which] === 1 || noted[which - 1] === 1, `${name} at ${at} is not noted`);
        }
        const many = noted.reduce((sum, one) => sum + one, 0);
        assert(many <= 2 + length / BLOCK_BYTES, `${many} blocks for one write`);
      }
      assert(changed > 0, "nothing was written");
    });
  }
});

Deno.test("MemoryImage sets back what was written, grown and noted from outside", () => {
  const { memory, notes, call } = instantiate();
  const random = seededRandom("image");
  const first = new Uint8Array(memory.buffer);
  for (let at = 0; at < BYTES; at += 97) {
    // The second quarter stays zero.
    if (at < BYTES / 4 || at > BYTES / 2) first[at] = 1 + Math.floor(random() * 255);
  }
  const image = new MemoryImage(memory, notes);
  const before = first.slice();
  const names = Object.keys(WRITING);
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < 20; i++) {
      const address = Math.floor(random() * (BYTES - OFFSET - 16));
      const name = names[Math.floor(random() * names.length)];
      call(name, address, Math.floor(random() * Math.min(9_999, BYTES - address)));
    }
    image.restore();
    assertEquals(image.restore(), 0);
    assert(same(new Uint8Array(memory.buffer), before));
  }
  const bytes = new Uint8Array(memory.buffer);
  bytes[3 * BLOCK_BYTES + 7] ^= 1;
  assertEquals(image.restore(), 0, "nobody noted it");
  image.note(3 * BLOCK_BYTES + 9);
  assertEquals(image.restore(), 1);
  bytes[BYTES - 1] ^= 1;
  image.noteAll();
  assertEquals(image.restore(), 1);
  assert(same(bytes, before));
  memory.grow(1);
  call("i32.store", BYTES, 0);
  assertEquals(image.restore(), 1);
  const grown = new Uint8Array(memory.buffer);
  assert(same(grown.subarray(0, BYTES), before));
  assert(grown.subarray(BYTES).every((byte) => byte === 0));
});

Deno.test("MemoryImage without notes compares all", () => {
  const { memory } = instantiate();
  const image = new MemoryImage(memory, null);
  const bytes = new Uint8Array(memory.buffer);
  for (const at of [0, BLOCK_BYTES, BYTES - 1]) bytes[at] = 1;
  assertEquals(image.restore(), 3);
  assert(bytes.every((byte) => byte === 0));
});

Deno.test("tracked() refuses what it does not know", () => {
  const unknown = moduleOf({ f: [0x27] });
  assertThrows(() => tracked(unknown), RangeError, "not known");
  const atomic = moduleOf({ f: [...ADDRESS, ...constant(1), 0xfe, 0x17, 2, 0] });
  assertThrows(() => tracked(atomic), RangeError, "not known");
  const whole = moduleOf(WRITING);
  assertThrows(() => tracked(whole.subarray(0, whole.length - 3)), RangeError);
});

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
