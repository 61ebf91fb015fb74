/**
 * An image of the interpreter's memory, and the way back to it.
 *
 * Only blocks that are not all zero are kept. Blocks that have been written to are compared with the
 * image and set back where they differ (wasm_compare.ts): those that the interpreter has noted
 * (wasm_track.ts) and the ones after them, or all, where something has written that takes no notes.
 *
 * @module
 */
import { BLOCK_BYTES, makeRestore, type Restore } from "./wasm_compare.ts";
import { BLOCK_BITS } from "./wasm_track.ts";

/** Taken before a realm is laid bare. */
const { Memory } = WebAssembly;
const PAGE_BYTES = 65_536;

/** The image. */
export class MemoryImage {
  /** Length of the memory when the image was taken. */
  readonly bytes: number;
  #memory: WebAssembly.Memory;
  #notes: Uint8Array | null;
  #restore: Restore;
  /** Where each block is in the image; the first block there is zero, for all that are. */
  #places: Uint32Array;
  #all = false;

  /**
   * Takes it.
   * @param notes of the interpreter; null if not all that writes takes notes
   */
  constructor(memory: WebAssembly.Memory, notes: WebAssembly.Memory | null) {
    const pages = memory.buffer.byteLength / PAGE_BYTES;
    this.bytes = memory.buffer.byteLength;
    this.#memory = memory;
    this.#notes = notes && new Uint8Array(notes.buffer);
    this.#notes?.fill(0);
    // What is not written to takes no place but that of its addresses.
    const image = new Memory({ initial: pages + 1, maximum: pages + 1 });
    const keep = makeRestore(image, memory);
    this.#places = new Uint32Array(this.bytes / BLOCK_BYTES);
    let end = BLOCK_BYTES;
    for (let block = 0; block < this.#places.length; block++) {
      if (keep(end, block * BLOCK_BYTES) === 0) continue; // as zero as the end of the image
      this.#places[block] = end;
      end += BLOCK_BYTES;
    }
    this.#restore = makeRestore(memory, image);
  }

  /** Notes a write from outside, of at most a block. */
  note(address: number): void {
    if (this.#notes !== null) this.#notes[address >>> BLOCK_BITS] = 1;
  }

  /** Notes that anything may have been written. */
  noteAll(): void {
    this.#all = true;
  }

  /** Sets the memory back; what it has grown by is zero. @returns blocks that were different */
  restore(): number {
    const blocks = this.#memory.buffer.byteLength / BLOCK_BYTES;
    const notes = this.#notes;
    let changed = 0;
    if (notes === null || this.#all) {
      for (let block = 0; block < blocks; block++) changed += this.#set(block);
    } else {
      let wasNoted = false;
      for (let block = 0; block < blocks; block++) {
        const isNoted = notes[block] !== 0;
        if (isNoted || wasNoted) changed += this.#set(block);
        wasNoted = isNoted;
      }
    }
    notes?.fill(0, 0, blocks);
    this.#all = false;
    return changed;
  }

  #set(block: number): number {
    const at = block * BLOCK_BYTES;
    return this.#restore(at, this.#places[block] ?? 0);
  }
}
