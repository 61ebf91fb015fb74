/**
 * A run as one DuckDB file: opened by DuckDB 1.2 and later, and read-only by the embedded engine, also
 * in a browser, which then needs no journal and no native code.
 *
 * @module
 */
import type { Damage } from "./journal_reader.ts";
import { JournalStore } from "./journal_store.ts";
import type { OnReading } from "./reading.ts";

/**
 * Writes all that a journal holds now to a new `.duckdb` file; it appears when it is whole. Needs
 * the native engine (`--allow-run`).
 *
 * @param onDamage told of journal lines that are passed over
 * @param onReading told how far the reading of the journal is
 * @returns rows of `programs`, and the bytes of the file
 * @throws StoreError when the native engine does not start
 * @throws TypeError for a file named `store.…`: DuckDB names a database after its file, and the
 * views read from a schema of that name
 */
export async function writeSnapshot(
  journal: string,
  file: string,
  onDamage?: (damage: Damage) => void,
  onReading?: OnReading,
): Promise<{ readonly programs: number; readonly bytes: number }> {
  if (/(?:^|[/\\])store\.[^/\\]*$/.test(file)) {
    throw new TypeError(`file ${file}: expected a name other than store, which its views use`);
  }
  const temporary = `${file}.tmp`;
  removeFiles(temporary);
  const store = new JournalStore(journal, onDamage, { engine: "native", file: temporary });
  try {
    const { rows } = await store.query("SELECT count(*) FROM programs", { onReading });
    await store.close();
    await Deno.rename(temporary, file);
    return { programs: Number(rows[0][0]), bytes: Deno.statSync(file).size };
  } finally {
    await store.close();
    removeFiles(temporary);
  }
}

function removeFiles(path: string): void {
  for (const name of [path, `${path}.wal`]) {
    try {
      Deno.removeSync(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
