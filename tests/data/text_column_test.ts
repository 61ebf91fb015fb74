import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeColumns, encodeColumns } from "../../data/column_bytes.ts";
import { TextColumn, textsOf } from "../../data/text_column.ts";

const texts = fc.array(fc.string({ unit: "grapheme" }));

Deno.test("texts and numbers come back from bytes, whatever their lengths", () => {
  fc.assert(fc.property(texts, fc.uint8Array(), fc.uint32Array(), (texts, small, large) => {
    const column = new TextColumn();
    assertEquals(texts.map((text) => column.push(text)), texts.map((_, i) => i));
    const columns = { small, ...column.columns("text"), large };
    const read = decodeColumns<string[]>(encodeColumns({ head: texts, columns }))!;
    assertEquals(read.head, texts);
    assertEquals([read.columns.small, read.columns.large], [small, large]);
    const text = textsOf(read.columns, "text");
    assertEquals(texts.map((_, i) => text(i)), texts);
  }));
});

Deno.test("bytes with any bit flipped, or cut off, are not read", () => {
  const bytes = encodeColumns({ head: "h", columns: { one: new Uint32Array([1, 2, 3]) } });
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const other = bytes.slice();
    other[bit >> 3] ^= 1 << (bit & 7);
    assertEquals(decodeColumns(other), null, `bit ${bit}`);
  }
  for (let length = 0; length < bytes.length; length++) {
    assertEquals(decodeColumns(bytes.slice(0, length)), null, `${length} bytes`);
  }
});
