/**
 * Judged programs: what the decisions of this folder look at.
 *
 * `correctTest` is null where the test answers may not be used (evaluation, test-time training);
 * every decision then goes by the train pairs alone. Handing null is how a caller keeps answers
 * out: nothing here asks for a split. A journal record `Evaluated` (data/records.ts) has this form.
 *
 * @module
 */

/** The verdicts on a program. */
export interface Judged {
  /** One flag a train pair. */
  readonly correctTrain: readonly boolean[];
  /** One flag a test input; null where the answers may not be used. */
  readonly correctTest: readonly boolean[] | null;
}

/** A judged program and what it computed. */
export interface JudgedOutputs extends Judged {
  /** 63-bit hash as a decimal string. */
  readonly id: string;
  /** Outputs on train inputs then test inputs as texts (data/grid.ts, `encodeGrid`); null = no grid. */
  readonly outputs: readonly (string | null)[];
}

/** A judged program and how long its source is. */
export interface JudgedProgram extends JudgedOutputs {
  /** Length of the source in characters. */
  readonly codeLength: number;
}

/** Whether every train output is right; true for a task without train pairs (SOAR section 3.2). */
export function isTrainPerfect({ correctTrain }: Judged): boolean {
  return correctTrain.every(Boolean);
}

/** Whether every output is right that may be judged: train, and test where the answers may be used. */
export function isSolved(program: Judged): boolean {
  return isTrainPerfect(program) && (program.correctTest?.every(Boolean) ?? true);
}

/** How many of the programs are solved ({@link isSolved}): what the stop rules count. */
export function countSolved(programs: readonly Judged[]): number {
  let solved = 0;
  for (const program of programs) if (isSolved(program)) solved++;
  return solved;
}

/** A key that two programs share exactly when all their outputs are the same. */
export function outputsKey({ outputs }: Pick<JudgedOutputs, "outputs">): string {
  return outputs.map((output) => output ?? "\0").join("\n");
}
