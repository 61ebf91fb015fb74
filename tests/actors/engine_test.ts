import { assert, assertEquals, assertRejects } from "@std/assert";
import { archiveRows } from "../../actors/archive_rows.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import { isGrid } from "../../data/grid.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { JournalRecord } from "../../data/records.ts";
import { readManifest, readShards } from "../../data/shards.ts";
import { ModelError } from "../../models/client.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { newRun, sampleTasks, ScriptedModel, scriptedRun } from "./scripted_run.ts";

function recordsOf(directory: { journal: string }): JournalRecord[] {
  return [...readJournal(directory.journal)].map(({ record }) => record);
}

Deno.test("every program asked for becomes one row, whatever became of it", async () => {
  const directory = newRun();
  const archive = await scriptedRun(directory, new ScriptedModel());
  const entries = [...archive.entries()];
  const refined = entries.filter(({ operator }) => operator === "refine");
  assertEquals(entries.length - refined.length, 6 * 2 * 8);
  assert(refined.length > 0 && refined.length <= 6 * 2 * 4);
  const outcomes = new Set(entries.map(({ outcome }) => outcome));
  for (const outcome of ["ok", "no_code", "syntax_error", "runtime_error"]) {
    assert(
      outcomes.has(outcome as ArchiveEntry["outcome"]),
      `no ${outcome} among ${[...outcomes]}`,
    );
  }
  assertEquals([...archive.unevaluated()], []);
});

Deno.test("refinements name a parent that ran, and count how often it was chosen", async () => {
  const archive = await scriptedRun(newRun(), new ScriptedModel());
  const refined = [...archive.entries()].filter(({ operator }) => operator === "refine");
  for (const { parents: [id], taskId } of refined) {
    const parent = archive.get(id)!;
    assertEquals([parent.taskId, parent.outcome], [taskId, "ok"]);
    assert(archive.timesChosen(id) > 0);
    assert(!(parent.h === 1 && parent.correctTest!.every(Boolean)), "a solution was refined");
  }
});

Deno.test("programs that are right on all train pairs are confirmed alone", async () => {
  const archive = await scriptedRun(newRun(), new ScriptedModel());
  const perfect = [...archive.entries()].filter(({ h, outcome }) => h === 1 && outcome === "ok");
  assert(perfect.length > 0);
  assert(perfect.every(({ confirmed }) => confirmed));
});

Deno.test("the shards hold what their manifest says, and no answer of a task that was not solved", async () => {
  const directory = newRun();
  await scriptedRun(directory, new ScriptedModel());
  const rows = [...readShards(directory.shards(1))];
  assertEquals(rows.length, readManifest(directory.shards(1)).rows);
  assert(rows.length > 0);
  for (const { meta, completion } of rows) {
    const { relabelled, correct } = JSON.parse(meta);
    assertEquals(relabelled, !correct);
    assert(completion[0].content.includes("def transform"));
  }
});

Deno.test("a task that is being measured gives no row and no example", async () => {
  const directory = newRun();
  const { tasks, answers } = await sampleTasks(6);
  const guard = new ContaminationGuard(tasks.slice(0, 5).map((task) => ({ task })));
  const model = new ScriptedModel();
  await scriptedRun(directory, model, { tasks, answers, guard });
  const learnt = new Set(
    [...readShards(directory.shards(1))].map((row) => JSON.parse(row.meta).taskId),
  );
  assertEquals([...learnt], [tasks[5].id]);
});

Deno.test("answers of evaluation tasks do not get into the engine", async () => {
  const { tasks, answers } = await sampleTasks(2);
  const measured = tasks.map((task) => ({ ...task, split: "evaluation" as const }));
  await assertRejects(
    () => scriptedRun(newRun(), new ScriptedModel(), { tasks: measured, answers }),
    TypeError,
    "must not enter the engine",
  );
  const archive = await scriptedRun(newRun(), new ScriptedModel(), {
    tasks: measured,
    answers: new Map(),
  });
  assert([...archive.entries()].every(({ correctTest }) => correctTest === null));
});

