import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { until } from "../until.ts";
import { CommandLine } from "../cli/command.ts";
import { type MadeRun, makeEndedRun, makeRun } from "../cli/made_run.ts";
import { findChromium, openBrowser, openDash, watchedPage } from "./browser.ts";
import { serveFolder } from "./static_server.ts";

const chromium = findChromium();
if (chromium === null) console.log("tests/dashboard: skipped, there is no Chromium here");

/** Pages, and what stands on each of a made run once it is read. */
function pagesOf({ programs }: MadeRun): readonly (readonly [hash: string, text: string])[] {
  return [
    ["overview", "fit all train pairs"],
    ["pipeline", "Nothing has been measured yet."],
    ["tasks", "1–2 of 2"],
    ["task/a", "right"],
    [`program/${programs.solved.id}`, "Changed from its parent"],
    ["search", "What refining gains"],
    ["learn", "Nothing was fitted yet."],
    ["vote", "No vote yet."],
    ["sql", "learning_curve"],
  ];
}

Deno.test({
  name: "the dashboard of a live run shows every page to who has its address, and to nobody else",
  ignore: chromium === null,
  fn: async () => {
    await using run = await makeRun(Deno.makeTempDirSync());
    await using dash = await openDash(run.directory);
    const { page, faults, origin, browser } = dash;
    await page.goto(dash.url);
    await page.waitForSelector("header");
    assertEquals(await page.evaluate("location.hash"), "#/overview", "the token is gone");
    await seePages(page, origin, run);
    await seeCellDifference(page, origin, run);
    await seePrompt(page, origin, run);
    await seeQuery(page, origin);
    await seeEvents(page, origin, run);
    await changeBudget(page, origin, run);
    await steer(page, run);
    assertEquals(faults, []);
    await seeWrongBudget(page, origin);
    await seeWrongQuery(page);
    const stranger = await browser.newPage();
    await stranger.goto(`${origin}/#/overview`);
    await until("a stranger is told", () => says(stranger, "no session"));
  },
});

Deno.test({
  name: "export --dashboard: a frozen run opens from a static server, SQL page included",
  ignore: chromium === null,
  fn: async () => {
    const soar = new CommandLine();
    const run = await makeEndedRun(soar.runs);
    const folder = `${Deno.makeTempDirSync()}/frozen`;
    const { code, stderr } = await soar.run("export", "--dashboard", folder);
    assertEquals(code, 0, stderr);
    await using server = serveFolder(folder);
    const browser = await openBrowser(chromium!);
    try {
      const { page, faults } = await watchedPage(browser, server.origin);
      await seePages(page, server.origin, run);
      await seeCellDifference(page, server.origin, run);
      await seeQuery(page, server.origin);
      assertEquals(faults, []);
      await seeWrongQuery(page);
    } finally {
      await browser.close();
    }
  },
});

async function seePages(page: Page, origin: string, run: MadeRun): Promise<void> {
  for (const [hash, text] of pagesOf(run)) {
    await page.goto(`${origin}/#/${hash}`);
    await until(`${hash} says ${text}`, () => says(page, text));
    assertEquals(await page.locator(".error").allInnerTexts(), [], hash);
  }
}

/** Whether a page has read all it asks for and shows a text. */
async function says(page: Page, text: string): Promise<boolean> {
  return await page.evaluate(
    `!document.querySelector(".waiting") && document.body.innerText.includes(${
      JSON.stringify(text)
    })`,
  );
}

/** `half` gives 12/34 where 12/35 is right: one cell of four. */
async function seeCellDifference(page: Page, origin: string, run: MadeRun): Promise<void> {
  await page.goto(`${origin}/#/program/${run.programs.half.id}`);
  const wrong = page.locator('[data-pair="train 2"] canvas').nth(2);
  await wrong.waitFor();
  assertEquals(await wrong.getAttribute("data-diff"), "1,1");
  assertEquals(
    await wrong.getAttribute("aria-label"),
    "predicted 2×2, 1 of 4 cells differ",
  );
  const right = page.locator('[data-pair="train 1"] canvas').nth(2);
  assertEquals(await right.getAttribute("data-diff"), "");
}

/** It is made again where its hash says so, else it is not shown. */
async function seePrompt(page: Page, origin: string, { programs }: MadeRun): Promise<void> {
  for (
    const [{ id }, text] of [[programs.half, "## Task"], [programs.late, "None of the"]] as const
  ) {
    await page.goto(`${origin}/#/program/${id}`);
    await page.getByRole("button", { name: "Show what the model was asked" }).click();
    await until(`the prompt of ${id}`, () => says(page, text));
  }
}

async function seeQuery(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/sql`);
  await page.fill(
    "textarea",
    "SELECT outcome, count(*) AS n FROM programs GROUP BY ALL ORDER BY n DESC LIMIT 1",
  );
  await page.click("button.main");
  await page.waitForSelector(".answer");
  assertMatch(await page.locator(".answer").innerText(), /ok\s+3/);
}

/** What is judged while the page is open appears, and is counted. */
async function seeEvents(page: Page, origin: string, { recorded }: MadeRun): Promise<void> {
  await page.goto(`${origin}/#/overview`);
  await until("five programs", () => says(page, "5\nprograms"));
  await recorded.program({ taskId: "b", draw: 7 }, { outcome: "memory", error: "too much" });
  await until("the sixth program", () => says(page, "6\nprograms"));
  await until("how it ended", () => says(page, "memory"));
}

/** The form shows the budget to come, and the change is in the journal. */
async function changeBudget(page: Page, origin: string, { recorded }: MadeRun): Promise<void> {
  await page.goto(`${origin}/#/overview`);
  await until("the budget", () => says(page, "from generation 0 on: 36 samples"));
  await page.getByLabel("samples").fill("72");
  await page.getByRole("button", { name: "Change the budget" }).click();
  await until("the change", () => says(page, "samples 36 → 72, from generation 0 on"));
  await until("the new budget", () => says(page, "from generation 0 on: 72 samples"));
  assertEquals(recorded.archive.notesOf("budget_changed").map(({ budget }) => budget), [
    { samples: 72 },
  ]);
}

async function seeWrongBudget(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/overview`);
  await page.getByLabel("refinements").fill("0");
  await page.getByLabel("samples").fill("0");
  await page.getByRole("button", { name: "Change the budget" }).click();
  await until("why not", () => says(page, "nothing to do"));
}

/** Both changes are in the journal. */
async function steer(page: Page, { recorded }: MadeRun): Promise<void> {
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.goto(page.url().replace(/#.*/, "#/task/a"));
  await page.getByRole("button", { name: "Stop this task" }).click();
  await page.getByText("stopped", { exact: true }).waitFor();
  assertEquals([...recorded.archive.notedTasks("task_stopped")], ["a"]);
}

async function seeWrongQuery(page: Page): Promise<void> {
  await page.goto(page.url().replace(/#.*/, "#/sql"));
  await page.fill("textarea", "SELECT nothing FROM nowhere");
  await page.click("button.main");
  await page.waitForSelector(".error");
  assertMatch(await page.locator(".error").innerText(), /nowhere/);
}
