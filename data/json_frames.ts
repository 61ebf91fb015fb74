/**
 * Messages to and from a process: JSON behind its length in bytes, four bytes big-endian.
 *
 * @module
 */

const HEAD = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One message as bytes. @throws RangeError when it is longer than 4 GiB */
export function frameOf(message: unknown): Uint8Array<ArrayBuffer> {
  const text = encoder.encode(JSON.stringify(message));
  if (text.length > 0xffffffff) throw new RangeError(`message of ${text.length} bytes`);
  const frame = new Uint8Array(HEAD + text.length);
  new DataView(frame.buffer).setUint32(0, text.length);
  frame.set(text, HEAD);
  return frame;
}

/** The messages of a stream; one that is cut off at its end is left out. */
export async function* messagesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let wanted = HEAD;
  for await (const part of stream) {
    parts.push(part);
    held += part.length;
    while (held >= wanted) {
      const all = joined(parts, held);
      const length = new DataView(all.buffer, all.byteOffset).getUint32(0);
      wanted = HEAD + length;
      parts = [all];
      if (held < wanted) break;
      yield JSON.parse(decoder.decode(all.subarray(HEAD, wanted)));
      parts = [all.subarray(wanted)];
      held -= wanted;
      wanted = HEAD;
    }
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
