/**
 * The trainer's own tests, on a tiny model made in seconds; ends in `N passed, N failed`.
 *
 * They need `deno task trainer:setup`, which is no part of the default set-up.
 */
import { TRAINER, trainerPython } from "../cli/trainer_venv.ts";

const child = new Deno.Command(await trainerPython(), {
  args: ["-m", "unittest", "discover", "--verbose", "-s", "tests", "-t", "."],
  cwd: TRAINER,
  env: { PYTHONDONTWRITEBYTECODE: "1", HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false" },
  stdin: "null",
  stderr: "piped",
}).spawn();
let said = "";
for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
  said += part;
  Deno.stderr.writeSync(new TextEncoder().encode(part));
}
const { success } = await child.status;
const ran = Number(/^Ran (\d+) tests? in/m.exec(said)?.[1] ?? 0);
const [failures, errors] = ["failures", "errors"]
  .map((word) => Number(new RegExp(`^FAILED \\(.*${word}=(\\d+)`, "m").exec(said)?.[1] ?? 0));
// A run that died before its summary must not look clean.
const failed = failures + errors + (success || failures + errors > 0 ? 0 : 1);
console.log(`${ran - failures - errors} passed, ${failed} failed`);
Deno.exit(failed === 0 && ran > 0 ? 0 : 1);
