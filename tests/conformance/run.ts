/**
 * Runs the conformance cases, one test a case, and ends in the line `N passed, N failed`.
 *
 *     deno task test:conformance
 *
 * The cases are those of the folder named by SOAR_CONFORMANCE, else of this one. Programs are run
 * by a Python with numpy: `.venv`, which is made where it is missing, or SOAR_PYTHON.
 */
import { fileURLToPath } from "node:url";
import { preparePython } from "../../cli/python.ts";

const TESTS = [
  "extraction_test.ts",
  "merge_refinement_runs_test.ts",
  "run_program_test.ts",
  "../search/conformance_rules_test.ts",
  "../search/conformance_rex_test.ts",
  "../search/conformance_selection_test.ts",
  "../search/conformance_vote_test.ts",
].map((name) => fileURLToPath(new URL(name, import.meta.url)));

await preparePython((line) => console.log(line));
const { code, stdout } = await new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--quiet",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-net=127.0.0.1",
    "--allow-run",
    "--allow-sys",
    ...TESTS,
  ],
  stdin: "null",
  stderr: "inherit",
}).output();
const output = new TextDecoder().decode(stdout);
await Deno.stdout.write(stdout);
// deno-lint-ignore no-control-regex -- the escape character is what is looked for
const counts = /\| (\d+) passed.*?\| (\d+) failed/.exec(output.replace(/\x1b\[[0-9;]*m/g, ""));
// A run that died before its summary must not look clean.
const [passed, failed] = counts ? counts.slice(1).map(Number) : [0, 1];
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(code === 0 && failed === 0 ? 0 : 1);
