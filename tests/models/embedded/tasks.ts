/** The bundled sample tasks as prompts show them. */
import { loadTasks } from "../../../data/load_tasks.ts";
import type { Grid } from "../../../data/grid.ts";
import type { ShownTask } from "../../../models/prompts.ts";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import type { TrainingRow } from "../../../models/embedded/fit.ts";
import { answerText, samplePrompt } from "../../../models/prompts.ts";

const { tasks, answers } = await loadTasks("sample");

/** Sample tasks with their test outputs. */
export const TASKS: readonly { id: string; task: ShownTask; answers: readonly Grid[] }[] = tasks
  .map(({ id, train, testInputs }) => ({
    id,
    task: { train, testInputs },
    answers: answers.get(id)!,
  }));

/** One sample task. */
export function taskNamed(id: string): ShownTask {
  return TASKS.find((sample) => sample.id === id)!.task;
}

/** A fresh evaluator of a sample task. */
export function evaluatorOf(id: string): Evaluator {
  return new Evaluator(taskNamed(id));
}

/** A training row as shards hold it. */
export function rowOf(task: ShownTask, code: string, meta: object): TrainingRow {
  return {
    prompt: samplePrompt(task, null),
    completion: [{ role: "assistant", content: answerText(code) }],
    meta: JSON.stringify({ taskId: "t", operator: "sample", ...meta }),
  };
}
