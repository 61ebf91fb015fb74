/**
 * Rows gathered by column and written as an Arrow IPC stream.
 *
 * Typed arrays for numbers and one buffer of bytes for text: row-wise Arrow builders are ten times
 * slower. Three kinds of column are enough, because the statement that takes the rows over casts
 * them to the types of its table.
 *
 * @module
 */
import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  TimestampMillisecond,
  Uint64,
  Utf8,
} from "apache-arrow";
import type { Data, DataType } from "apache-arrow";

/** `id` is a 64-bit hash as a decimal string, `time` UTC milliseconds since 1970. */
export type ColumnKind = "text" | "id" | "number" | "flag" | "time";

/** Names and kinds of the columns of a table. */
export type Columns = Readonly<Record<string, ColumnKind>>;

/** One row: a value or null for every column. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** The rows as an Arrow IPC stream; flags become 0 or 1. */
export function rowsToIpc(columns: Columns, rows: readonly Row[]): Uint8Array {
  const names = Object.keys(columns);
  const children = names.map((name) => columnData(columns[name], name, rows));
  const fields = names.map((name, i) => new Field(name, children[i].type, true));
  const schema = new Schema(fields);
  const type = new Struct(fields);
  const data = makeData({ type, length: rows.length, nullCount: 0, children });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), "stream");
}

function columnData(kind: ColumnKind, name: string, rows: readonly Row[]): Data<DataType> {
  const nulls = nullsOf(name, rows);
  if (kind === "text") return textData(name, rows, nulls);
  if (kind === "id") {
    const data = new BigUint64Array(rows.length);
    rows.forEach((row, i) => data[i] = BigInt(row[name] as string | null ?? 0));
    return makeData({ type: new Uint64(), length: rows.length, data, ...nulls });
  }
  if (kind === "time") {
    const data = new BigInt64Array(rows.length);
    rows.forEach((row, i) => data[i] = BigInt(row[name] as number | null ?? 0));
    return makeData({ type: new TimestampMillisecond(), length: rows.length, data, ...nulls });
  }
  const data = new Float64Array(rows.length);
  rows.forEach((row, i) => data[i] = Number(row[name] ?? 0));
  return makeData({ type: new Float64(), length: rows.length, data, ...nulls });
}

interface Nulls {
  readonly nullCount: number;
  /** One bit a row, set where there is a value. */
  readonly nullBitmap: Uint8Array | undefined;
}

function nullsOf(name: string, rows: readonly Row[]): Nulls {
  let nullCount = 0;
  const nullBitmap = new Uint8Array(Math.ceil(rows.length / 64) * 8);
  rows.forEach((row, i) => {
    if (row[name] === null) nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  return { nullCount, nullBitmap: nullCount > 0 ? nullBitmap : undefined };
}

/** UTF-8 bytes are at most three for each UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

const encoder = new TextEncoder();

function textData(name: string, rows: readonly Row[], nulls: Nulls): Data<Utf8> {
  const texts = rows.map((row) => row[name] as string | null ?? "");
  const { data, valueOffsets } = encoded(texts);
  return makeData({ type: new Utf8(), length: rows.length, data, valueOffsets, ...nulls });
}

/** The texts one behind the other, and where each ends. */
function encoded(texts: readonly string[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(texts.length + 1);
  const joined = texts.join("");
  const ascii = encoder.encode(joined);
  let end = 0;
  if (ascii.length === joined.length) {
    texts.forEach((text, i) => valueOffsets[i + 1] = end += text.length);
    return { data: ascii, valueOffsets };
  }
  const data = new Uint8Array(joined.length * MAX_BYTES_PER_UNIT);
  texts.forEach((text, i) => {
    if (text !== "") end += encoder.encodeInto(text, data.subarray(end)).written;
    valueOffsets[i + 1] = end;
  });
  return { data: data.subarray(0, end), valueOffsets };
}
