/**
 * Ids of requests and candidates: they follow from what was asked, not from when.
 *
 * @module
 */
import type { Candidate } from "./candidate.ts";
import { hash63 } from "./program.ts";
import type { CallAdmitted } from "./records.ts";

/** The id of a request. */
export function callIdOf(
  generation: number,
  taskId: string,
  operator: Candidate["operator"],
  draw: number,
): string {
  return hash63("call", generation, taskId, operator, draw);
}

/** The candidate that completion `index` of a request proposes. */
export function candidateOf(call: CallAdmitted, index: number, code: string | null): Candidate {
  const { generation, taskId, operator, draw, parents, model, callId } = call;
  const id = hash63(generation, taskId, operator, draw, index);
  return { id, taskId, generation, operator, draw, index, parents, model, callId, code };
}
