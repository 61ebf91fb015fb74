/**
 * A recorder upon a journal in a temporary folder, and programs put into it as a run does: request,
 * reply, evaluation. Grids are given in their compact text form.
 */
import { Archive } from "../../data/archive.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import { callIdOf, candidateOf } from "../../data/identity.ts";
import { decodeGrid } from "../../data/grid.ts";
import { Journal } from "../../data/journal.ts";
import { type Entry, readJournal } from "../../data/journal_reader.ts";
import type { CallAdmitted, CallReplied, Evaluated } from "../../data/records.ts";
import type { Task } from "../../data/task.ts";
import { extractProgram } from "../../models/extract_program.ts";
import { answerText } from "../../models/prompts.ts";
import { Recorder } from "../../actors/recorder.ts";

/** A task of pairs and test inputs in compact text. */
export function taskOf(
  id: string,
  train: readonly (readonly [input: string, output: string])[] = [["1", "2"]],
  testInputs: readonly string[] = ["3"],
): Task {
  return {
    id,
    dataset: "made-up",
    split: "training",
    train: train.map(([input, output]) => ({
      input: decodeGrid(input),
      output: decodeGrid(output),
    })),
    testInputs: testInputs.map(decodeGrid),
  };
}

/** Which request of a run; what is not given is the first sample of generation 0. */
export type Asked =
  & { readonly taskId: string }
  & Partial<
    Pick<CallAdmitted, "generation" | "operator" | "draw" | "parents" | "n" | "promptHash">
  >;

/** The record of a request. */
export function callOf(asked: Asked): CallAdmitted {
  const { taskId, generation = 0, operator = "sample", draw = 0, parents = [], n = 1 } = asked;
  const { promptHash = "1" } = asked;
  return {
    kind: "call",
    callId: callIdOf(generation, taskId, operator, draw),
    generation,
    taskId,
    operator,
    draw,
    n,
    model: `model-${generation}`,
    temperature: 1,
    seed: 5,
    promptHash,
    parents,
    choice: null,
  };
}

/** The record of a reply; null is a completion without a program. */
export function replyOf(callId: string, codes: readonly (string | null)[]): CallReplied {
  return {
    kind: "reply",
    callId,
    completions: codes.map((code) => {
      const text = code === null ? "I do not know." : answerText(code);
      const found = extractProgram(text);
      return {
        text,
        span: found?.span ?? null,
        addNumpy: found?.addNumpy ?? false,
        finishReason: "stop",
      };
    }),
    promptTokens: 1,
    completionTokens: 1,
    latencyMs: 1,
    retries: 0,
  };
}

/** What may be said of an evaluation; the rest is that of a program that ran alone and was wrong. */
export type Result = Partial<Omit<Evaluated, "kind" | "id" | "callId" | "index">>;

/** The record of an evaluation of completion `index`. */
export function evaluationOf(call: CallAdmitted, index: number, result: Result = {}): Evaluated {
  return {
    kind: "evaluation",
    id: candidateOf(call, index, null).id,
    callId: call.callId,
    index,
    outcome: "ok",
    error: null,
    outputs: ["9", "9"],
    correctTrain: [false],
    correctTest: [false],
    transduction: false,
    duplicateOf: null,
    ms: 1,
    layers: "none",
    confirmed: true,
    host: "test",
    ...result,
  };
}

/** Right on the one train pair and the one test of {@link taskOf}. */
export const SOLVES: Result = {
  outputs: ["2", "4"],
  correctTrain: [true],
  correctTest: [true],
};

/** A recorder and the programs put into it. */
export class Recorded implements AsyncDisposable {
  readonly directory: string;
  readonly journal: Journal;
  readonly archive = new Archive();
  readonly recorder: Recorder;

  constructor(directory: string = Deno.makeTempDirSync()) {
    this.directory = directory;
    this.journal = Journal.open(directory, 0, { now: () => 0 });
    this.recorder = new Recorder(this.journal, this.archive);
  }

  /** Records a request. */
  async call(asked: Asked): Promise<CallAdmitted> {
    const call = callOf(asked);
    await this.recorder.record(call);
    return call;
  }

  /** Records a request and a reply with these sources. */
  async reply(asked: Asked, codes: readonly (string | null)[]): Promise<CallAdmitted> {
    const call = await this.call({ n: codes.length, ...asked });
    await this.recorder.record(replyOf(call.callId, codes));
    return call;
  }

  /** Records the evaluation of a completion. */
  async evaluate(call: CallAdmitted, index = 0, result: Result = {}): Promise<ArchiveEntry> {
    const record = evaluationOf(call, index, result);
    await this.recorder.record(record);
    return this.archive.get(record.id)!;
  }

  /** Records a program from request to evaluation. */
  async program(
    { code = "def transform(grid): pass", ...asked }: Asked & { readonly code?: string },
    result: Result = {},
  ): Promise<ArchiveEntry> {
    return await this.evaluate(await this.reply(asked, [code]), 0, result);
  }

  /** What is journalled so far. */
  records(): Entry[] {
    return [...readJournal(this.directory)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.journal.close();
  }
}
