import { assertEquals } from "@std/assert";
import { codeOf, hash63 } from "../../data/program.ts";
import type { JournalRecord } from "../../data/records.ts";
import { onEachEngine, rowObjects as rows } from "./store_engines.ts";
import { ID, numbered, RUN, START } from "./store_run.ts";

/** When record `seq` was written. */
function time(seq: number): string {
  return new Date(START + (seq - 1) * 1000).toISOString();
}

function seqOf(kind: string, last = false): number {
  const test = (record: { kind: string }) => record.kind === kind;
  return (last ? RUN.findLastIndex(test) : RUN.findIndex(test)) + 1;
}

onEachEngine("Store gives back every record of a run by SQL", async ({ openStore, t }) => {
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
      n_skipped: 2,
      n_overlong: 1,
      n_tokens: 640,
      n_steps: 2,
      final_loss: 1.25,
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

  await store.close();
});
