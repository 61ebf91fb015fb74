import { assert, assertEquals } from "@std/assert";
import type { Frame } from "../../data/candidate.ts";
import type { Engine, Job, RunResult } from "../../sandbox/engine.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { containmentSelfTest } from "../../sandbox/self_test.ts";
import { closing, findPython, python } from "./find_python.ts";

const { path } = await findPython();

/** Runs programs in a plain Python: what the self-test has to notice. */
class Unconfined implements Engine {
  readonly name = "unconfined";
  readonly layers = "";
  readonly workers = 1;
  readonly ahead = 0;

  async run(job: Job): Promise<RunResult> {
    const code = `import json
code, inputs = json.loads(${JSON.stringify(JSON.stringify([job.code, job.inputs]))})
names = {}
exec(code, names)
print(json.dumps([names["transform"](grid) for grid in inputs]))`;
    const harmless = !/bytearray|while True|getppid\(\), 9|fork\(\)|ptrace|os\.write|_exit/.test(
      job.code,
    );
    const printed = harmless ? await python(path, code).catch(() => "[null]") : "[null]";
    const outputs = JSON.parse(printed.split("\n").at(-1) || "[null]") as Frame["output"][];
    const frames = outputs.map((output): Frame => {
      return output === null
        ? { outcome: "killed", output, error: "died" }
        : { outcome: "ok", output, error: null };
    });
    return { frames, ms: 0, layers: "" };
  }

  confirm(job: Job): Promise<RunResult> {
    return this.run(job);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("containmentSelfTest() finds every attack contained by the python engine", async () => {
  const engine = await openPythonEngine({ python: path, workers: 1 });
  await using _closing = closing(engine);
  const found = await containmentSelfTest(engine);
  assert(found.length >= 10);
  assertEquals(found.filter(({ contained }) => !contained), []);
});

Deno.test("containmentSelfTest() notices a python without a sandbox", async () => {
  const found = await containmentSelfTest(new Unconfined());
  const loose = found.filter(({ contained }) => !contained).map(({ name }) => name);
  for (
    const name of [
      "read a file",
      "read the environment",
      "connect to a port",
      "write a file",
      "start a program",
      "start a thread",
    ]
  ) assert(loose.includes(name), `${name} should have succeeded`);
});
