/**
 * Takes orders from the pipe of a cell process and answers them on the other, one after the other
 * and without an event loop.
 *
 * @module
 */
import { readPipe, writePipe } from "./wasm_prelude.ts";
import {
  type CellMessage,
  type CellOrder,
  concatenated,
  decodeCellOrder,
  encodeMessage,
} from "./wasm_protocol.ts";
import type { Runner } from "./wasm_runner.ts";

const NOTHING = new Uint8Array(0);
const READ_BYTES = 1 << 16;

/** The answers to orders. */
export class Answers {
  #id = 0;
  #awaited = 0;
  /** The frame of the last input: it goes out with the end, which nothing comes before. */
  #held: Uint8Array<ArrayBuffer> = NOTHING;

  /** Begins that of an order. */
  begin({ id, count }: CellOrder): void {
    this.#id = id;
    this.#awaited = count;
  }

  /** What a program has written; each frame is one write. */
  frames(bytes: Uint8Array<ArrayBuffer>): void {
    const message = this.#message("frames", 0, false, bytes);
    if (--this.#awaited === 0) {
      this.#held = message;
      return;
    }
    this.#write(message);
  }

  /** Ends it. */
  end(kind: CellMessage["kind"], detail: number, tainted: boolean): void {
    this.#write(this.#message(kind, detail, tainted, NOTHING));
  }

  #message(
    kind: CellMessage["kind"],
    detail: number,
    tainted: boolean,
    bytes: Uint8Array<ArrayBuffer>,
  ): Uint8Array<ArrayBuffer> {
    return encodeMessage({ id: this.#id, kind, detail, tainted, bytes });
  }

  #write(message: Uint8Array<ArrayBuffer>): void {
    const bytes = this.#held.length === 0 ? message : concatenated(this.#held, message);
    this.#held = NOTHING;
    for (let at = 0; at < bytes.length;) at += writePipe(bytes.subarray(at));
  }
}

/** Runs what is ordered until the pipe ends. */
export function serveOrders(runner: Runner, answers: Answers): void {
  const part = new Uint8Array(READ_BYTES);
  let bytes: Uint8Array<ArrayBuffer> = NOTHING;
  for (;;) {
    const next = decodeCellOrder(bytes);
    if (next === null) {
      const length = readPipe(part);
      if (length === null) return;
      bytes = concatenated(bytes, part.subarray(0, length));
      continue;
    }
    bytes = bytes.subarray(next.length);
    const { order } = next;
    answers.begin(order);
    const { how, detail } = runner.run(order.bytes, order.timeoutMs);
    answers.end(how, detail, how === "signalled" || runner.isTainted());
    runner.restore(); // while whoever ordered reads the answer
  }
}
