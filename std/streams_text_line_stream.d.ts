/** Types of npm:deno-std's `streams/text_line_stream.js`, which is published without any. */

/** Cuts text into lines at `\n` or `\r\n`, which are left out. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: { readonly allowCR?: boolean });
}
