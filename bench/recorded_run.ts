/**
 * What a run asked and executed, read from its journal, so that its parts can be measured alone.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive_entry.ts";
import { candidateOf } from "../data/identity.ts";
import { decodeGrid } from "../data/grid.ts";
import { readJournal } from "../data/journal_reader.ts";
import { codeOf, hash63 } from "../data/program.ts";
import type { CallAdmitted, CallReplied, Evaluated } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import { FIRST_EXAMPLE } from "../models/few_shot_example.ts";
import { type Message, refinePrompt, samplePrompt } from "../models/prompts.ts";

/** A request as it was sent, and what came back. */
export interface RecordedRequest {
  readonly call: CallAdmitted;
  readonly messages: readonly Message[];
  readonly reply: CallReplied;
}

/** A program as it was run. */
export interface RecordedProgram {
  readonly id: ArchiveEntry["id"];
  readonly taskId: string;
  readonly code: string;
  /** Run once more alone, to be shown for refinement. */
  readonly shown: boolean;
}

/** A run of one generation. */
export interface RecordedRun {
  /** In the order of admission. */
  readonly requests: readonly RecordedRequest[];
  /** In the order in which they ended; copies of another program are not run and not here. */
  readonly programs: readonly RecordedProgram[];
  /** From the first request to the last evaluation. */
  readonly seconds: number;
}

/**
 * Reads a run of one generation.
 *
 * @throws RangeError when a prompt cannot be built again as it was sent
 */
export function readRecordedRun(journal: string, tasks: readonly Task[]): RecordedRun {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const calls = new Map<string, CallAdmitted>();
  const replies = new Map<string, CallReplied>();
  const evaluations = new Map<string, Evaluated>();
  const times: number[] = [];
  for (const { record } of readJournal(journal)) {
    if (record.kind === "call") calls.set(record.callId, record);
    if (record.kind === "reply") replies.set(record.callId, record);
    if (record.kind === "evaluation") evaluations.set(record.id, record);
    if (record.kind === "call" || record.kind === "evaluation") times.push(record.at);
  }
  const codes = new Map(
    [...calls.values()].flatMap((call) =>
      (replies.get(call.callId)?.completions ?? []).map((completion, index) => {
        const code = codeOf(completion);
        return [candidateOf(call, index, code).id, code] as const;
      })
    ),
  );
  const requests = [...calls.values()].flatMap((call) => {
    const reply = replies.get(call.callId);
    if (!reply) return [];
    const messages = messagesOf(call, byId.get(call.taskId)!, evaluations, codes);
    return [{ call, messages, reply }];
  });
  const shown = new Set(requests.flatMap(({ call }) => call.parents));
  const programs = [...evaluations.values()].flatMap(({ id, callId, duplicateOf, confirmed }) => {
    const code = codes.get(id);
    if (duplicateOf !== null || !code) return [];
    const { taskId } = calls.get(callId)!;
    return [{ id, taskId, code, shown: shown.has(id) && !confirmed }];
  });
  return { requests, programs, seconds: (times.at(-1)! - times[0]) / 1000 };
}

/** The prompt of a first generation's request. */
function messagesOf(
  { callId, operator, parents, promptHash }: CallAdmitted,
  task: Task,
  evaluations: ReadonlyMap<string, Evaluated>,
  codes: ReadonlyMap<string, string | null>,
): readonly Message[] {
  const messages = operator === "sample"
    ? samplePrompt(task, FIRST_EXAMPLE)
    : refinePrompt(task, shownAttempt(parents[0], evaluations, codes), FIRST_EXAMPLE);
  if (hash63(JSON.stringify(messages)) !== promptHash) {
    throw new RangeError(`request ${callId}: its prompt is not the one that was sent`);
  }
  return messages;
}

function shownAttempt(
  id: string,
  evaluations: ReadonlyMap<string, Evaluated>,
  codes: ReadonlyMap<string, string | null>,
) {
  const { outputs, error, correctTrain } = evaluations.get(id)!;
  return {
    code: codes.get(id)!,
    outputs: outputs.map((text) => text === null ? null : decodeGrid(text)),
    error,
    correctTrain,
  };
}
