/**
 * A worker that answers requests with programs; it holds no permission.
 *
 * @module
 */
import { Completer } from "./complete.ts";
import { UNIFORM, type Weights } from "./grammar.ts";
import type { ServedRequest } from "./read_request.ts";

/** A request to a worker. */
export interface Errand {
  readonly id: number;
  readonly request: ServedRequest;
  /** Which weights; 0 are those of the uniform base. */
  readonly weightsId: number;
  /** With the first errand that wants them. */
  readonly weights: Weights | null;
}

/** A worker's answer: the programs as texts, or why there are none. */
export interface ErrandAnswer {
  readonly id: number;
  readonly texts: readonly string[] | null;
  readonly error: string | null;
}

/** The global of a Deno worker, as far as it is used. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Errand>) => void) | null;
  postMessage(answer: ErrandAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;
const completer = new Completer();
const known = new Map<number, Weights>([[0, UNIFORM]]);

scope.onmessage = ({ data: { id, request, weightsId, weights } }) => {
  if (weights) known.set(weightsId, weights);
  try {
    const texts = completer.complete(request, known.get(weightsId)!);
    scope.postMessage({ id, texts, error: null });
  } catch (error) {
    scope.postMessage({ id, texts: null, error: String(error) });
  }
};
