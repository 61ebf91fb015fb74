/**
 * The lines of a byte stream.
 *
 * @module
 */
// @ts-types="../std/streams_text_line_stream.d.ts"
import { TextLineStream } from "@std/streams/text-line-stream";

/** UTF-8 bytes as lines without their line feeds. */
export function textLines(bytes: ReadableStream<Uint8Array>): ReadableStream<string> {
  return bytes.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new TextLineStream());
}
