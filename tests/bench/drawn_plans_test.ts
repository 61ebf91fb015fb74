import { assert, assertEquals } from "@std/assert";
import { drawnPlans } from "../../bench/drawn_plans.ts";
import { loadTasks } from "../../data/load_tasks.ts";

import { UNIFORM } from "../../models/embedded/grammar.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { PYTHON } from "../python.ts";

Deno.test("drawnPlans() counts what is right everywhere, and only what the sandbox confirms", async () => {
  const engine = await openPythonEngine({ python: PYTHON, workers: 1 });
  try {
    const set = await loadTasks("sample");
    let time = 0;
    const draw = (answers = set.answers, seed = 1) =>
      drawnPlans({ ...set, answers }, UNIFORM, { plans: 100, seed, engine, now: () => time++ });
    const first = await draw();
    assertEquals(first.tasks, set.tasks.map(({ id }) => id));
    const count = first.solved.filter(Boolean).length;
    assert(count > 0 && count < set.tasks.length, `${count} solved`);
    assertEquals(first.programs, 100 * set.tasks.length);
    assertEquals((await draw()).solved, first.solved);
    const others = new Map([...set.answers].map(([id, grids]) => [id, grids.map(() => [[0]])]));
    assertEquals((await draw(others)).solved, set.tasks.map(() => false));
  } finally {
    await engine.close();
  }
});
