import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encodeGrid, gridFault } from "../../data/grid.ts";
import { loadTasks } from "../../data/load_tasks.ts";
import { sampleText } from "../../data/samples/make.ts";
import { RULES } from "../../data/samples/rules.ts";

const SAMPLES = new URL("../../data/samples/", import.meta.url);

for (const rule of RULES) {
  Deno.test(`sample ${rule.id} is what its rule makes`, async () => {
    const text = await Deno.readTextFile(new URL(`${rule.id}.json`, SAMPLES));
    assertEquals(text, sampleText(rule));
  });
}

Deno.test("the samples are the rules, no more and no fewer", async () => {
  const { tasks } = await loadTasks("sample");
  assertEquals(tasks.map(({ id }) => id), RULES.map(({ id }) => id).toSorted());
});

Deno.test("no sample's pair follows the rule of another on all its inputs", async () => {
  const { tasks } = await loadTasks("sample");
  for (const { id, train } of tasks) {
    for (const rule of RULES) {
      const follows = train.every(({ input, output }) => {
        const given = rule.apply(input);
        return gridFault(given) === null && encodeGrid(given) === encodeGrid(output);
      });
      assertEquals(follows, rule.id === id, `${rule.id} on ${id}`);
    }
  }
});

Deno.test("samples have 3..4 train pairs, 1..2 tests, and no pair twice", async () => {
  const { tasks, answers } = await loadTasks("sample");
  const seen = new Set<string>();
  for (const { id, train, testInputs } of tasks) {
    assert(train.length >= 3 && train.length <= 4 && testInputs.length <= 2, id);
    const outputs = answers.get(id)!;
    const test = testInputs.map((input, i) => ({ input, output: outputs[i] }));
    for (const { input, output } of [...train, ...test]) {
      assertNotEquals(encodeGrid(input), encodeGrid(output));
      seen.add(`${encodeGrid(input)} ${encodeGrid(output)}`);
    }
  }
  const pairs = tasks.reduce((sum, task) => sum + task.train.length + task.testInputs.length, 0);
  assertEquals(seen.size, pairs);
});