Deno.test("the submission has Kaggle's form", async () => {
  const directory = newRun();
  await scriptedRun(directory, new ScriptedModel());
  const { tasks } = await sampleTasks(6);
  const submission = JSON.parse(Deno.readTextFileSync(directory.submission));
  assertEquals(Object.keys(submission), tasks.map(({ id }) => id));
  for (const task of tasks) {
    assertEquals(submission[task.id].length, task.testInputs.length);
    for (const answer of submission[task.id]) {
      assertEquals(Object.keys(answer), ["attempt_1", "attempt_2"]);
      assert(isGrid(answer.attempt_1) && isGrid(answer.attempt_2));
    }
  }
});

Deno.test("deterministic: the same archive at any concurrency", async () => {
  const run = (concurrency: number) =>
    scriptedRun(newRun(), new ScriptedModel(), { deterministic: true, concurrency });
  assertEquals(archiveRows(await run(1)), archiveRows(await run(8)));
});

Deno.test("deterministic: a run that was stopped goes on to the same archive, asking nothing twice", async () => {
  const whole = new ScriptedModel();
  const undisturbed = await scriptedRun(newRun(), whole, { deterministic: true });
  const directory = newRun();
  let asked = 0;
  for (const after of [3, 7, 12, 20]) {
    const stop = new AbortController();
    const model = new ScriptedModel();
    const complete = model.complete.bind(model);
    model.complete = (request, signal) => {
      if (model.requests.length === after) stop.abort(new Error("stopped by the test"));
      return complete(request, signal);
    };
    await assertRejects(() =>
      scriptedRun(directory, model, { deterministic: true }, { signal: stop.signal })
    );
    asked += recordsOf(directory).filter(({ kind }) => kind === "reply").length - asked;
  }
  const last = new ScriptedModel();
  const resumed = await scriptedRun(directory, last, { deterministic: true });
  assertEquals(archiveRows(resumed), archiveRows(undisturbed));
  assertEquals(asked + last.requests.length, whole.requests.length);
});

Deno.test("a refused request is set aside and the run goes on without it", async () => {
  const directory = newRun();
  const model = new ScriptedModel();
  const complete = model.complete.bind(model);
  let calls = 0;
  model.complete = (request, signal) =>
    ++calls === 2
      ? Promise.reject(new ModelError("refused", "prompt too long"))
      : complete(request, signal);
  const archive = await scriptedRun(directory, model);
  const failed = recordsOf(directory).filter((record) => record.kind === "call_failed");
  assertEquals(failed.length, 1);
  assert(archive.size < 6 * 2 * 12);
  assertEquals([...archive.unevaluated()], []);
});

Deno.test("a model that is lost stops the run; with the model back it is finished", async () => {
  const directory = newRun();
  const model = new ScriptedModel();
  const complete = model.complete.bind(model);
  let calls = 0;
  model.complete = (request, signal) =>
    ++calls > 5 ? Promise.reject(new ModelError("unreachable", "gone")) : complete(request, signal);
  const error = await assertRejects(() => scriptedRun(directory, model), ModelError);
  assertEquals(error.kind, "unreachable");
  const archive = await scriptedRun(directory, new ScriptedModel());
  assertEquals(
    [...archive.entries()].filter(({ operator }) => operator === "sample").length,
    6 * 2 * 8,
  );
});

Deno.test("a prompt never holds a test output", async () => {
  const model = new ScriptedModel();
  const { tasks, answers } = await sampleTasks(6);
  await scriptedRun(newRun(), model, { tasks, answers, generations: 1 });
  for (const { messages } of model.requests) {
    const text = messages.map(({ content }) => content).join("\n");
    assert(!/Test \d+ (output|expected)/.test(text));
  }
});

