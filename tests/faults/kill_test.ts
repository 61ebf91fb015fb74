/**
 * SIGKILL of the run's process at random points. `SOAR_FAULTS=full` kills 50 times, else 5 times;
 * `SOAR_FAULTS_SEED` sets the points.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seededRandom } from "../../mod.ts";
import { until } from "../until.ts";
import { FaultyRuns, FULL, succeeded } from "./faulty_run.ts";

const SEED = Number(Deno.env.get("SOAR_FAULTS_SEED") ?? 1);

/** Times one run is killed; its journal grows from each to the next. */
const KILLS_A_RUN = 5;
const RUNS = FULL ? 10 : 1;

Deno.test(`${RUNS * KILLS_A_RUN} kills at random points (seed ${SEED}): the archive is as undisturbed`, async () => {
  await using runs = await FaultyRuns.open();
  for (let r = 0; r < RUNS; r++) {
    const run = `killed-${r}`;
    const random = seededRandom(SEED, r);
    const shares = Array.from({ length: KILLS_A_RUN }, () => random()).sort((a, b) => a - b);
    const from = runs.server.seeds.length;
    let inFlight = 0;
    for (const [i, share] of shares.entries()) {
      const { pid, ended } = i === 0 ? runs.begin(run) : runs.goOn(run);
      await runs.grown(run, share, ended);
      Deno.kill(pid, "SIGKILL");
      assertEquals((await ended).signal, "SIGKILL");
      inFlight += runs.unanswered(run);
    }
    const last = runs.unanswered(run);
    const { stderr } = await runs.finish(run);
    if (last > 0) {
      assertStringIncludes(stderr, `${last} requests that were in flight are asked again`);
    }
    runs.compare(run);
    const repeats = runs.repeats(from);
    assert(repeats <= inFlight, `${repeats} repeats, ${inFlight} requests were in flight`);
    console.log(
      `run ${r}: killed at ${shares.map((share) => `${(100 * share).toFixed(0)} %`).join(", ")}; ` +
        `${repeats} requests repeated, ${inFlight} were in flight`,
    );
  }
});

Deno.test("a run that was killed before its journal was there goes on", async () => {
  await using runs = await FaultyRuns.open();
  const { pid, ended } = runs.begin("early");
  const there = () => new Promise<boolean>((go) => setTimeout(() => go(directory.exists()), 1));
  const directory = runs.directory("early");
  await until("the run has a folder", there);
  Deno.kill(pid, "SIGKILL");
  await ended;
  succeeded(await runs.goOn("early").ended);
  runs.compare("early");
});
