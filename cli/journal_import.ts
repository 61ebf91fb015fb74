/**
 * Writes imported programs as the journal of a run: requests, replies and evaluations, as if the
 * run had made them.
 *
 * What a file claims about correctness is not believed: outputs are compared with the task's again.
 * That the outputs are those of the programs is believed until a vote confirms them in the sandbox;
 * hence `confirmed` is false.
 *
 * @module
 */
import {
  type Answers,
  callIdOf,
  candidateOf,
  type Completion,
  encodeGrid,
  type Evaluated,
  type Frame,
  type Grid,
  gridFault,
  hash63,
  isHardCoded,
  judge,
  type Recorder,
  type Task,
} from "../mod.ts";
import type { ImportedRow } from "./import_rows.ts";
import { UsageError } from "./usage_error.ts";

/** Rows of one request at most, as SOAR asks for. */
const COMPLETIONS = 50;

/** Rows gathered before incomplete requests are written too: bounds memory. */
const GATHERED = 10_000;

/** Takes rows in. */
export class JournalImport {
  readonly #recorder: Recorder;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #answers: Answers;
  readonly #gathered = new Map<string, ImportedRow[]>();
  readonly #draws = new Map<string, number>();
  #waiting = 0;
  #programs = 0;
  #lastGeneration = -1;
  #differing = 0;

  /**
   * @param tasks by id, those of the run
   * @param answers test outputs that the run may know
   */
  constructor(recorder: Recorder, tasks: ReadonlyMap<string, Task>, answers: Answers) {
    this.#recorder = recorder;
    this.#tasks = tasks;
    this.#answers = answers;
  }

  get programs(): number {
    return this.#programs;
  }
  /** Highest generation of a program, -1 before the first. */
  get lastGeneration(): number {
    return this.#lastGeneration;
  }
  /** Programs whose correctness was not as the file claims. */
  get differing(): number {
    return this.#differing;
  }

  /** Takes a row of one of the tasks. @throws UsageError when it does not fit its task */
  async add(row: ImportedRow): Promise<void> {
    checkCounts(row, this.#tasks.get(row.task_id)!);
    const { task_id, generation, type, model, parents } = row;
    const key = JSON.stringify([task_id, generation ?? 0, type, model, parents ?? []]);
    const rows = this.#gathered.get(key) ?? [];
    this.#gathered.set(key, rows);
    rows.push(row);
    this.#waiting++;
    if (rows.length === COMPLETIONS) await this.#write(key);
    if (this.#waiting >= GATHERED) await this.flush();
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    for (const key of [...this.#gathered.keys()]) await this.#write(key);
  }

  async #write(key: string): Promise<void> {
    const rows = this.#gathered.get(key)!;
    this.#gathered.delete(key);
    this.#waiting -= rows.length;
    const { task_id: taskId, model, parents, type } = rows[0];
    const generation = rows[0].generation ?? 0;
    const operator = type === "refined" ? "refine" as const : "sample" as const;
    const place = `${generation} ${taskId} ${operator}`;
    const draw = this.#draws.get(place) ?? 0;
    this.#draws.set(place, draw + 1);
    const call = {
      kind: "call",
      callId: callIdOf(generation, taskId, operator, draw),
      generation,
      taskId,
      operator,
      draw,
      n: rows.length,
      model: model ?? "imported",
      temperature: 1,
      seed: 0,
      promptHash: hash63("imported"),
      parents: parents ?? [],
      choice: null,
    } as const;
    const written = [
      this.#recorder.record(call),
      this.#recorder.record({
        kind: "reply",
        callId: call.callId,
        completions: rows.map(({ code }) => completionOf(code)),
        promptTokens: 0,
        completionTokens: 0,
        latencyMs: 0,
        retries: 0,
      }),
    ];
    for (const [index, row] of rows.entries()) {
      const id = row.unique_id ?? candidateOf(call, index, null).id;
      if (this.#recorder.archive.get(id)) {
        throw new UsageError(`${row.place}: unique_id ${id} comes twice`);
      }
      written.push(this.#recorder.record(this.#evaluation(row, id, call.callId, index)));
    }
    await Promise.all(written);
    this.#programs += rows.length;
    this.#lastGeneration = Math.max(this.#lastGeneration, generation);
  }

  #evaluation(row: ImportedRow, id: string, callId: string, index: number): Evaluated {
    const task = this.#tasks.get(row.task_id)!;
    const stated = [...row.predicted_train_output, ...row.predicted_test_output];
    const verdict = judge(task, this.#answers.get(task.id), stated.map(frameOf));
    if (differs(row, verdict)) this.#differing++;
    const { archive } = this.#recorder;
    return {
      kind: "evaluation",
      id,
      callId,
      index,
      outcome: verdict.outcome,
      error: verdict.error,
      outputs: verdict.outputs.map((grid) => grid && encodeGrid(grid)),
      correctTrain: verdict.correctTrain,
      correctTest: verdict.correctTest,
      transduction: isHardCoded(
        row.code,
        verdict.outputs,
        task.train.map(({ output }) => output),
      ),
      duplicateOf: archive.firstWithSource(task.id, hash63(row.code))?.id ?? null,
      ms: 0,
      layers: "imported",
      confirmed: false,
      host: "imported",
    };
  }
}

function checkCounts(row: ImportedRow, task: Task): void {
  const counts = [
    ["predicted_train_output", row.predicted_train_output.length, task.train.length],
    ["predicted_test_output", row.predicted_test_output.length, task.testInputs.length],
  ] as const;
  for (const [field, got, wanted] of counts) {
    if (got === wanted) continue;
    throw new UsageError(
      `${row.place}: ${field} has ${got} outputs, task ${task.id} has ${wanted} inputs`,
    );
  }
}

/** An output of the file; what is no grid is no output. */
function frameOf(stated: unknown): Frame {
  if (stated === null) {
    return { outcome: "runtime_error", output: null, error: "imported without an output" };
  }
  const fault = gridFault(stated);
  return fault === null
    ? { outcome: "ok", output: stated as Grid, error: null }
    : { outcome: "invalid_grid", output: null, error: fault };
}

/** Whether the file claims another correctness, where it claims any and the run can tell. */
function differs(
  { correct_train_input: train, correct_test_input: test }: ImportedRow,
  { correctTrain, correctTest }: { correctTrain: boolean[]; correctTest: boolean[] | null },
): boolean {
  return (train ? String(train) !== String(correctTrain) : false) ||
    (test && correctTest ? String(test) !== String(correctTest) : false);
}

/** A completion that holds the source and nothing else. */
function completionOf(code: string): Completion {
  const before = "```python\n";
  return {
    text: `${before}${code}\n\`\`\``,
    span: [before.length, before.length + code.length],
    addNumpy: false,
    finishReason: "imported",
  };
}
