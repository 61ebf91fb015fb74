/**
 * Shards: training rows on disk, in the form TRL takes as it is.
 *
 * `part-NNNNN.jsonl` hold conversational prompt and completion rows of one fixed schema (fields
 * that vary travel as one JSON string, reference: datasets' column inference); parts are sealed by
 * rename, and `manifest.json` comes last: it alone says that a shard is complete.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** A chat message of a row. */
export interface RowMessage {
  /** Who speaks. */
  readonly role: "system" | "user" | "assistant";
  /** What is said. */
  readonly content: string;
}

/** One training row. */
export interface ShardRow {
  /** What the model is shown. */
  readonly prompt: readonly RowMessage[];
  /** What it shall answer. */
  readonly completion: readonly RowMessage[];
  /** JSON text of {@link RowMeta}. */
  readonly meta: string;
}

/** Where a row comes from. */
export interface RowMeta {
  /** Task that the program was written for. */
  readonly taskId: string;
  /** Split of that task. */
  readonly split: string;
  /** Program that the row teaches to write. */
  readonly programId: string;
  /** Generation of that program. */
  readonly generation: number;
  /** What the row teaches. */
  readonly operator: "sample" | "refine";
  /** The task's outputs are the program's own. */
  readonly relabelled: boolean;
  /** Right on the task it was written for; at test time, on its train pairs. */
  readonly correct: boolean;
  /** The task was being measured: its answers were not known. @default false */
  readonly testTime?: boolean;
}

/** What says of a task, whatever its name, that it is the same as another. */
export interface TaskIdentity {
  /** Unique within its data set. */
  readonly id: string;
  /** Data set it is of. */
  readonly dataset: string;
  /** Hashes of its (input, output) pairs, those of known test outputs among them. */
  readonly pairHashes: readonly string[];
  /** Learnt from while it was being measured, by its train pairs. @default false */
  readonly testTime?: boolean;
}

/** `manifest.json`. */
export interface Manifest {
  /** Version of this form. */
  readonly format: 1;
  /** Generation of the model that these rows make. */
  readonly generation: number;
  /** Model that the rows are for, by name. */
  readonly baseModel: string;
  /** Seed of the run that chose the rows. */
  readonly seed: number;
  /** Made at test time: of measured tasks, by their train pairs alone. @default false */
  readonly testTime?: boolean;
  /** Rows in all files. */
  readonly rows: number;
  /** Rows by operator and kind, e.g. `sample/correct`. */
  readonly mix: Readonly<Record<string, number>>;
  /** Tasks that the rows were made of; absent where the writer did not say. */
  readonly tasks?: readonly TaskIdentity[];
  /** The parts in order, each with its rows and the SHA-256 of its bytes in hexadecimal. */
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly sha256: string;
  }[];
}

/** A shard folder that does not hold what its manifest says. */
export class ShardError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ShardError";
}

/** Rows a part: keeps a part near 20 MB for prompts of common length. */
const ROWS_PER_PART = 4096;

/** Writes the rows of one generation; nothing counts before {@link ShardWriter.seal}. */
export class ShardWriter {
  readonly #directory: string;
  readonly #files: { name: string; rows: number; sha256: string }[] = [];
  readonly #mix: Record<string, number> = {};
  #lines: string[] = [];

  /** Empties the directory of an unfinished attempt. */
  constructor(directory: string) {
    this.#directory = directory;
    try {
      Deno.removeSync(directory, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    Deno.mkdirSync(directory, { recursive: true });
  }

  /** Adds a row to the part being filled. */
  add(messages: Pick<ShardRow, "prompt" | "completion">, meta: RowMeta): void {
    const kind = `${meta.operator}/${meta.relabelled ? "relabelled" : "correct"}`;
    this.#mix[kind] = (this.#mix[kind] ?? 0) + 1;
    const row: ShardRow = {
      prompt: messages.prompt,
      completion: messages.completion,
      meta: JSON.stringify(meta),
    };
    this.#lines.push(JSON.stringify(row));
    if (this.#lines.length >= ROWS_PER_PART) this.#writePart();
  }

  /** Writes the last part, then the manifest. */
  seal(head: Pick<Manifest, "generation" | "baseModel" | "seed" | "testTime" | "tasks">): Manifest {
    if (this.#lines.length > 0) this.#writePart();
    const rows = this.#files.reduce((sum, file) => sum + file.rows, 0);
    const manifest: Manifest = { format: 1, ...head, rows, mix: this.#mix, files: this.#files };
    writeSealed(`${this.#directory}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
    return manifest;
  }

  #writePart(): void {
    const name = `part-${String(this.#files.length).padStart(5, "0")}.jsonl`;
    const text = this.#lines.join("\n") + "\n";
    writeSealed(`${this.#directory}/${name}`, text);
    this.#files.push({ name, rows: this.#lines.length, sha256: sha256(text) });
    this.#lines = [];
  }
}

/** The manifest of a shard folder. @throws ShardError when there is none or it is not a manifest */
export function readManifest(directory: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(Deno.readTextFileSync(`${directory}/manifest.json`));
  } catch (error) {
    throw new ShardError(`${directory}/manifest.json: ${String(error)}`, { cause: error });
  }
  if (manifest.format !== 1) {
    throw new ShardError(`${directory}/manifest.json: format ${manifest.format}, expected 1`);
  }
  return manifest;
}

/**
 * The rows a manifest lists, each file checked against its hash and count first.
 *
 * @throws ShardError naming the file that differs
 */
export function* readShards(directory: string): Generator<ShardRow> {
  for (const { name, rows, sha256: expected } of readManifest(directory).files) {
    const text = readPart(`${directory}/${name}`);
    const found = sha256(text);
    if (found !== expected) {
      throw new ShardError(`${directory}/${name}: sha256 ${found}, the manifest says ${expected}`);
    }
    const lines = text.split("\n").filter((line) => line !== "");
    if (lines.length !== rows) {
      throw new ShardError(`${directory}/${name}: ${lines.length} rows, the manifest says ${rows}`);
    }
    for (const line of lines) yield JSON.parse(line);
  }
}

function readPart(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new ShardError(`${path}: ${String(error)}`, { cause: error });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function writeSealed(path: string, text: string): void {
  Deno.writeTextFileSync(`${path}.tmp`, text);
  Deno.renameSync(`${path}.tmp`, path);
}
