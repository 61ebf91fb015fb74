/**
 * Every public export has its docstring, and no public type names a private one.
 */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** Public in packages of their own; `deno doc` takes an npm package's types for private ones. */
const OF_PACKAGES = ["Observable", "Subscription", "NatsConnection"];

Deno.test("deno doc --lint mod.ts finds nothing of ours", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--lint", "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  const faults = text.matchAll(/^error\[[\w-]+\]: (.*)\n\s*--> (.*)$/gm)
    .filter(([, what]) => !OF_PACKAGES.some((type) => what.endsWith(`private type '${type}'`)))
    .map(([, what, where]) => `${where}: ${what}`);
  assertEquals([...faults], []);
  assert(code === 0 || /Found \d+ documentation lint error/.test(text), text);
});
