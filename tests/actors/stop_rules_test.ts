/** Stop rules end what is under way: a run does not wait for replies that nobody wants any more. */
import { assert, assertEquals } from "@std/assert";
import { readJournal } from "../../data/journal_reader.ts";
import type { CallFailed } from "../../data/records.ts";
import type { RunDirectory } from "../../data/run_directory.ts";
import type { CompletionRequest, ModelClient, ModelReply } from "../../models/client.ts";
import { answerText } from "../../models/prompts.ts";
import {
  type Changes,
  newRun,
  PROGRAMS,
  sampleTasks,
  ScriptedModel,
  scriptedRun,
} from "./scripted_run.ts";

/** Answers the first requests, rightly; holds the others until their signal aborts. */
class HoldingModel implements ModelClient {
  readonly requests: CompletionRequest[] = [];
  readonly #answered: number;
  /** Held requests that were ended. */
  ended = 0;
  onHeld: (held: number) => void = () => {};

  constructor(answered: number) {
    this.#answered = answered;
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<ModelReply> {
    this.requests.push(request);
    const held = this.requests.length - this.#answered;
    if (held > 0) return this.#hold(held, signal!);
    const completions = [{ text: answerText(PROGRAMS[0]!), finishReason: "stop" }];
    const tokens = { promptTokens: 10, completionTokens: 20 };
    return Promise.resolve({ completions, ...tokens, latencyMs: 1, retries: 0 });
  }

  #hold(held: number, signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        this.ended++;
        reject(signal.reason);
      });
      this.onHeld(held);
    });
  }
}

/** A run on the one task that the model solves. */
async function onOneTask(directory: RunDirectory, model: ModelClient, changes: Changes) {
  const { tasks, answers } = await sampleTasks(1);
  return await scriptedRun(directory, model, {
    ...{ tasks, answers, generations: 1, concurrency: 4 },
    budget: { samples: 6, refinements: 4, completionsPerCall: 1, completionsPerRefinement: 1 },
    ...changes,
  });
}

function failuresOf(directory: RunDirectory): CallFailed[] {
  return [...readJournal(directory.journal)].flatMap(({ record }) =>
    record.kind === "call_failed" ? [record] : []
  );
}

Deno.test("a task that has enough: its requests under way are cancelled, counted and not asked again", async () => {
  const directory = newRun();
  const model = new HoldingModel(1);
  const changes: Changes = {
    allocation: { policy: "fixed", enoughSampled: 1, enoughRefined: 1 },
  };
  // Without the rule it would wait for ever.
  const archive = await onOneTask(directory, model, changes);
  assert(model.ended > 0 && model.ended <= 4, `${model.ended} cancelled`);
  assertEquals(model.requests.length, 1 + model.ended);
  const failures = failuresOf(directory);
  assertEquals(failures.map(({ cancelled }) => cancelled), Array(model.ended).fill(true));
  assertEquals(
    new Set(failures.map(({ error }) => error)),
    new Set(["cancelled: task mirror_left_right is asked nothing more"]),
  );
  assert([...archive.calls()].every(({ ended }) => ended));
  assertEquals(archive.count(0), { programs: 1, failed: 0 });
  // Nothing came for them: they count neither as programs nor as what a program costs.
  const { asked, replied } = archive.spent();
  assertEquals([asked, replied], [1, 1]);
  const again = await onOneTask(directory, model, changes);
  assertEquals([again.count(0), model.requests.length], [
    { programs: 1, failed: 0 },
    1 + model.ended,
  ]);
});

Deno.test("a task that is stopped: its requests under way are cancelled, those of others are not", async () => {
  const directory = newRun();
  const model = new HoldingModel(0);
  const stopped = await onOneTask(directory, model, {
    onEngine: ({ control }) => {
      model.onHeld = (held) => {
        if (held === 4) void control.stopTask("mirror_left_right");
      };
    },
  });
  assertEquals([model.ended, model.requests.length], [4, 4]);
  assertEquals(failuresOf(directory).length, 4);
  assertEquals(stopped.count(0), { programs: 0, failed: 0 });
});

Deno.test("deterministic: what was begun is waited for, since what comes first hangs on timing", async () => {
  const replies = Promise.withResolvers<void>();
  const model = new ScriptedModel();
  let asked = 0;
  model.complete = async (_request, signal) => {
    // The first is right, and evaluated before the second is answered.
    if (++asked > 1) await replies.promise;
    signal?.throwIfAborted();
    const completions = [{ text: answerText(PROGRAMS[0]!), finishReason: "stop" }];
    return { completions, promptTokens: 1, completionTokens: 1, latencyMs: 1, retries: 0 };
  };
  const directory = newRun();
  const archive = await onOneTask(directory, model, {
    ...{ deterministic: true, window: 2 },
    budget: { samples: 2, refinements: 0, completionsPerCall: 1, completionsPerRefinement: 1 },
    allocation: { policy: "fixed", enoughSampled: 1, enoughRefined: 1 },
    onEngine: (_engine, { records$ }) => {
      records$.subscribe(({ event }) => {
        if (event.kind === "evaluation") replies.resolve();
      });
    },
  });
  assertEquals([archive.count(0).programs, failuresOf(directory).length], [2, 0]);
});
