/**
 * What holds at SOAR's published scale, beside its targets.
 *
 *     deno task bench --suite scale [--part parents|nats] [--tasks N] [--programs N]
 *
 * Each part can be run alone:
 *
 *     nats        programs carried to other hosts; --programs 20000
 *     parents     choosing parents: --tasks 400 --programs 6000
 */
import { parseArgs } from "node:util";
import { measureHosts } from "./hosts_speed.ts";
import { measureParents } from "./parent_choice.ts";

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
