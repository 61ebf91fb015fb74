/**
 * Completers in workers, so that more than one core can draw programs.
 *
 * A task is asked of the worker that worked on it last, which remembers what it worked out, unless
 * another has much less to do. Which one answers never changes an answer. A worker that dies takes
 * the process along: whoever started it starts it again.
 *
 * @module
 */
import type { ErrandAnswer } from "./completer_worker.ts";
import { UNIFORM, type Weights } from "./grammar.ts";
import { readPrompt } from "./read_prompt.ts";
import type { ServedRequest } from "./read_request.ts";

/** How many more errands a task's worker may have than the idlest before it loses the task. */
const PATIENCE = 2;

/** Tasks whose worker is remembered. */
const MAX_TASKS = 1024;

interface Errand {
  resolve(texts: string[]): void;
  reject(error: Error): void;
}

/** Answers requests by workers without permissions. */
export class CompleterPool {
  readonly #members: readonly Member[];
  readonly #memberOf = new Map<string, Member>();
  readonly #weightsIds = new WeakMap<Weights, number>([[UNIFORM, 0]]);
  #weights = 1;

  /** Starts the workers. @param workers at least 1 */
  constructor(workers: number) {
    this.#members = Array.from({ length: workers }, () => new Member());
  }

  /**
   * The programs for a request, as {@link Completer.complete} gives them.
   *
   * @throws {PromptError} when the prompt is not one this model can read
   */
  async complete(request: ServedRequest, weights: Weights): Promise<string[]> {
    const member = this.#choose(JSON.stringify(readPrompt(request.messages).task));
    return await member.complete(request, weights, this.#idOf(weights));
  }

  /** Ends the workers; what they were asked stays unanswered. */
  close(): void {
    for (const member of this.#members) member.close();
  }

  #choose(task: string): Member {
    const idlest = this.#members.reduce((best, one) => (one.load < best.load ? one : best));
    const before = this.#memberOf.get(task);
    const member = before && before.load < idlest.load + PATIENCE ? before : idlest;
    this.#memberOf.delete(task);
    this.#memberOf.set(task, member);
    if (this.#memberOf.size > MAX_TASKS) {
      this.#memberOf.delete(this.#memberOf.keys().next().value!);
    }
    return member;
  }

  #idOf(weights: Weights): number {
    let id = this.#weightsIds.get(weights);
    if (id === undefined) this.#weightsIds.set(weights, id = this.#weights++);
    return id;
  }
}

/** One worker and what it was asked. */
class Member {
  readonly #worker: Worker;
  readonly #errands = new Map<number, Errand>();
  /** Weights it was sent. */
  readonly #knows = new Set([0]);
  #next = 0;

  constructor() {
    this.#worker = new Worker(new URL("./completer_worker.ts", import.meta.url), {
      type: "module",
      name: "completer",
      deno: { permissions: "none" },
    });
    this.#worker.onmessage = ({ data: { id, texts, error } }: MessageEvent<ErrandAnswer>) => {
      const errand = this.#errands.get(id)!;
      this.#errands.delete(id);
      if (texts) errand.resolve([...texts]);
      else errand.reject(new Error(error!));
    };
  }

  /** Requests not answered yet. */
  get load(): number {
    return this.#errands.size;
  }

  complete(request: ServedRequest, weights: Weights, weightsId: number): Promise<string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const id = this.#next++;
    this.#errands.set(id, { resolve, reject });
    const isNew = !this.#knows.has(weightsId);
    this.#knows.add(weightsId);
    this.#worker.postMessage({ id, request, weightsId, weights: isNew ? weights : null });
    return promise;
  }

  close(): void {
    this.#worker.terminate();
  }
}
