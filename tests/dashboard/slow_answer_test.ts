import { assertEquals } from "@std/assert";
import type { Route } from "playwright-core";
import { makeRun } from "../cli/made_run.ts";
import { until } from "../until.ts";
import { findChromium, openDash } from "./browser.ts";

Deno.test({
  name: "a question whose answer takes longer than the next news is let end, and not asked twice",
  ignore: findChromium() === null,
  fn: async () => {
    await using run = await makeRun(Deno.makeTempDirSync());
    await using dash = await openDash(run.directory);
    const { page, faults } = dash;
    const held: Route[] = [];
    let holds = true;
    await page.route("**/sql", async (route) => {
      if (holds) held.push(route);
      else await route.continue();
    });
    let looks = 0;
    page.on("response", (response) => {
      if (response.url().endsWith("/state")) looks++;
    });
    await page.goto(dash.url);
    await until("the questions of the page", async () => {
      await page.waitForTimeout(0);
      return held.length >= 4;
    });
    for (const draw of [7, 8]) {
      const before = looks;
      await run.recorded.program({ taskId: "b", draw }, { outcome: "memory", error: "much" });
      await until("news", async () => {
        await page.waitForTimeout(0);
        return looks > before;
      });
    }
    const asked = held.map((route) => route.request().postDataJSON().sql);
    assertEquals(asked, [...new Set(asked)]);
    holds = false;
    for (const route of held) await route.continue();
    await page.waitForSelector(".content:has(h1):not(:has(.waiting))");
    assertEquals(await page.locator(".error").allInnerTexts(), []);
    assertEquals(faults, []);
  },
});
