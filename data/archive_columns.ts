/**
 * The columns in which an archive travels: those of SOAR's published program data sets, and behind
 * them what makes lineage whole.
 *
 * SOAR's own (task_id, code, predicted_*_output, correct_*_input, model, generation) are enough to
 * import; the others may be missing.
 *
 * @module
 */
import type { ParquetColumn } from "./parquet.ts";

/** Names and DuckDB types. */
export const ARCHIVE_COLUMNS: readonly ParquetColumn[] = [
  { name: "task_id", type: "VARCHAR" },
  { name: "code", type: "VARCHAR" },
  { name: "predicted_train_output", type: "UTINYINT[][][]" },
  { name: "predicted_test_output", type: "UTINYINT[][][]" },
  { name: "correct_train_input", type: "BOOLEAN[]" },
  { name: "correct_test_input", type: "BOOLEAN[]" },
  { name: "model", type: "VARCHAR" },
  { name: "generation", type: "USMALLINT" },
  { name: "unique_id", type: "UBIGINT" },
  { name: "parents", type: "UBIGINT[]" },
  { name: "type", type: "VARCHAR" },
];
