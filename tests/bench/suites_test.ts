/** The benchmarks that make real runs, at their smallest: that they run, not what they find. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { cpuSeconds } from "../../bench/process_cpu.ts";
import { PYTHON } from "../python.ts";

const MAIN = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));

async function bench(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-run", "--allow-env", MAIN],
      ...["--suite", ...args],
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("the embedded suite makes its runs once, keeps them, and prints its rows", async () => {
  const folder = `${Deno.makeTempDirSync()}/kept`;
  const options = ["embedded", "--budget", "tiny", "--keep", folder, "--only"];
  const first = await bench(...options, "uniform,evaluation-minutes");
  assertEquals(first.code, 0, first.stderr);
  for (const name of ["uniform-1", "fit-1", "evaluation-1"]) {
    assertStringIncludes(first.stdout, `${name.padEnd(13)} begins`);
    assertEquals(
      JSON.parse(Deno.readTextFileSync(`${folder}/runs/${name}/run.json`)).status,
      "done",
    );
  }
  const { results } = JSON.parse(Deno.readTextFileSync(`${folder}/results.json`));
  assertEquals(results["uniform-1"].tasks.length, 8);
  assertEquals(results["uniform-1"].programs, 8 * 12);
  assertEquals(results["evaluation-1"].programs, 8 * 16);
  const solved = results["uniform-1"].solved.filter(Boolean).length;
  assertMatch(first.stdout, new RegExp(`uniform, programs, solved +${solved}\\n`));
  const second = await bench(...options, "uniform");
  assertEquals(second.code, 0, second.stderr);
  assertStringIncludes(second.stdout, "3 runs were finished before");
  assert(!second.stdout.includes("begins"));
  const other = await bench("embedded", "--budget", "reduced", "--keep", folder);
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, "remove its folder, or keep elsewhere");
});

for (
  const [args, said] of [
    [["--budget", "huge"], "--budget huge: full,reduced,tiny"],
    [["--seeds", "0"], "--seeds 0: expected a whole number above 0"],
    [["--only", "nothing"], "--only nothing: oracle,"],
    [["--tasks", "x"], "'--tasks'"],
  ] as const
) {
  Deno.test(`the embedded suite refuses ${args.join(" ")}`, async () => {
    const { code, stderr } = await bench("embedded", ...args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, said);
  });
}

Deno.test("the pipeline suite measures a run and its parts", async () => {
  const sizes = ["--tasks", "4", "--samples", "12", "--refinements", "4", "--rounds", "1"];
  const { code, stdout, stderr } = await bench("pipeline", ...sizes);
  assertEquals(code, 0, stderr);
  const [, programs, ...figures] = /^median +(\d+) +(.*)$/m.exec(stdout)!;
  assert(Number(programs) > 0 && Number(programs) <= 4 * 16, programs);
  const values = figures[0].split(/ +/).map((text) => Number(text.replace("%", "")));
  assertEquals(values.length, 9);
  for (const value of values) assert(value >= 0 && Number.isFinite(value), stdout);
  assertEquals(stdout.match(/must be ≥ 80%: (yes|NO)/g)?.length, 3);
});

Deno.test("cpuSeconds() counts this process and the children it has waited for", async () => {
  const before = await cpuSeconds(PYTHON);
  const code = "import time\nwhile time.process_time() < 0.3: pass";
  await new Deno.Command(PYTHON, { args: ["-I", "-S", "-c", code] }).output();
  assert(await cpuSeconds(PYTHON) - before >= 0.29);
});
