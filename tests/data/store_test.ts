import { assertEquals, assertRejects } from "@std/assert";
import { codeOf, hash63 } from "../../data/program.ts";
import type { JournalRecord } from "../../data/records.ts";
import { openStore, type Store, StoreError } from "../../data/store.ts";
import {
  call,
  evaluation,
  ID,
  numbered,
  reply,
  RUN,
  runOpened,
  START,
  task,
  vote,
} from "./store_run.ts";

/** Rows as objects. */
async function rows(store: Store, sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await store.query(sql);
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i].name, value])));
}

function time(seq: number): string {
  return new Date(START + (seq - 1) * 1000).toISOString();
}

function seqOf(kind: string, last = false): number {
  const test = (record: { kind: string }) => record.kind === kind;
  return (last ? RUN.findLastIndex(test) : RUN.findIndex(test)) + 1;
}

Deno.test("Store gives back every record of a run by SQL", async (t) => {
  const store = await openStore();
  await store.ingest(numbered(RUN));

  await t.step("runs", async () => {
    assertEquals(await rows(store, "FROM runs"), [{
      run_id: "run-1",
      seed: "7",
      status: "done",
      resumes: 0,
      started_at: time(1),
      ended_at: time(RUN.length),
      config: { "rex.C": "20", "model": "tiny, \"quoted\"; 'x'" },
      code_version: "0.1.0",
    }]);
  });

  await t.step("tasks, in order, with grids as lists", async () => {
    const [, b, ...rest] = await rows(store, "FROM tasks");
    assertEquals(rest.map(({ task_id }) => task_id), ["c", "d"]);
    assertEquals(b, {
      run_id: "run-1",
      task_id: "b",
      dataset: "made-up",
      split: "training",
      train_input: [[[0, 1], [2, 3]], [[4]]],
      train_output: [[[1, 0]], [[5]]],
      test_input: [[[0]], [[1]]],
      test_output: [[[6]], [[7, 7], [7, 7]]],
    });
  });

  await t.step("programs: a wrong one, in full", async () => {
    const [half] = await rows(store, `FROM programs WHERE unique_id = ${ID.half}`);
    assertEquals(half, {
      run_id: "run-1",
      generation: 0,
      task_id: "a",
      unique_id: ID.half,
      type: "initial_solution",
      parents: [],
      model: "tiny",
      temperature: 0.5,
      call_id: hash63("call", "A"),
      draw: 3,
      sample_index: 0,
      prompt_hash: hash63("prompt", "A"),
      dataset: "made-up",
      split: "training",
      code: "def half(): é🟦\n",
      code_hash: hash63("def half(): é🟦\n"),
      reasoning: "Let me think.\n\nThat is it.",
      finish_reason: "stop",
      outcome: "ok",
      error: null,
      is_duplicate: false,
      duplicate_of: null,
      predicted_train_output: [[[1, 0]], [[9]]],
      predicted_test_output: [null],
      correct_train_input: [true, false],
      correct_test_input: [false],
      train_acc: 0.5,
      test_acc: 0,
      output_hash: null,
      transduction: false,
      confirmed: true,
      exec_ms: 12.5,
      layers: "landlock+seccomp",
      host: "here",
      generated_at: time(7),
      executed_at: time(8),
      seq: "8",
    });
  });

  await t.step("programs: no code, numpy put in front, duplicates, refined", async () => {
    const sql = `SELECT unique_id, code, reasoning, outcome, error, finish_reason, is_duplicate,
      duplicate_of, type, parents, predicted_train_output FROM programs`;
    const found = new Map((await rows(store, sql)).map((row) => [row.unique_id, row]));
    assertEquals(found.size, 7);
    assertEquals(found.get(ID.noCode), {
      unique_id: ID.noCode,
      code: null,
      reasoning: "I do not know.",
      outcome: "no_code",
      error: "no program in the reply",
      finish_reason: "length",
      is_duplicate: false,
      duplicate_of: null,
      type: "initial_solution",
      parents: [],
      predicted_train_output: [null, null],
    });
    const replied = RUN[6] as JournalRecord & { kind: "reply" };
    assertEquals(found.get(ID.solved)!.code, codeOf(replied.completions[1]));
    assertEquals(found.get(ID.again)!.code, "import numpy as np\nnp.solved\n");
    assertEquals(found.get(ID.again)!.duplicate_of, ID.solved);
    assertEquals(found.get(ID.again)!.is_duplicate, true);
    assertEquals(found.get(ID.child)!.type, "refined");
    assertEquals(found.get(ID.child)!.parents, [ID.parent]);
  });

  await t.step("programs with the same outputs share their output_hash", async () => {
    const sql = `SELECT list(unique_id ORDER BY seq) AS ids FROM programs
      WHERE output_hash IS NOT NULL GROUP BY output_hash HAVING count(*) > 1`;
    assertEquals(await rows(store, sql), [{ ids: [ID.solved, ID.again, ID.hardCoded] }]);
  });

  await t.step("a refined program joins its parent through parents[1]", async () => {
    const sql = `SELECT c.unique_id AS child, p.unique_id AS parent FROM programs c
      JOIN programs p ON p.run_id = c.run_id AND p.unique_id = c.parents[1]`;
    assertEquals(await rows(store, sql), [{ child: ID.child, parent: ID.parent }]);
  });

  await t.step("llm_calls: replied, failed and open", async () => {
    const sql = `SELECT call_id, phase, n_completions, n_replied, status, error, prompt_tokens,
      completion_tokens, retries, finish_reason, latency_ms, started_at, ended_at FROM llm_calls
      WHERE call_id IN (${["D", "G", "H"].map((name) => hash63("call", name))})
      ORDER BY started_at`;
    const none = { prompt_tokens: null, completion_tokens: null, retries: null };
    const silent = { ...none, finish_reason: null, latency_ms: null };
    const asked = { phase: "sample", n_completions: 1 };
    const failedAt = seqOf("call_failed");
    assertEquals(await rows(store, sql), [
      {
        call_id: hash63("call", "D"),
        phase: "refine",
        n_completions: 1,
        n_replied: 1,
        status: "replied",
        error: null,
        prompt_tokens: 100,
        completion_tokens: 40,
        retries: 1,
        finish_reason: "stop",
        latency_ms: 1500,
        started_at: time(20),
        ended_at: time(21),
      },
      {
        call_id: hash63("call", "G"),
        ...asked,
        n_replied: 0,
        status: "failed",
        error: "503",
        ...silent,
        started_at: time(failedAt - 1),
        ended_at: time(failedAt),
      },
      {
        call_id: hash63("call", "H"),
        ...asked,
        n_replied: null,
        status: "open",
        error: null,
        ...silent,
        started_at: time(failedAt + 1),
        ended_at: null,
      },
    ]);
  });

  await t.step("rex_draws", async () => {
    assertEquals(await rows(store, "FROM rex_draws"), [{
      run_id: "run-1",
      generation: 1,
      task_id: "b",
      draw: 3,
      call_id: hash63("call", "D"),
      sampling_method: "rex",
      parent_id: ID.parent,
      second_parent_id: null,
      h: 0.5,
      N: 2,
      theta: 0.75,
      seen: "9",
      drawn_at: time(20),
    }]);
  });

  await t.step("votes", async () => {
    const sql = "FROM votes WHERE generation = 1 AND task_id = 'b' AND attempt = 2";
    assertEquals(await rows(store, sql), [{
      run_id: "run-1",
      generation: 1,
      task_id: "b",
      attempt: 2,
      output_hash: hash63("12/34;12/34"),
      predicted_test_output: [[[1, 2], [3, 4]], [[1, 2], [3, 4]]],
      weight: 1001,
      n_programs: 2,
      members: [ID.half, ID.solved],
      correct_test_input: [false, true],
      voted_at: time(seqOf("vote", true)),
    }]);
  });

  await t.step("training_data, trainings, training_steps", async () => {
    assertEquals(await rows(store, "FROM training_data"), [{
      run_id: "run-1",
      generation: 0,
      task_id: "a",
      kind: "sample",
      sampling_her: "greedy_diverse",
      unique_id: ID.half,
      parent_id: null,
      relabeled: true,
      bin: "medium",
      n_chars: 321,
      selected_at: time(seqOf("selected")),
    }]);
    const at = time(seqOf("trained"));
    assertEquals(await rows(store, "FROM trainings"), [{
      run_id: "run-1",
      generation: 1,
      trainer: "embedded",
      n_rows: 1,
      n_steps: 2,
      train_ms: 800,
      trained_at: at,
    }]);
    assertEquals(await rows(store, "FROM training_steps"), [
      { run_id: "run-1", generation: 1, step: 0, loss: 2.5, ts: at },
      { run_id: "run-1", generation: 1, step: 1, loss: 1.25, ts: at },
    ]);
  });

  await t.step("stage_stats and events", async () => {
    assertEquals(await rows(store, "FROM stage_stats"), [{
      run_id: "run-1",
      ts: time(seqOf("stage")),
      stage: "executor",
      workers: 2,
      busy: 0.5,
      queue_depth: 64,
      queue_capacity: 256,
      in_per_s: 10,
      out_per_s: 9,
      blocked_frac: 0.25,
    }]);
    assertEquals(await rows(store, "FROM events"), [{
      run_id: "run-1",
      seq: String(seqOf("event")),
      ts: time(seqOf("event")),
      level: "warning",
      kind: "restarted",
      generation: null,
      task_id: null,
      message: "a cell was replaced",
    }]);
  });

  await t.step("correct and archive leave hard-coded programs out", async () => {
    const ids = async (view: string) =>
      (await rows(store, `SELECT unique_id FROM ${view} ORDER BY seq`)).map((r) => r.unique_id);
    assertEquals(await ids("correct"), [ID.solved, ID.child, ID.again]);
    assertEquals(await ids("archive"), [ID.half, ID.solved, ID.parent, ID.child, ID.again]);
    const bins = await rows(store, "SELECT bin FROM archive ORDER BY seq");
    assertEquals(bins.map(({ bin }) => bin), ["medium", "max", "zero", "max", "max"]);
  });

  await t.step("task_status has a row for every task of the run", async () => {
    const sql = `SELECT * EXCLUDE (run_id) FROM task_status WHERE generation = 1 ORDER BY task_id`;
    const none = { train_perfect: 0, oracle_solved: false, solved_by_sampling: false };
    assertEquals(await rows(store, sql), [
      {
        generation: 1,
        task_id: "a",
        n_programs: 1,
        best_train_acc: 1,
        train_perfect: 1,
        oracle_solved: true,
        solved_by_sampling: true,
        solved_by_refinement: false,
        vote_solved: false,
      },
      {
        generation: 1,
        task_id: "b",
        n_programs: 1,
        best_train_acc: 1,
        train_perfect: 1,
        oracle_solved: true,
        solved_by_sampling: false,
        solved_by_refinement: true,
        vote_solved: true,
      },
      {
        generation: 1,
        task_id: "c",
        n_programs: 1,
        best_train_acc: null,
        ...none,
        solved_by_refinement: false,
        vote_solved: null,
      },
      {
        generation: 1,
        task_id: "d",
        n_programs: 0,
        best_train_acc: null,
        ...none,
        solved_by_refinement: false,
        vote_solved: null,
      },
    ]);
  });

  await t.step("learning_curve counts against the run's tasks", async () => {
    assertEquals(await rows(store, "FROM learning_curve"), [
      {
        run_id: "run-1",
        generation: 0,
        tasks: 4,
        draws: 1,
        sample_tasks: 1,
        refine_tasks: 0,
        oracle_tasks: 1,
        oracle_so_far_tasks: 1,
        newly_solved_tasks: 1,
        vote2_tasks: 1,
        sample_oracle: 25,
        refine_oracle: 0,
        oracle: 25,
        oracle_so_far: 25,
        vote2: 25,
      },
      {
        run_id: "run-1",
        generation: 1,
        tasks: 4,
        draws: 0.75,
        sample_tasks: 1,
        refine_tasks: 1,
        oracle_tasks: 2,
        oracle_so_far_tasks: 2,
        newly_solved_tasks: 1,
        vote2_tasks: 1,
        sample_oracle: 25,
        refine_oracle: 25,
        oracle: 50,
        oracle_so_far: 50,
        vote2: 25,
      },
    ]);
  });

  await t.step("grid() draws, bin() names SOAR's bins", async () => {
    const [{ drawn }] = await rows(
      store,
      "SELECT grid(train_input[1]) AS drawn FROM tasks WHERE task_id = 'a'",
    );
    assertEquals(drawn, "⬛🟦\n🟥🟩");
    const { rows: [bins] } = await store.query(
      "SELECT bin(0), bin(0.34), bin(0.35), bin(0.97), bin(1), bin(NULL)",
    );
    assertEquals(bins, ["zero", "low", "medium", "medium", "max", null]);
  });
  await store.close();
});

