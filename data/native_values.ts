/**
 * Plain values from native DuckDB, by the same rules as store_values.ts.
 *
 * @module
 */
import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUUIDValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { TimeUnit } from "apache-arrow";
import { date, decimal, integer, object, timestamp } from "./store_values.ts";

/** The value of a column of this type. @throws TypeError for one that should have been cast */
export function nativeValue(value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null) return null;
  switch (typeof value) {
    case "bigint":
      return integer(value, type.typeId === DuckDBTypeId.UBIGINT);
    case "object":
      return structured(value, type);
    default:
      return value;
  }
}

function structured(value: object, type: DuckDBType): unknown {
  const held = type as unknown as Record<string, DuckDBType> & {
    readonly entryTypes: readonly DuckDBType[];
  };
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => nativeValue(item, held.valueType));
  }
  if (value instanceof DuckDBStructValue) {
    return object(
      Object.entries(value.entries).map(([name, entry], i) => [
        name,
        nativeValue(entry, held.entryTypes[i]),
      ]),
    );
  }
  if (value instanceof DuckDBMapValue) {
    return object(value.entries.map(({ key, value: entry }) => [
      String(nativeValue(key, held.keyType)),
      nativeValue(entry, held.valueType),
    ]));
  }
  if (value instanceof DuckDBDecimalValue) return decimal(value.value, value.scale);
  if (value instanceof DuckDBDateValue) return date(value.days);
  if (value instanceof DuckDBTimestampSecondsValue) {
    return timestamp(value.seconds, TimeUnit.SECOND);
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) {
    return timestamp(value.millis, TimeUnit.MILLISECOND);
  }
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return timestamp(value.micros, TimeUnit.MICROSECOND);
  }
  if (value instanceof DuckDBTimestampNanosecondsValue) {
    return timestamp(value.nanos, TimeUnit.NANOSECOND);
  }
  if (value instanceof DuckDBUUIDValue) return value.toString();
  throw new TypeError(`no plain value for ${type}`);
}
