/**
 * The record a run begins with, also where its line in the journal is damaged.
 *
 * What it says stands in `run.json` too, and again in the journal at each resume.
 *
 * @module
 */
import { readJournal } from "./journal_reader.ts";
import type { JournalRecord } from "./records.ts";
import { RunDirectory, type RunFile } from "./run_directory.ts";

/**
 * The opening that is to be put before a journal's records: none when the journal begins with its
 * own, or is empty.
 *
 * @param journal folder of the journal; `run.json` is looked for beside it
 */
export function openingOf(journal: string): JournalRecord[] {
  const first = readJournal(journal).next();
  if (first.done) return [];
  const { kind, at } = first.value.record;
  if (kind === "run_opened") return [];
  const head = { kind: "run_opened", seq: 0, at, resumed: false } as const;
  const file = runFileBeside(journal);
  if (file) {
    const { runId, seed, version, config } = file;
    return [{ ...head, runId, seed, config: flat(config), codeVersion: version }];
  }
  for (const { record } of readJournal(journal)) {
    if (record.kind === "run_opened") return [{ ...record, ...head }];
  }
  return [{ ...head, runId: "unknown", seed: 0, config: {}, codeVersion: "unknown" }];
}

/** `run.json` beside a journal; null when there is none or it cannot be read. */
function runFileBeside(journal: string): RunFile | null {
  const parts = journal.replace(/\/+$/, "").split("/");
  const [runs, name] = [parts.slice(0, -2).join("/") || ".", parts.at(-2)];
  try {
    return name === undefined ? null : new RunDirectory(runs, name).readRunFile();
  } catch {
    // Whatever is wrong with it, the journal itself can still be asked.
    return null;
  }
}

/** A nested config as flat texts, as the journal has it. */
function flat(config: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config as Record<string, Record<string, unknown>>).flatMap(([section, fields]) =>
      Object.entries(fields).map(([key, value]) => [
        `${section}.${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ])
    ),
  );
}