Deno.test("draining: what was asked is answered, executed and kept; the rest is done on resume", async () => {
  const whole = await scriptedRun(newRun(), new ScriptedModel(), { deterministic: true });
  const directory = newRun();
  const drain = new AbortController();
  const model = new ScriptedModel();
  const complete = model.complete.bind(model);
  model.complete = (request, signal) => {
    if (model.requests.length === 5) drain.abort(new Error("draining"));
    return complete(request, signal);
  };
  const options = { deterministic: true };
  await assertRejects(
    () => scriptedRun(directory, model, options, { draining: drain.signal }),
    Error,
    "draining",
  );
  const records = recordsOf(directory);
  const count = (kind: string) => records.filter((record) => record.kind === kind).length;
  assertEquals(count("call"), count("reply"));
  const replied = records.flatMap((record) => record.kind === "reply" ? record.completions : []);
  assertEquals(count("evaluation"), replied.length);
  assertEquals(
    archiveRows(await scriptedRun(directory, new ScriptedModel(), options)),
    archiveRows(whole),
  );
});

Deno.test("a generation without samples refines what came before, or nothing", async () => {
  for (const deterministic of [true, false]) {
    const directory = newRun();
    const budget = { samples: 0, refinements: 4, completionsPerCall: 4 };
    const none = await scriptedRun(directory, new ScriptedModel(), { deterministic, budget });
    assertEquals(none.size, 0);
  }
});

/** What a run noted of a kind of event, by generation. */
function noted(directory: { journal: string }, name: string): (number | null)[] {
  return recordsOf(directory).flatMap((record) =>
    record.kind === "event" && record.event === name ? [record.generation] : []
  );
}

Deno.test("total programs: the run ends its generation, votes and says so; a resume adds nothing", async () => {
  const directory = newRun();
  const model = new ScriptedModel();
  const budget = { samples: 8, refinements: 0, completionsPerCall: 4 };
  const changes = { generations: 3, budget, limits: { programs: 53 } };
  const archive = await scriptedRun(directory, model, changes);
  // Six tasks of eight are 48: the second generation gets the other five.
  assertEquals([archive.count(0).programs, archive.count(1).programs], [48, 5]);
  assertEquals(noted(directory, "budget_reached"), [1]);
  assertEquals([noted(directory, "voted"), noted(directory, "generation_ended")], [[0, 1], [0, 1]]);
  assertEquals(Object.keys(JSON.parse(Deno.readTextFileSync(directory.submission))).length, 6);
  const asked = model.requests.length;
  const again = await scriptedRun(directory, model, changes);
  assertEquals([archiveRows(again), model.requests.length], [archiveRows(archive), asked]);
  assertEquals(noted(directory, "budget_reached"), [1]);
});

Deno.test("total programs are shared by sampling and refining as the budget is", async () => {
  const limits = { programs: 36 };
  const model = new ScriptedModel();
  const archive = await scriptedRun(newRun(), model, { generations: 1, limits });
  const count = (name: string) => [...archive.entries()].filter((e) => e.operator === name).length;
  assertEquals(count("sample"), 24);
  assert(count("refine") > 0 && count("refine") <= 12, `${count("refine")} refined`);
});

Deno.test("deterministic: total programs and stop rules, the same archive at any concurrency", async () => {
  const rows = await Promise.all([1, 7].map(async (concurrency) => {
    const archive = await scriptedRun(newRun(), new ScriptedModel(), {
      ...{ deterministic: true, concurrency, limits: { programs: 90 } },
      allocation: { policy: "fixed", enoughSampled: 2, enoughRefined: 1 },
    });
    return archiveRows(archive);
  }));
  assertEquals(rows[0], rows[1]);
  assert(rows[0].length > 40 && rows[0].length <= 90, `${rows[0].length} programs`);
});

Deno.test("total tokens: the run ends when no request is paid for any more", async () => {
  const directory = newRun();
  const model = new ScriptedModel();
  // A reply is thirty tokens, whether it holds two programs or four.
  const archive = await scriptedRun(directory, model, { limits: { tokens: 300 } });
  const { promptTokens, completionTokens } = archive.spent();
  assert(promptTokens + completionTokens <= 330, `${promptTokens + completionTokens} tokens`);
  assert(model.requests.length >= 6, `${model.requests.length} requests`);
  assertEquals([noted(directory, "budget_reached"), noted(directory, "voted")], [[0], [0]]);
});
