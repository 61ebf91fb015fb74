/**
 * Plain values from an Arrow result, fit for JSON.
 *
 * One rule for integers: UBIGINT (ids and hashes) is always a decimal string; other integers and
 * decimals are numbers, or decimal strings beyond 2^53, where a number would be wrong. DATE and
 * TIMESTAMP are ISO text in UTC, lists arrays, structs and maps objects.
 *
 * @module
 */
import { type Data, type DataType, TimeUnit, Type } from "apache-arrow";

/** Types that Arrow or its reader would garble: DuckDB's own text is taken instead. */
const AS_TEXT =
  /\b(ENUM|UNION|INTERVAL|TIME|TIMETZ|BLOB|BIT|BIGNUM|VARINT|UHUGEINT|TIME_NS|GEOMETRY|VARIANT)\b/;

/** Whether a column of this DuckDB type is to be cast to VARCHAR before it is read. */
export function needsText(type: string): boolean {
  return AS_TEXT.test(type.replaceAll("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"));
}

/** What is asked of a type, each where it has it. */
type ReadType = DataType & {
  readonly isSigned: boolean;
  readonly scale: number;
  readonly unit: TimeUnit;
  readonly listSize: number;
};

/** The value at `index` of an Arrow array. */
export function valueAt(data: Data, index: number): unknown {
  if (data.typeId === Type.Null || !data.getValid(index)) return null;
  const { values, valueOffsets, children } = data;
  const type = data.type as ReadType;
  switch (data.typeId) {
    case Type.Bool:
      return (values[index >> 3] >> (index & 7) & 1) === 1;
    case Type.Int:
      return typeof values[index] === "bigint"
        ? integer(values[index], !type.isSigned)
        : values[index];
    case Type.Float:
      return values[index];
    case Type.Decimal:
      return decimal(wide(values.subarray(index * 4, index * 4 + 4)), type.scale);
    case Type.Utf8:
      return text(values, valueOffsets, index);
    case Type.Date:
      return date(values[index]);
    case Type.Timestamp:
      return timestamp(BigInt(values[index]), type.unit);
    case Type.List:
      return range(children[0], valueOffsets[index], valueOffsets[index + 1]);
    case Type.FixedSizeList:
      return range(children[0], index * type.listSize, (index + 1) * type.listSize);
    case Type.Struct:
      return object(type.children.map((field: { name: string }, i: number) => [
        field.name,
        valueAt(children[i], index),
      ]));
    case Type.Map: {
      const [keys, held] = children[0].children;
      const places = indices(valueOffsets[index], valueOffsets[index + 1]);
      return object(places.map((i) => [String(valueAt(keys, i)), valueAt(held, i)]));
    }
    default:
      throw new TypeError(`no plain value for ${type}`);
  }
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array, offsets: Int32Array, at: number): string {
  return decoder.decode(bytes.subarray(offsets[at], offsets[at + 1]));
}

/** A number where one is exact, else decimal text; ids are always text. */
export function integer(value: bigint, isId: boolean): number | string {
  return isId || !Number.isSafeInteger(Number(value)) ? value.toString() : Number(value);
}

/** A whole number of four little-endian words in two's complement. */
function wide(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = value << 32n | BigInt(words[i]);
  return BigInt.asIntN(128, value);
}

/** `value` divided by ten to the power of `scale`. */
export function decimal(value: bigint, scale: number): number | string {
  if (scale === 0) return integer(value, false);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  const written = `${value < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
  return Number.isSafeInteger(Number(value)) ? Number(written) : written;
}

const UNITS_PER_SECOND = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** ISO text; milliseconds, or as many digits as the value has beyond them. */
export function timestamp(value: bigint, unit: TimeUnit): string {
  const perSecond = UNITS_PER_SECOND[unit];
  const fraction = (value % perSecond + perSecond) % perSecond;
  const seconds = Number((value - fraction) / perSecond);
  if (!isDate(seconds * 1000)) return farText(value, 2n ** 63n - 1n);
  const digits = perSecond === 1n
    ? ""
    : fraction.toString().padStart(String(perSecond).length - 1, "0");
  const shown = digits.replace(/0+$/, "").padEnd(3, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${shown}Z`;
}

/** ISO text of a day, counted from 1970. */
export function date(days: number): string {
  const ms = days * 86_400_000;
  return isDate(ms)
    ? new Date(ms).toISOString().slice(0, -14)
    : farText(BigInt(days), 2n ** 31n - 1n);
}

/** Whether JavaScript has this date: its dates end in the year 275760, DuckDB's later. */
function isDate(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

/** DuckDB's infinities by name; what is only far away in its own units since 1970. */
function farText(value: bigint, infinity: bigint): string {
  if (value === infinity) return "infinity";
  return value === -infinity ? "-infinity" : value.toString();
}

function indices(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function range(data: Data, start: number, end: number): unknown[] {
  return indices(start, end).map((i) => valueAt(data, i));
}

/** An object with only its own names, whatever they are. */
export function object(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
