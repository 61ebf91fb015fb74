/**
 * The test command: sets up Python, checks form and types, runs every test, and ends in the line
 * `N passed, N failed`. Arguments are handed to `deno test` in place of the whole `tests` folder.
 */
import { preparePython } from "../cli/python.ts";

/** When tests that go on are ended: a test that hangs is a failure with a name, not a silence. */
const LIMIT_MS = 45 * 60_000;

/** What the tests may do; they start servers on loopback, sandboxes and whole runs. */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-net=127.0.0.1,localhost",
  "--allow-run",
  "--allow-sys",
];

const CHECKS: readonly (readonly string[])[] = [
  ["fmt", "--check", "--quiet"],
  ["lint", "--quiet"],
  ["check", "--quiet", "mod.ts", "cli", "actors", "bench", "examples", "tests"],
  ["check", "--quiet", "dashboard"],
];

/** What tests leave behind goes with it. */
const scratch = Deno.makeTempDirSync({ prefix: "soar-tests-" });
// Cells, which are nobody, pass through it.
Deno.chmodSync(scratch, 0o711);

/** A test that failed, or a file whose error no test caught. */
const FAILURE = /^(?:(.+) => )?(\.\/tests\/\S+?)(?::\d+:\d+| \(uncaught error\))$/gm;

const limit = AbortSignal.timeout(LIMIT_MS);
limit.onabort = () =>
  console.log(`\nended after ${LIMIT_MS / 60_000} minutes: what ran last hangs`);
await preparePython((line) => console.log(line));
let passed = 0;
let failed = 0;
for (const args of CHECKS) {
  const { code, output } = await deno(args);
  if (code === 0) passed++;
  else failed++;
  console.log(`deno ${args.join(" ")}: ${code === 0 ? "ok" : `failed\n${output}`}`);
}
const asked = Deno.args.length > 0 ? Deno.args : ["tests"];
const whole = await test(asked);
passed += whole.passed;
failed += whole.failed;
const files = [...new Set(whole.failures.map(({ file }) => file))];
if (files.length > 0 && !limit.aborted) {
  // Some tests race with the machine's other work: what fails among all others is run once more,
  // alone, and told. What is broken fails again.
  console.log(`\nonce more, alone: ${whole.failures.map(({ name }) => name).join("; ")}`);
  const again = await test(files);
  if (again.failed === 0) {
    console.log(`passed alone, ${whole.failed} of them; look at them all the same`);
    passed += whole.failed;
    failed -= whole.failed;
  }
}
await Deno.remove(scratch, { recursive: true }).catch(() => {});
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

/** Runs tests; a run that died before its summary, or failed outside a test, is a failure. */
async function test(paths: readonly string[]) {
  // Types are a check of their own, above: `deno test` would go through all of them again.
  const args = ["test", "--quiet", "--no-check", ...PERMISSIONS, ...paths];
  const { code, output } = await deno(args, { show: true, signal: limit });
  const text = plain(output);
  const counts = /\| (\d+) passed.*?\| (\d+) failed/.exec(text);
  const failed = Number(counts?.[2] ?? 0);
  const list = text.slice(text.lastIndexOf("\n FAILURES \n"));
  return {
    passed: Number(counts?.[1] ?? 0),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    failures: [...list.matchAll(FAILURE)].map(([, name, file]) => ({ name: name ?? file, file })),
  };
}

async function deno(
  args: readonly string[],
  { show = false, signal }: { show?: boolean; signal?: AbortSignal } = {},
): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { TMPDIR: scratch },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  let output = "";
  const gather = async (stream: ReadableStream<Uint8Array>) => {
    const text = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
    for await (const part of text) {
      output += part;
      if (show) Deno.stdout.writeSync(new TextEncoder().encode(part));
    }
  };
  const [{ code }] = await Promise.all([child.status, gather(child.stdout), gather(child.stderr)]);
  return { code, output };
}

/** Without colours. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- the escape character is what is looked for
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}
