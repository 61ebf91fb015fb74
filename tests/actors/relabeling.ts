/**
 * A task, programs that are right or wrong on it, and the rows a relabeler makes of them.
 */
import { Relabeler, type RelabelerOptions } from "../../actors/relabeler.ts";
import type { Noted } from "../../data/records.ts";
import { readShards, type RowMeta, type ShardRow } from "../../data/shards.ts";
import { Confirmer } from "../../actors/confirmer.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { type Asked, Recorded, type Result, taskOf } from "./recorded.ts";

export const NEVER = new AbortController().signal;

/** Input k becomes k0; the programs below give k0 (right), kk or k5 (wrong). */
export const TASK = taskOf("a", ["1", "2", "3", "4", "5"].map((k) => [k, `${k}0`]), [
  "6",
  "7",
  "8",
]);

/** What a program gives that puts `end` behind each input. */
export const gives = (end: (k: string) => string) => [..."12345678"].map((k) => `${k}${end(k)}`);

export const RIGHT: Result = {
  outputs: gives(() => "0"),
  correctTrain: Array(5).fill(true),
  correctTest: Array(3).fill(true),
};
export const DOUBLES: Result = {
  outputs: gives((k) => k),
  correctTrain: Array(5).fill(false),
  correctTest: Array(3).fill(false),
};
export const FIVES: Result = { ...DOUBLES, outputs: gives(() => "5") };

/** A confirmer that runs these programs where they are not confirmed yet. */
export function confirmerOf({ recorder }: Recorded, engine = new MemoryEngine({})): Confirmer {
  return new Confirmer({
    engine,
    recorder,
    tasks: new Map([["a", TASK]]),
    timeoutMs: 500,
    delay: () => Promise.resolve(),
  });
}

export function relabelerOf(recorded: Recorded, changes: Partial<RelabelerOptions> = {}) {
  const directory = changes.directory ?? `${Deno.makeTempDirSync()}/g001`;
  const relabeler = new Relabeler({
    generation: 1,
    directory,
    baseModel: "base",
    tasks: [TASK],
    answers: new Map(),
    guard: new ContaminationGuard([]),
    recorder: recorded.recorder,
    confirmer: confirmerOf(recorded),
    concurrency: 2,
    ...PAPER_SEARCH,
    strategy: "greedy_diverse",
    samplingRows: 20,
    refinementRows: 20,
    seed: 3,
    ...changes,
  });
  const events: Noted[] = [];
  relabeler.events$.subscribe((event) => void events.push(event));
  return { relabeler, directory, events };
}

/** Relabels and gives the rows. */
export async function relabel(recorded: Recorded, changes: Partial<RelabelerOptions> = {}) {
  const { relabeler, directory, events } = relabelerOf(recorded, changes);
  await relabeler.run(NEVER);
  const rows = [...readShards(directory)].map((row) => ({ row, meta: metaOf(row) }));
  return { rows, directory, events, manifest: relabeler.manifest };
}

function metaOf({ meta }: ShardRow): RowMeta {
  return JSON.parse(meta);
}

/** Grids of a row's prompt by their label, rows of digits joined by "/". */
export function shown({ prompt }: ShardRow): Map<string, string> {
  const text = prompt.at(-1)!.content;
  const found = text.matchAll(/^(Train|Test) (\d+) (\w+) \(\d+x\d+\):\n((?:.*\]\n?)+)/gm);
  return new Map(
    [...found].map(([, kind, number, what, grid]) => [
      `${kind} ${number} ${what}`,
      grid.trim().split("\n").map((line) => line.replace(/\D/g, "")).join("/"),
    ]),
  );
}

/** The pairs and test inputs of a row's prompt, in the order shown. */
export function question(row: ShardRow): { pairs: string[]; tests: string[] } {
  const grids = shown(row);
  return {
    pairs: [1, 2, 3, 4, 5].map((i) =>
      `${grids.get(`Train ${i} input`)}→${grids.get(`Train ${i} output`)}`
    ),
    tests: [1, 2, 3].map((i) => grids.get(`Test ${i} input`)!),
  };
}

export async function put(
  recorded: Recorded,
  asked: Partial<Asked> & { code: string },
  result: Result,
) {
  return await recorded.program({ taskId: "a", ...asked }, result);
}
