/**
 * What a report consists of, whatever it is written in. All texts are plain: whoever writes them out
 * escapes them, as much of it was written by models.
 *
 * @module
 */
import type { Grid } from "../mod.ts";

/** A table; numbers are formatted already. */
export interface ReportTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Lines over a shared axis. */
export interface ReportPlot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Whether x is drawn by its logarithm; then x is above 0. */
  readonly logX: boolean;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** A task, shown by its first train pair. */
export interface ReportTask {
  readonly id: string;
  readonly about: string;
  readonly input: Grid;
  readonly output: Grid;
}

/** A chapter; what is absent is left out. */
export interface ReportSection {
  readonly title: string;
  readonly text: readonly string[];
  readonly plots?: readonly ReportPlot[];
  readonly table?: ReportTable;
  readonly tasks?: readonly ReportTask[];
  /** A command or a configuration, kept as it stands. */
  readonly code?: string;
}

/** The whole. */
export interface Report {
  readonly title: string;
  /** Name and value of what matters most. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  readonly sections: readonly ReportSection[];
}
