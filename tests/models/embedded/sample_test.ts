import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import { UNIFORM } from "../../../models/embedded/grammar.ts";
import { planInCode, printPlan } from "../../../models/embedded/plan.ts";
import { seeded } from "../../../models/embedded/random.ts";
import { samplePrograms } from "../../../models/embedded/sample.ts";
import { isHardCoded } from "../../../models/embedded/write_program.ts";
import { runPython } from "./python.ts";
import { evaluatorOf, TASKS } from "./tasks.ts";

const SCRIPT = `
import json, sys, time

for line in sys.stdin:
    job = json.loads(line)
    scope = {}
    exec(job["code"], scope)
    start = time.perf_counter()
    outputs = [scope["transform"](grid) for grid in job["inputs"]]
    print(json.dumps({"outputs": outputs, "ms": (time.perf_counter() - start) * 1000}))
`;

const DRAWS = 25;

const SAMPLED = TASKS.flatMap(({ id, task }) => {
  const evaluator = new Evaluator(task);
  const options = { n: DRAWS, temperature: 1, random: seeded(id) };
  return samplePrograms(evaluator, UNIFORM, options).map((drawn) => ({ id, evaluator, drawn }));
});

Deno.test("a sampled program gives in Python what the model foresaw, and is quick", async () => {
  assertEquals(SAMPLED.length, TASKS.length * DRAWS);
  const lines = await runPython(
    SCRIPT,
    SAMPLED.map(({ evaluator, drawn }) => ({ code: drawn.code, inputs: evaluator.inputs })),
  ) as { outputs: unknown; ms: number }[];
  SAMPLED.forEach(({ id, drawn }, i) =>
    assertEquals(lines[i].outputs, drawn.outputs, `${id}: ${printPlan(drawn.plan)}`)
  );
  const times = lines.map(({ ms }) => ms).sort((a, b) => a - b);
  // Typically far below; wide, because other work may share the machine.
  assert(
    times[Math.floor(times.length / 2)] < 20,
    `median ${times[Math.floor(times.length / 2)]} ms`,
  );
});

Deno.test("a sampled program carries its plan, short lines and no output", () => {
  for (const { evaluator, drawn: { code, plan, outputs } } of SAMPLED) {
    assertEquals(printPlan(planInCode(code)!), printPlan(plan));
    assert(!isHardCoded(code, outputs, evaluator.task.train.map((pair) => pair.output)));
    assert(!code.includes("import ") && !code.includes("np.") && !code.includes("```"));
    assertEquals(code.match(/^\S+/gm)!.every((word) => word === "def"), true);
  }
  const lines = SAMPLED.map(({ drawn }) => drawn.code.split("\n").length).sort((a, b) => a - b);
  assert(lines[Math.floor(lines.length / 2)] <= 60);
});

Deno.test("programs of a request are distinct and do something", () => {
  for (const { id } of TASKS) {
    const evaluator = evaluatorOf(id);
    const drawn = samplePrograms(evaluator, UNIFORM, {
      n: 60,
      temperature: 1,
      random: seeded(id, "many"),
    });
    assertEquals(new Set(drawn.map(({ outputs }) => JSON.stringify(outputs))).size, 60);
    for (const { outputs } of drawn) assertNotEquals(outputs, evaluator.inputs);
  }
});

Deno.test("the same seed gives the same programs, whatever was worked out before", () => {
  const draw = (evaluator: Evaluator, seed: number) =>
    samplePrograms(evaluator, UNIFORM, { n: 20, temperature: 1, random: seeded("again", seed) })
      .map(({ code }) => code);
  const evaluator = evaluatorOf("mirror_left_right");
  const first = draw(evaluator, 1);
  assertNotEquals(draw(evaluator, 2), first);
  assertEquals(draw(evaluator, 1), first);
  assertEquals(draw(evaluatorOf("mirror_left_right"), 1), first);
});
