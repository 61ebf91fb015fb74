import { assertEquals, assertMatch } from "@std/assert";
import { EXAMPLES } from "../../cli/examples.ts";
import { VERSION } from "../../cli/version.ts";
import { CommandLine } from "./command.ts";

Deno.test("each command's help begins with how it is used", async () => {
  const line = new CommandLine();
  const { stdout } = await line.run("--help");
  const names = [...stdout.matchAll(/^ {2}([a-z-]+)[| ].* {2}/gm)].map(([, name]) => name);
  const commands = names.filter((name) => name !== "help" && name !== "deno");
  assertEquals(Object.keys(EXAMPLES).filter((name) => !commands.includes(name)), []);
  for (const command of Object.keys(EXAMPLES)) {
    const { code, stdout } = await line.run(command, "--help");
    assertEquals(code, 0, command);
    assertMatch(stdout, /^ {2}deno task /, command);
  }
});

Deno.test("--version says the version that doctor says", async () => {
  const { stdout, code } = await new CommandLine().run("--version");
  assertEquals([stdout, code], [`${VERSION}\n`, 0]);
});