Deno.test("learning_curve gives NULL where the answers are not known", async () => {
  const store = await openStore();
  const outputs = { correctTrain: [true, true], correctTest: null };
  await store.ingest(numbered([
    runOpened("blind"),
    task("a", ["6"], false),
    call("A", 0, "a"),
    reply("A", ["x"]),
    evaluation("A", "1", outputs),
    vote(0, "a", 1, null),
  ]));
  assertEquals(await rows(store, "FROM learning_curve"), [{
    run_id: "blind",
    generation: 0,
    tasks: 1,
    draws: 1,
    sample_tasks: null,
    refine_tasks: null,
    oracle_tasks: null,
    oracle_so_far_tasks: null,
    newly_solved_tasks: null,
    vote2_tasks: null,
    sample_oracle: null,
    refine_oracle: null,
    oracle: null,
    oracle_so_far: null,
    vote2: null,
  }]);
  assertEquals(await rows(store, "SELECT test_acc, correct_test_input FROM programs"), [
    { test_acc: null, correct_test_input: null },
  ]);
  await store.close();
});

Deno.test("Store.ingest() gives the same rows however the records are cut", async () => {
  const all = numbered(RUN);
  const whole = await openStore();
  await whole.ingest(all);
  const cut = await openStore();
  await cut.ingest([]);
  await Promise.all(all.map((record) => cut.ingest([record])));
  for (const table of ["programs", "llm_calls", "votes", "runs", "tasks", "learning_curve"]) {
    const sql = `FROM ${table} ORDER BY ALL`;
    assertEquals((await cut.query(sql)).rows, (await whole.query(sql)).rows, table);
  }
  await whole.close();
  await cut.close();
});

