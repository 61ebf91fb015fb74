/**
 * Ballots as the records of a journal give them, one by one: what the kept files are held against.
 */
import type { Ballot } from "../../data/ballots.ts";
import { codeOf, hash63 } from "../../data/program.ts";
import type { CallAdmitted, RecordBody } from "../../data/records.ts";

/** Ballots by task, in the order in which tasks were first evaluated. */
export function ballotsOfRecords(
  records: Iterable<RecordBody>,
  withSources: boolean,
): Map<string, Ballot[]> {
  const byTask = new Map<string, Ballot[]>();
  const calls = new Map<string, CallAdmitted>();
  const sources = new Map<string, { codeHash: string; codeLength: number }[]>();
  const none = { codeHash: "", codeLength: 0 };
  for (const record of records) {
    if (record.kind === "call") calls.set(record.callId, record);
    if (record.kind === "reply" && withSources) {
      const own = record.completions.map((completion) => {
        const code = codeOf(completion);
        return code === null ? none : { codeHash: hash63(code), codeLength: [...code].length };
      });
      sources.set(record.callId, own);
    }
    if (record.kind !== "evaluation") continue;
    const { id, callId, index, outcome, outputs, correctTrain, correctTest, transduction } = record;
    const call = calls.get(callId);
    if (!call) continue;
    const { taskId, generation, operator, draw } = call;
    const ballots = byTask.get(taskId) ?? [];
    byTask.set(taskId, ballots);
    ballots.push({
      ...{ id, generation, operator, draw, index },
      ...(sources.get(callId)?.[index] ?? none),
      ran: outcome === "ok",
      transduction,
      outputs: outputs.map((output, i) => i < correctTrain.length ? null : output),
      correctTrain,
      correctTest,
    });
  }
  const order = ({ generation, operator, draw, index }: Ballot) => {
    return [generation, Number(operator === "refine"), draw, index];
  };
  for (const ballots of byTask.values()) {
    ballots.sort((a, b) => {
      const [one, other] = [order(a), order(b)];
      const at = one.findIndex((value, i) => value !== other[i]);
      return at < 0 ? 0 : one[at] - other[at];
    });
  }
  return byTask;
}
