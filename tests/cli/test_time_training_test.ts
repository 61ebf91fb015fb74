/**
 * Test-time training as a user has it: it learns from measured tasks, tells what came of it once the
 * answers are joined, and what it fitted cannot be used as if the tasks had been held out.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadTasks } from "../../data/load_tasks.ts";
import { readTrainedOn } from "../../cli/trained_on.ts";
import { CommandLine } from "./command.ts";

const TASKS = 4;

/** Sample tasks with their answers in a folder whose name does not say that they may be used. */
async function measured(): Promise<string> {
  const path = `${Deno.makeTempDirSync()}/measured`;
  Deno.mkdirSync(path);
  const { tasks, answers } = await loadTasks(`sample#${TASKS}`);
  for (const { id, train, testInputs } of tasks) {
    const test = testInputs.map((input, i) => ({ input, output: answers.get(id)![i] }));
    Deno.writeTextFileSync(`${path}/${id}.json`, JSON.stringify({ train, test }));
  }
  return path;
}

Deno.test("soar --test-time-training", async (t) => {
  const line = new CommandLine();
  const tasks = await measured();
  const flags = ["--tasks", tasks, "--samples", "12", "--refinements", "4"];
  const ended = await line.run(
    ...["soar", "--run", "ttt", "--test-time-training", "--generations", "2", ...flags],
  );
  assertEquals(ended.code, 0, ended.stderr);
  const model = `${line.runs}/ttt/models/g001`;

  await t.step("it fits on train pairs, and joins the answers after the vote", () => {
    assertStringIncludes(ended.stdout, `answers joined after the vote`);
    const meta = Deno.readTextFileSync(`${line.runs}/ttt/shards/g001/part-00000.jsonl`);
    assertStringIncludes(meta, String.raw`\"testTime\":true`);
    const journal = Deno.readTextFileSync(`${line.runs}/ttt/journal/000001.jsonl`);
    assert(!/"correctTest":\[/.test(journal), "the journal holds a verdict on a test");
    assert(!/"testOutputs":\[/.test(journal), "the journal holds an answer");
  });

  await t.step("the model remembers what it was fitted on, and when", () => {
    const learnt = readTrainedOn(model)!;
    assert(learnt.length > 0 && learnt.every(({ testTime }) => testTime === true));
  });

  for (
    const [name, args, said] of [
      [
        "the same tasks as if they had been held out",
        ["soar", "--run", "x", "--model-from", "ttt", "--no-fit", ...flags],
        "at test time), of which ",
      ],
      [
        "the same tasks at test time once more",
        ["soar", "--run", "x", "--model-from", "ttt", "--test-time-training", ...flags],
        "are being measured by this run",
      ],
      [
        "a pool of what was found at test time",
        ["train", "--pool", "ttt", "--out", `${line.runs}/pooled`],
        "are being measured",
      ],
      [
        "programs from elsewhere",
        ["import", "none.jsonl", "--tasks", tasks, "--set", "train.test_time=true"],
        "programs from elsewhere (import) may know the answers",
      ],
      [
        "a split whose answers steer the search",
        ["soar", "--run", "x", "--test-time-training", "--split", "training", ...flags],
        "at test time no answer may steer the search",
      ],
      [
        "nothing to fit",
        ["soar", "--run", "x", "--test-time-training", "--no-fit", ...flags],
        "train.test_time = true and train.enabled = false",
      ],
      [
        "an endpoint without a checkpoint",
        [
          ...["soar", "--run", "x", "--test-time-training", ...flags],
          ...["--endpoint", "http://127.0.0.1:1/v1", "--model", "m"],
        ],
        "expected train.base",
      ],
    ] as const
  ) {
    await t.step(`refused: ${name}`, async () => {
      const { code, stderr } = await line.run(...args);
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, said);
    });
  }
});
