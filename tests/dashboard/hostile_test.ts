import { assertEquals } from "@std/assert";
import { makeRun } from "../cli/made_run.ts";
import { findChromium, openDash } from "./browser.ts";

/** Markup that tells on itself: an element of its own, and a script that leaves a mark. */
const HOSTILE = `"'><img id=injected src=x onerror="globalThis.marked=1"></pre></script>` +
  `<script>globalThis.marked=1</script>&amp; %2e`;

Deno.test({
  name: "names of tasks, programs, errors and models are text on every page, never markup",
  ignore: findChromium() === null,
  fn: async () => {
    await using run = await makeRun(Deno.makeTempDirSync());
    const { recorded } = run;
    await recorded.recorder.record({
      kind: "task",
      taskId: HOSTILE,
      dataset: HOSTILE,
      split: "training",
      train: [["1", "2"]],
      testInputs: ["3"],
      testOutputs: ["4"],
    });
    const { id } = await recorded.program({ taskId: HOSTILE, code: HOSTILE }, {
      outcome: "runtime_error",
      error: HOSTILE,
      host: HOSTILE,
      outputs: [null, null],
    });
    await recorded.recorder.record({
      kind: "event",
      level: "warning",
      event: "hostile",
      generation: null,
      taskId: HOSTILE,
      message: HOSTILE,
    });
    await using dash = await openDash(run.directory);
    const { page, faults, origin } = dash;
    await page.goto(dash.url);
    await page.waitForSelector("header");
    const sql = encodeURIComponent(`SELECT task_id, error, code FROM programs -- ${HOSTILE}`);
    for (
      const place of [
        "overview",
        "tasks",
        `task/${encodeURIComponent(HOSTILE)}`,
        `program/${id}`,
        "search",
        `sql?q=${sql}`,
      ]
    ) {
      await page.goto(`${origin}/#/${place}`);
      await page.getByText("<img id=injected").first().waitFor();
      await page.waitForSelector(".content:has(h1):not(:has(.waiting))");
      assertEquals(await page.locator("#injected").count(), 0, place);
      assertEquals(await page.evaluate("globalThis.marked"), undefined, place);
    }
    await page.goto(`${origin}/#/task/${encodeURIComponent(HOSTILE)}`);
    assertEquals(await page.locator("h1").innerText(), `Task ${HOSTILE}`);
    await page.goto(`${origin}/#/task/%`);
    await page.getByText("This run has no task %").waitFor();
    assertEquals(faults, []);
  },
});
