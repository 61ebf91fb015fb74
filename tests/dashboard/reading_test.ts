import { assertEquals } from "@std/assert";
import { serveSlowRun } from "../cli/slow_run.ts";
import { findChromium, openDash } from "./browser.ts";

Deno.test({
  name: "a page that waits for the journal to be read says how far that is, and how long it takes",
  ignore: findChromium() === null,
  fn: async () => {
    const far = { bytes: 5e8, ofBytes: 2e9, ms: 10_000 };
    await using run = serveSlowRun(Deno.makeTempDirSync(), far);
    await using dash = await openDash(run.directory);
    const { page, faults, origin } = dash;
    await page.goto(dash.url);
    const told = page.getByText("Reading the journal: 25 % of 2.0 GB, about 30 s left");
    await told.first().waitFor();
    await page.goto(`${origin}/#/sql?q=SELECT+1`);
    await page.getByRole("status").filter({ hasText: "25 % of 2.0 GB" }).waitFor();
    run.go();
    await page.getByText("1 row, 1 ms").waitFor();
    await page.waitForSelector(".content:not(:has(.waiting))");
    assertEquals(await told.count(), 0);
    assertEquals(faults, []);
  },
});
