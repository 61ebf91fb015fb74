/**
 * Many short texts as two columns: all of them as one text, and how long each is.
 *
 * @module
 */
import type { Column } from "./column_bytes.ts";
import { Growing } from "./growing.ts";

/** Texts in the order in which they were added; none of them is held on to. */
export class TextColumn {
  readonly #bytes = new Growing(Uint8Array);
  readonly #lengths = new Growing(Uint32Array);

  get length(): number {
    return this.#lengths.length;
  }

  /** Adds a text; returns its number. */
  push(text: string): number {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 128) this.#bytes.push(unit);
      else {
        for (const byte of encoder.encode(text.slice(i))) this.#bytes.push(byte);
        break;
      }
    }
    this.#lengths.push(text.length);
    return this.#lengths.length - 1;
  }

  /** The columns `NAME` and `NAME_lengths`. */
  columns(name: string): Record<string, Column> {
    return { [name]: this.#bytes.values(), [`${name}_lengths`]: this.#lengths.values() };
  }
}

const encoder = new TextEncoder();

/** Reads the texts of {@link TextColumn.columns} by their numbers. */
export function textsOf(
  columns: Readonly<Record<string, Column>>,
  name: string,
): (number: number) => string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(columns[name]);
  const lengths = columns[`${name}_lengths`];
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i];
  return (number) => text.slice(starts[number], starts[number + 1]);
}
