/**
 * Pooling: the programs of several runs or models as one archive (SOAR section 4: the votes of all
 * models together).
 *
 * @module
 */

/** What pooling looks at. */
export interface PooledProgram {
  /** Unique within its run. */
  readonly id: string;
  /** Hash of the source; "" when there is none, which is nobody's duplicate. */
  readonly codeHash: string;
}

/** A run's programs of one task. */
export interface RunPrograms<T extends PooledProgram> {
  /** Name of the run; unique among those pooled. */
  readonly run: string;
  /** In the order in which they were asked for. */
  readonly programs: readonly T[];
}

/** What is pooled. */
export interface PoolingOptions {
  /**
   * Only the first so many programs of each run.
   * @default {Infinity}
   */
  readonly first?: number;
  /**
   * Whether a source counts once, by its first program.
   * @default {true}
   */
  readonly dedup?: boolean;
}

/**
 * The programs of a task in all runs, run by run; ids become `run/id`, as equal draws of two runs
 * share their ids (SOAR section 4).
 *
 * @param runs Each with its programs of the same task.
 */
export function poolPrograms<T extends PooledProgram>(
  runs: readonly RunPrograms<T>[],
  { first = Infinity, dedup = true }: PoolingOptions = {},
): T[] {
  const seen = new Set<string>();
  return runs.flatMap(({ run, programs }) =>
    programs.slice(0, first)
      .filter(({ codeHash }) => {
        if (dedup && codeHash !== "" && seen.has(codeHash)) return false;
        seen.add(codeHash);
        return true;
      })
      .map((program) => ({ ...program, id: `${run}/${program.id}` }))
  );
}
