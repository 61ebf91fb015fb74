/**
 * A run of a few programs, made without a model: its folder, and while it is open its server.
 *
 * Task `a` has two train pairs and a test the run may know, task `b` is of an evaluation set.
 */
import { serveRun } from "../../cli/run_server.ts";
import { type ArchiveEntry, RunBudget, RunControl, RunDirectory } from "../../mod.ts";
import { hash63 } from "../../data/program.ts";
import { FIRST_EXAMPLE } from "../../models/few_shot_example.ts";
import { samplePrompt } from "../../models/prompts.ts";
import { Recorded, SOLVES, taskOf } from "../actors/recorded.ts";

/** Right on one of the two train pairs of `a`, wrong on the other and on the test. */
const HALF = {
  outputs: ["2", "12/34", "9"],
  correctTrain: [true, false],
  correctTest: [false],
};

const BUDGET = { samples: 36, refinements: 12, completionsPerCall: 12 };

const TASK_A = taskOf("a", [["1", "2"], ["5/5", "12/35"]], ["3"]);

/** Hash of the prompt that `half` was sampled with. */
const ASKED = hash63(JSON.stringify(samplePrompt(TASK_A, FIRST_EXAMPLE)));

/** The programs of {@link makeRun}, in journal order. */
export interface MadePrograms {
  readonly half: ArchiveEntry;
  /** Refined from `half`: right everywhere. */
  readonly solved: ArchiveEntry;
  readonly late: ArchiveEntry;
  readonly empty: ArchiveEntry;
  /** Of the evaluation task. */
  readonly hidden: ArchiveEntry;
}

/** A run under way: close it to have one that has ended. */
export interface MadeRun extends AsyncDisposable {
  readonly directory: RunDirectory;
  readonly recorded: Recorded;
  readonly programs: MadePrograms;
  readonly port: number;
  readonly token: string;
}

/** Makes a run that is live until it is disposed of. */
export async function makeRun(runs: string, name = "a"): Promise<MadeRun> {
  const directory = new RunDirectory(runs, name);
  directory.writeRunFile(runFileOf(directory, "running", null));
  const lock = directory.lock();
  const recorded = new Recorded(directory.journal);
  const { recorder } = recorded;
  const config = { "run.tasks": "made-up" };
  await recorder.record({
    kind: "run_opened",
    runId: "1",
    seed: 1,
    resumed: false,
    config,
    codeVersion: "0",
  });
  const shared = { kind: "task", dataset: "made-up", testInputs: ["3"] } as const;
  await recorder.record({
    ...shared,
    taskId: "a",
    split: "training",
    train: [["1", "2"], ["5/5", "12/35"]],
    testOutputs: ["4"],
  });
  await recorder.record({
    ...shared,
    taskId: "b",
    split: "evaluation",
    train: [["1", "2"]],
    testOutputs: null,
  });
  const half = await recorded.program({ taskId: "a", code: "half", promptHash: ASKED }, HALF);
  const programs = {
    half,
    solved: await recorded.program(
      { taskId: "a", operator: "refine", parents: [half.id], generation: 1, code: "right\n" },
      { outputs: ["2", "12/35", "4"], correctTrain: [true, true], correctTest: [true] },
    ),
    late: await recorded.program({ taskId: "a", draw: 1, code: "late" }, {
      ...HALF,
      outcome: "timeout",
      error: "took longer than 2 s",
      outputs: [null, null, null],
      correctTrain: [false, false],
    }),
    empty: await recorded.evaluate(await recorded.reply({ taskId: "a", draw: 2 }, [null]), 0, {
      ...HALF,
      outcome: "no_code",
      outputs: [null, null, null],
      correctTrain: [false, false],
    }),
    hidden: await recorded.program({ taskId: "b" }, { ...SOLVES, correctTest: null }),
  };
  const server = serveRun(recorder, directory.journal, {
    tasks: 2,
    control: new RunControl(
      recorder,
      ["a", "b"],
      new RunBudget({ budget: BUDGET, generations: 4, deterministic: false, recorder }),
    ),
  });
  directory.writeRunFile(runFileOf(directory, "running", server));
  return {
    directory,
    recorded,
    programs,
    port: server.port,
    token: server.token,
    async [Symbol.asyncDispose]() {
      await recorder.record({ kind: "run_ended", status: "done" });
      await server.close();
      await recorded.journal.close();
      directory.writeRunFile(runFileOf(directory, "done", null));
      lock[Symbol.dispose]();
    },
  };
}

/** A run that has ended. */
export async function makeEndedRun(runs: string, name = "a"): Promise<MadeRun> {
  const run = await makeRun(runs, name);
  await run[Symbol.asyncDispose]();
  return run;
}

/** The run file of a run in this state. */
export function runFileOf(
  { name }: RunDirectory,
  status: "running" | "done",
  server: { port: number; token: string } | null,
) {
  return {
    name,
    runId: "1",
    seed: 1,
    startedAt: "2026-01-01T00:00:00.000Z",
    version: "0",
    config: {},
    status,
    server: server && { port: server.port, token: server.token, pid: Deno.pid },
  };
}

/** Value of an unlabelled figure of a run's server. */
export async function figure({ port, token }: MadeRun, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(await response.text())![1]);
}
