/**
 * Which engine a journal's store runs on, and whether a database file can be taken as it is.
 *
 * @module
 */
import { JournalReader, type Location, placeAfter, readJournal } from "./journal_reader.ts";
import { packedPath, segmentNumbers, segmentPath } from "./journal_segment.ts";
import { openStore } from "./open_store.ts";
import type { Store, StoreEngine } from "./store.ts";
import { StoreError } from "./store_error.ts";

/** What may be asked for: an engine, or the one that suits the size of the run. */
export type EngineChoice = StoreEngine | "auto";

/** All that may be asked for, as a configuration lists it. */
export const ENGINE_CHOICES = ["auto", "wasm", "native"] as const satisfies EngineChoice[];

/** Programs beyond which native is chosen: they take the embedded engine over half of its memory. */
const MANY_PROGRAMS = 1_000_000;

/** Bytes of journal a program takes, as written and packed (`bench --suite journal`). */
const PROGRAM_BYTES = 2_200;
const PACKED_PROGRAM_BYTES = 600;

/** Programs a journal holds, judged by its size. */
export function programsIn(journal: string): number {
  return segmentNumbers(journal).reduce((sum, segment) => {
    const plain = sizeOf(segmentPath(journal, segment));
    return sum +
      (plain === null
        ? (sizeOf(packedPath(journal, segment)) ?? 0) / PACKED_PROGRAM_BYTES
        : plain / PROGRAM_BYTES);
  }, 0);
}

/** The engine that suits a run of so many programs. */
export function engineFor(programs: number): StoreEngine {
  return programs > MANY_PROGRAMS ? "native" : "wasm";
}

/** How far a store has read a journal: its last record. */
export interface Reached {
  readonly location: Location;
  readonly seq: number;
  readonly at: number;
}

/**
 * Opens a native store in a file. What the file holds is kept when it reaches to the journal's end;
 * otherwise, or when the file cannot be used, the store begins empty.
 *
 * @returns the store, and how far it has read; null when it is empty
 */
export async function openInFile(
  journal: string,
  file: string,
): Promise<{ readonly store: Store; readonly reached: Reached | null }> {
  try {
    const store = await openStore({ engine: "native", file });
    if (store.mark === null) return { store, reached: null };
    const reached: Reached = JSON.parse(store.mark);
    if (isEnd(journal, reached)) return { store, reached };
    await store.close();
  } catch (error) {
    // Another process has it open: that one's file is left alone.
    if (error instanceof StoreError && /Could not set lock/.test(error.message)) {
      return { store: await openStore({ engine: "native" }), reached: null };
    }
    if (!(error instanceof StoreError) || !isThere(file)) throw error;
  }
  const isRemoved = removeDatabase(file);
  return {
    store: await openStore({ engine: "native", file: isRemoved ? file : null }),
    reached: null,
  };
}

/** Whether the journal has this record at this place, and none behind it. */
function isEnd(journal: string, { location, seq, at }: Reached): boolean {
  try {
    using reader = new JournalReader(journal);
    const record = reader.read(location);
    if (record.seq !== seq || record.at !== at) return false;
  } catch {
    // It is another journal, or the record is damaged: what was made of it is not to be trusted.
    return false;
  }
  return readJournal(journal, undefined, placeAfter(location)).next().done === true;
}

/** Removes a database that is of no use; false where this process may not. */
function removeDatabase(file: string): boolean {
  try {
    for (const path of [file, `${file}.wal`]) if (isThere(path)) Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

function isThere(path: string): boolean {
  return sizeOf(path) !== null;
}

function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
