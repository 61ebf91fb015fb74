/**
 * The second domain runs the whole loop through the same engine: it proves the seam.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SEQUENCES } from "../../examples/sequences/domain.ts";
import { gridOf, HARNESS, numberOf } from "../../examples/sequences/numbers.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { readManifest, readShards } from "../../data/shards.ts";
import { TaskError } from "../../data/parse_task.ts";
import { PYTHON } from "../python.ts";

Deno.test("integer sequences: the loop samples, refines, fits and votes", async (t) => {
  const runs = Deno.makeTempDirSync();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"],
      ...["--allow-run", "examples/sequences/main.ts", "--runs", runs, "--run", "s"],
      ...["--tasks", "sequences#5", "--generations", "2", "--python", PYTHON],
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const directory = new RunDirectory(runs, "s");
  const records = [...readJournal(directory.journal)].map(({ record }) => record);

  await t.step("sequences are solved, and told of by generation", () => {
    const solved = Number(/generation 1: .* (\d+) of 5 so far/.exec(text)?.[1]);
    assert(solved >= 2, text);
  });
  await t.step("programs and prompts are of the domain, not of grids", () => {
    const replies = records.filter((record) => record.kind === "reply");
    const texts = replies.flatMap(({ completions }) => completions.map(({ text }) => text));
    assert(texts.length === 2 * 5 * 72 && texts.every((one) => one.includes("def term(n):")));
    const prompts = [...readShards(directory.shards(1))].map(({ prompt }) =>
      prompt.at(-1)!.content
    );
    assert(prompts.length > 20 && prompts.every((one) => one.includes("## Sequence\n\na(")));
    const refinements = records.filter((one) => one.kind === "call")
      .filter(({ operator }) => operator === "refine");
    assert(refinements.length > 50 && refinements.every((one) => one.parents.length === 1));
  });
  await t.step("generation 1 asks what was fitted on the shards", () => {
    const [{ steps }] = records.filter((record) => record.kind === "trained");
    assert(steps.at(-1)!.loss < steps[0].loss, JSON.stringify(steps));
    assertEquals(readManifest(directory.shards(1)).tasks!.length, 5);
    const models = records.flatMap((record) => record.kind === "call" ? [record.model] : []);
    assertEquals([...new Set(models)], ["g000", "g001"]);
  });
  await t.step("two attempts a sequence are submitted", () => {
    const submission = JSON.parse(Deno.readTextFileSync(directory.submission));
    assertEquals(Object.keys(submission).length, 5);
  });
});

Deno.test("SEQUENCES.judge() compares numbers, not grids", async () => {
  const { tasks: [task], answers } = await SEQUENCES.loadTasks("sequences#1");
  const frame = (output: number[][]) => ({ outcome: "ok", output, error: null }) as const;
  const expected = [...task.train.map(({ output }) => output), ...answers.get(task.id)!];
  const padded = expected.map((grid) => frame([[0, 0, ...grid[0]]]));
  const { outcome, correctTrain, correctTest } = SEQUENCES.judge(
    task,
    answers.get(task.id),
    padded,
  );
  assertEquals([outcome, correctTrain.every(Boolean), correctTest], ["ok", true, [
    true,
    true,
    true,
  ]]);
  const hidden = SEQUENCES.judge(task, undefined, padded);
  assertEquals(hidden.correctTest, null);
});

Deno.test("SEQUENCES.features tell written-down terms and constants", async () => {
  const { tasks: [{ train }] } = await SEQUENCES.loadTasks("sequences#1");
  const outputs = [gridOf(5n), gridOf(144n)];
  const { isHardCoded, keepFault } = SEQUENCES.features;
  assert(isHardCoded("def term(n): return {1: 5, 2: 144}[n]", outputs, [], {}));
  assert(!isHardCoded("def term(n): return n * 5", outputs, [], {}));
  assertEquals(keepFault(train, train.map(() => gridOf(3n))), "constant");
  assertEquals(keepFault(train, train.map(() => null)), "no_number");
  assertEquals(keepFault(train, train.map(({ output }) => output)), null);
});

Deno.test("SEQUENCES.prompts.extract() finds what answer() holds", () => {
  const { answer, extract } = SEQUENCES.prompts;
  const text = `First ${answer("x = 1")} then ${answer("def term(n):\n    return n")} and so on`;
  const { span } = extract(text)!;
  assertEquals(text.slice(...span), "def term(n):\n    return n\n");
  assertEquals(extract(answer("x = 1")), null);
  assert(SEQUENCES.runnable("def term(n):\n    return n").endsWith(HARNESS));
});

Deno.test("numbers travel as digits", async () => {
  for (const number of [0n, 7n, 10n, 123456789012345678901234567890n]) {
    assertEquals(numberOf(gridOf(number)), number);
  }
  assertEquals(numberOf([[1], [2]]), null);
  await assertRejects(() => SEQUENCES.loadTasks("sequences#99"), TaskError, "N up to 18");
});
