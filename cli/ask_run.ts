/**
 * Asking a run by SQL: through its own process while it runs, else over its journal.
 *
 * @module
 */
import {
  ENGINE_CHOICES,
  type EngineChoice,
  type JournalQueryOptions,
  JournalStore,
  type QueryResult,
  readTold,
  type RunDirectory,
  type Told,
  TOLD_TYPE,
} from "../mod.ts";
import { liveRun } from "./live_run.ts";
import { tellDamage } from "./read_run.ts";

/** Longest time a run's server gives a query, in milliseconds. */
export const MAX_SQL_MS = 600_000;

/** A query that failed, with DuckDB's message. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** Answers about one run. An answer covers all that the run had journalled when it was asked. */
export class AskedRun implements AsyncDisposable {
  readonly #directory: RunDirectory;
  #journal: JournalStore | null = null;

  constructor(directory: RunDirectory) {
    this.#directory = directory;
  }

  /** @throws QueryError, or the signal's reason */
  async query(sql: string, options: JournalQueryOptions = {}): Promise<QueryResult> {
    if (!this.#journal) {
      const answer = await this.#askLive(sql, options);
      if (answer) return answer;
      // Questions come several at a time; all are answered by one store.
      this.#journal ??= new JournalStore(this.#directory.journal, tellDamage, {
        engine: engineOf(this.#directory),
        file: this.#directory.database,
        tell: (line) => console.error(`soar: ${line}`),
      });
    }
    try {
      return await this.#journal.query(sql, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new QueryError(toldOnce((error as Error).message), { cause: error });
    }
  }

  /** Null when the run is not live, or ended before it could answer. */
  async #askLive(
    sql: string,
    { maxRows, timeoutMs, signal, onReading }: JournalQueryOptions,
  ): Promise<QueryResult | null> {
    const server = await liveRun(this.#directory);
    if (!server) return null;
    let answer: Told;
    try {
      const response = await fetch(`${server.url}/sql`, {
        method: "POST",
        headers: {
          ...server.headers,
          "content-type": "application/json",
          accept: TOLD_TYPE,
        },
        body: JSON.stringify({ sql, maxRows, timeoutMs }),
        signal,
      });
      answer = await readTold(response.body!, onReading);
    } catch (error) {
      signal?.throwIfAborted();
      if (await liveRun(this.#directory)) throw error;
      return null;
    }
    if ("error" in answer) throw new QueryError(toldOnce(answer.error));
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal?.close();
  }
}

/** DuckDB's parser says the place twice. */
function toldOnce(message: string): string {
  const [first, ...places] = message.split("\n\nLINE ");
  return [first, ...new Set(places.map((place) => place.trimEnd()))].join("\n\nLINE ");
}

/** The engine the run was configured with; runs from before there was a choice have none. */
function engineOf(directory: RunDirectory): EngineChoice {
  const config = directory.readRunFile().config as { store?: { engine?: unknown } } | null;
  return ENGINE_CHOICES.find((choice) => choice === config?.store?.engine) ?? "auto";
}
