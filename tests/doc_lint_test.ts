/**
 * Every public export has its docstring, and no public type names a private one.
 */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

Deno.test("deno doc --lint mod.ts finds nothing", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--lint", "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});
