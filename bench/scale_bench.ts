/**
 * What holds at SOAR's published scale, beside its targets.
 *
 *     deno task bench --suite scale [--part NAME] [--tasks N] [--programs N]
 *
 * Each part can be run alone:
 *
 *     nats        programs carried to other hosts; --programs 20000
 *     parents     choosing parents: --tasks 400 --programs 6000
 *     vote        voting on all of them (the suite of that name)
 *     similarity  embeddings told apart; --programs 100000
 *     programs    journal, resume, SQL and Parquet; --programs 5000000, some 15 GB of disk for a while
 */
import { parseArgs } from "node:util";
import { measureHosts } from "./hosts_speed.ts";
import { measureParents } from "./parent_choice.ts";
import { measureRun, runScript } from "./scale_run.ts";
import { measureSimilarity } from "./similarity_speed.ts";

const { values } = parseArgs({
  options: {
    part: { type: "string" },
    tasks: { type: "string" },
    programs: { type: "string" },
  },
});
const parts: Readonly<Record<string, () => unknown>> = {
  nats: () => measureHosts(number("programs", 20_000)),
  parents: () => measureParents(number("tasks", 400), number("programs", 6000)),
  vote: () => runScript("vote_bench.ts"),
  similarity: () => measureSimilarity(number("programs", 100_000)),
  programs: () => measureRun(number("programs", 5_000_000)),
};
if (values.part !== undefined && !Object.hasOwn(parts, values.part)) {
  console.error(`--part ${values.part}: expected one of ${Object.keys(parts).join(", ")}`);
  Deno.exit(2);
}
for (const [name, measure] of Object.entries(parts)) {
  if (values.part !== undefined && values.part !== name) continue;
  console.log(`\n${name}`);
  await measure();
}

function number(option: "tasks" | "programs", fallback: number): number {
  const text = values[option];
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  console.error(`--${option} ${text}: expected a whole number from 1`);
  Deno.exit(2);
}