Deno.test("Store takes a resumed run, and a second run beside it", async () => {
  const store = await openStore();
  await store.ingest(numbered(RUN));
  await store.ingest(numbered([runOpened("run-1", true)], 101));
  assertEquals(await rows(store, "SELECT status, resumes, started_at, ended_at FROM runs"), [
    { status: "running", resumes: 1, started_at: time(1), ended_at: null },
  ]);
  await store.ingest(
    numbered([runOpened("run-2"), task("a", ["6"]), vote(0, "a", 1, [true])], 201),
  );
  const sql = "SELECT run_id, tasks, oracle_tasks, vote2 FROM learning_curve";
  assertEquals(await rows(store, sql), [
    { run_id: "run-1", tasks: 4, oracle_tasks: 1, vote2: 25 },
    { run_id: "run-1", tasks: 4, oracle_tasks: 2, vote2: 25 },
    { run_id: "run-2", tasks: 1, oracle_tasks: 0, vote2: 100 },
  ]);
  await store.close();
});

const odd = { kind: "lunch", seq: 4, at: START } as unknown as JournalRecord;
Deno.test("Store.ingest() refuses a record of an unknown kind, and what came with it", async () => {
  const store = await openStore();
  await store.ingest(numbered([runOpened("run-1")]));
  const batch = [...numbered([task("a", ["6"])], 2), odd];
  const message = 'record 4 is of unknown kind "lunch"';
  await assertRejects(() => store.ingest(batch), StoreError, message);
  assertEquals((await store.query("FROM tasks")).rows, []);
  await store.close();
});

Deno.test("Store.ingest() passes over what hangs on a line that could not be read", async () => {
  const store = await openStore();
  await store.ingest(numbered([runOpened("run-1"), evaluation("A", "1", {}), task("a", ["6"])]));
  assertEquals((await store.query("FROM programs")).rows, []);
  assertEquals((await store.query("FROM tasks")).rows.length, 1);
  await store.close();
});
