/** Journals for tests. */
import { Journal, type JournalOptions } from "../../data/journal.ts";
import { type Damage, type Entry, readJournal } from "../../data/journal_reader.ts";
import type { Noted, RecordBody } from "../../data/records.ts";

/** A note to journal. */
export function note(message: string): Noted {
  return { kind: "event", level: "info", event: "test", generation: null, taskId: null, message };
}

/** Writes records to a journal, a new one where no directory is given; returns where it stands. */
export async function journalOf(
  bodies: readonly RecordBody[],
  options: JournalOptions & { readonly directory?: string } = {},
): Promise<string> {
  const directory = options.directory ?? Deno.makeTempDirSync();
  const seq = isEmpty(directory) ? 0 : [...readJournal(directory)].at(-1)?.record.seq ?? 0;
  const journal = Journal.open(directory, seq, options);
  await Promise.all(bodies.map((body) => journal.append(body).written));
  await journal.close();
  return directory;
}

/** Names of a journal's files. */
export function filesOf(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** The messages of a journal's notes; other records by their kind. */
export function messages(entries: Iterable<Entry>): string[] {
  return [...entries].map(({ record }) => record.kind === "event" ? record.message : record.kind);
}

/** All that can be read of a journal. */
export function readAll(directory: string): { entries: Entry[]; damages: Damage[] } {
  const damages: Damage[] = [];
  const entries = [...readJournal(directory, (damage) => damages.push(damage))];
  return { entries, damages };
}

/** Flips one bit of a file. */
export function flip(file: string, offset: number): void {
  const bytes = Deno.readFileSync(file);
  bytes[offset] ^= 1;
  Deno.writeFileSync(file, bytes);
}

function isEmpty(directory: string): boolean {
  return filesOf(directory).length === 0;
}
