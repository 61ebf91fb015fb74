/**
 * The short example of the library: a model of one's own, and candidates told as they come.
 */
import { assertEquals, assertMatch } from "@std/assert";

Deno.test("own_model: searches the bundled tasks and tells what solves them", async () => {
  const runs = Deno.makeTempDirSync();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"],
        ...["--allow-run", "examples/own_model.ts", runs],
      ],
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertMatch(text, /^\w+: \d+ is right on all train pairs$/m);
    const [, programs, tasks] = /^(\d+) programs for (\d+) tasks in /m.exec(text)!;
    assertEquals(Number(programs), 4 * Number(tasks));
  } finally {
    Deno.removeSync(runs, { recursive: true });
  }
});
