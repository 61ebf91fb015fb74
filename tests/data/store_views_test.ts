import { assertEquals } from "@std/assert";
import { onEachEngine, rowObjects as rows } from "./store_engines.ts";
import { call, evaluation, ID, numbered, reply, RUN, runOpened, task, vote } from "./store_run.ts";

onEachEngine("Views of the store count what a run's records say", async ({ openStore, t }) => {
  const store = await openStore();
  await store.ingest(numbered(RUN));

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

onEachEngine("learning_curve gives NULL where the answers are not known", async ({ openStore }) => {
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
