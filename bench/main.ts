/**
 * Benchmarks, each in a process of its own.
 *
 *     deno task bench --suite NAME [options of the suite]
 *
 * A suite is a file `bench/NAME_bench.ts`; its options are in its first lines.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** What a suite may do; those that start servers or sandboxes need most of it. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-net=127.0.0.1",
  "--allow-run",
  "--allow-sys",
];

const folder = fileURLToPath(new URL(".", import.meta.url));
const suites = [...Deno.readDirSync(folder)]
  .flatMap(({ name }) => name.endsWith("_bench.ts") ? [name.slice(0, -"_bench.ts".length)] : [])
  .sort();
const [flag, suite, ...rest] = Deno.args;
if (flag !== "--suite" || !suites.includes(suite)) {
  console.error(`usage: deno task bench --suite ${suites.join("|")} [options of the suite]`);
  Deno.exit(2);
}
// The suite decides what Ctrl-C does; this process waits for its end.
Deno.addSignalListener("SIGINT", () => {});
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", ...PERMISSIONS, `${folder}${suite}_bench.ts`, ...rest],
}).spawn().status;
Deno.exit(code);
