/**
 * Questions answered by several threads, in the order in which they were asked.
 *
 * @module
 */

/**
 * The answers in order. A thread has one question at a time and is at most one ahead of its turn.
 *
 * @param worker module of a thread that posts one answer a message; it may only read files
 * @throws what a thread throws, once it is the turn of its question
 */
export async function* askInOrder<Question, Answer>(
  worker: URL,
  questions: readonly Question[],
  threads: number,
): AsyncGenerator<Answer> {
  const workers = Array.from({ length: threads }, () =>
    new Worker(worker, {
      type: "module",
      deno: { permissions: { read: "inherit" } },
    }));
  try {
    const asked: Promise<Answer>[] = [];
    const ask = (i: number) => {
      if (i >= questions.length) return;
      asked[i] = answerBy<Question, Answer>(workers[i % threads], questions[i]);
      // Met when its turn comes; a fault of an earlier question may come first.
      asked[i].catch(() => {});
    };
    for (let i = 0; i < threads; i++) ask(i);
    for (let i = 0; i < questions.length; i++) {
      const answer = await asked[i];
      delete asked[i];
      ask(i + threads);
      yield answer;
    }
  } finally {
    for (const one of workers) one.terminate();
  }
}

function answerBy<Question, Answer>(worker: Worker, question: Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(event.error ?? new Error(event.message));
  };
  worker.postMessage(question);
  return promise;
}
