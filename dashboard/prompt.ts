/**
 * The prompt a program was written for, made again: the journal keeps its hash, not its text.
 *
 * Task and parents are known; which solved task stood before it (actors/few_shot.ts) is found by
 * trying those there were until the hash fits. So what is shown is what was asked, or said not to be.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { FIRST_EXAMPLE } from "../models/few_shot_example.ts";
import {
  crossoverPrompt,
  type FewShot,
  type Message,
  refinePrompt,
  samplePrompt,
  type ShownAttempt,
  type ShownTask,
} from "../models/prompts.ts";
import { ask, idLiteral, type Row, rowsOf } from "./ask.ts";
import { html, type View } from "./html.ts";

/** The prompt of a program's row, on request. */
export function Prompt({ row }: { readonly row: Row }): View {
  const [shown, setShown] = useState<{ readonly id: string; readonly text: string } | null>(null);
  const show = () =>
    promptOf(row).then(
      (messages) => messages?.map(({ content }) => content).join("\n\n———\n\n") ?? NOT_FOUND,
      (error) => String(error.message ?? error),
    ).then((text) => setShown({ id: row.unique_id, text }));
  return html`
    <section class="card">
      <h2>Prompt</h2>
      ${shown !== null && shown.id === row.unique_id
        ? html`<pre class="wrap prompt">${shown.text}</pre>`
        : html`<button onClick=${show}>Show what the model was asked</button>`}
    </section>
  `;
}

const NOT_FOUND =
  "None of the prompts that can be made again has the hash in the journal: another version of soar, " +
  "or another domain, has asked.";

/** The messages whose hash the journal has; null when none fits. */
async function promptOf(row: Row): Promise<Message[] | null> {
  const task = taskOf(row);
  const attempts = await attemptsOf(row.parents);
  if (attempts.length !== row.parents.length) return null;
  for (const fewShot of [FIRST_EXAMPLE, ...await examplesBefore(row.generation)]) {
    const messages = messagesOf(task, attempts, fewShot);
    if (await hash63(JSON.stringify(messages)) === row.prompt_hash) return messages;
  }
  return null;
}

function messagesOf(
  task: ShownTask,
  [first, second]: readonly ShownAttempt[],
  fewShot: FewShot,
): Message[] {
  if (!first) return samplePrompt(task, fewShot);
  return second
    ? crossoverPrompt(task, [first, second], fewShot)
    : refinePrompt(task, first, fewShot);
}

function taskOf({ train_input, train_output, test_input }: Row): ShownTask {
  const train = train_input.map((input: unknown, i: number) => ({
    input,
    output: train_output[i],
  }));
  return { train, testInputs: test_input };
}

/** The programs shown to be refined, in the order they were shown. */
async function attemptsOf(ids: readonly string[]): Promise<ShownAttempt[]> {
  if (ids.length === 0) return [];
  const rows = rowsOf(
    await ask(`SELECT unique_id, code, error, predicted_train_output, predicted_test_output,
      correct_train_input FROM programs WHERE unique_id IN (${ids.map(idLiteral).join(", ")})`),
  );
  return ids.flatMap((id) => rows.filter(({ unique_id }) => unique_id === id)).map((row) => ({
    code: row.code,
    outputs: [...row.predicted_train_output ?? [], ...row.predicted_test_output ?? []],
    error: row.error,
    correctTrain: row.correct_train_input,
  }));
}

/** The shortest solution of each task before a generation: what could stand as an example. */
async function examplesBefore(generation: number): Promise<FewShot[]> {
  if (generation === 0) return [];
  const answer = await ask(`SELECT t.train_input, t.train_output, t.test_input, p.code
    FROM programs p JOIN tasks t USING (run_id, task_id)
    WHERE p.generation < ${generation} AND p.outcome = 'ok' AND NOT p.transduction
      AND p.train_acc = 1 AND p.test_acc = 1
    QUALIFY row_number() OVER (PARTITION BY p.task_id ORDER BY length(p.code), p.generation,
      p.type = 'refined', p.draw, p.sample_index) = 1`);
  return rowsOf(answer).map((row) => ({ task: taskOf(row), code: row.code }));
}

/** The hash of data/program.ts, as a browser makes it. */
async function hash63(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return (new DataView(digest).getBigUint64(0) >> 1n).toString();
}
