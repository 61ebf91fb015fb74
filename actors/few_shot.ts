/**
 * Few-shot examples: solved tasks of earlier generations, rotated from request to request.
 *
 * A task never sees itself or a task of the same content, and a task that is being measured is
 * never an example.
 *
 * @module
 */
import type { Answers, Task } from "../data/task.ts";
import type { FewShot } from "../models/prompts.ts";
import { type ContaminationGuard, sharesContent, taskContent } from "../search/contamination.ts";
import { isSolved } from "../search/judged.ts";
import { randomInt, seededRandom } from "../search/random.ts";
import { ARC } from "./arc.ts";
import type { Domain } from "./domain.ts";
import type { Recorder } from "./recorder.ts";
import type { Unit } from "./unit.ts";

/** Examples kept a generation: enough to rotate, few enough to read at its start. */
const EXAMPLES = 64;

/** Longest example in characters of source: SOAR's prompts hold short programs. */
const LONGEST = 4000;

/** Options of {@link fewShotExamples}. */
export interface FewShotOptions {
  /** @default ARC */
  readonly domain?: Domain;
  readonly tasks: readonly Task[];
  readonly answers: Answers;
  readonly guard: ContaminationGuard;
  readonly recorder: Recorder;
  readonly generation: number;
  readonly seed: number;
}

/** Gathers the examples of a generation; the function returned picks one for a request. */
export async function fewShotExamples(
  { domain = ARC, tasks, answers, guard, recorder, generation, seed }: FewShotOptions,
): Promise<(task: Task, unit: Unit) => FewShot> {
  const examples: { content: ReturnType<typeof taskContent>; shot: FewShot }[] = [];
  for (const task of tasks) {
    if (examples.length === EXAMPLES) break;
    const solved = recorder.archive.ofTask(task.id).filter((entry) =>
      entry.generation < generation && entry.outcome === "ok" && !entry.transduction &&
      isSolved(entry) && entry.codeLength <= LONGEST
    );
    if (solved.length === 0 || guard.fault(task, answers.get(task.id))) continue;
    const shortest = solved.reduce((a, b) => b.codeLength < a.codeLength ? b : a);
    const { code } = await recorder.load(shortest);
    examples.push({ content: taskContent(task, answers.get(task.id)), shot: { task, code } });
  }
  return (task, { operator, draw }) => {
    if (examples.length === 0) return domain.prompts.firstExample;
    const random = seededRandom(seed, generation, task.id, operator, draw, "few-shot");
    const first = randomInt(examples.length, random);
    const own = taskContent(task, answers.get(task.id));
    for (let i = 0; i < examples.length; i++) {
      const { content, shot } = examples[(first + i) % examples.length];
      if (!sharesContent(content, own)) return shot;
    }
    return domain.prompts.firstExample;
  };
}
