import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { findBaseModel, refuseMeasured } from "../../cli/base_model.ts";
import { train } from "../../cli/train.ts";
import { readTrainedOn } from "../../cli/trained_on.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { ContaminationGuard } from "../../mod.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { readManifest, type RowMeta, ShardWriter } from "../../data/shards.ts";
import { FEATURE_NAMES } from "../../models/embedded/task_features.ts";
import { CommandLine, type Ended } from "./command.ts";

const SMALL = ["--samples", "12", "--refinements", "4"];
const ALONE = ["--generations", "1", "--no-fit", ...SMALL];

function succeeded({ code, stderr }: Ended): void {
  assertEquals(code, 0, stderr);
}

/** What the model answered in a run, in the order of its requests' ids. */
function answers(line: CommandLine, run: string): string[] {
  return [...readJournal(new RunDirectory(line.runs, run).journal)]
    .flatMap(({ record }) => record.kind === "reply" ? [record] : [])
    .toSorted((a, b) => a.callId < b.callId ? -1 : 1)
    .flatMap(({ completions }) => completions.map(({ text }) => text));
}

Deno.test("soar --model-from: generation 0 asks what another run fitted", async (t) => {
  const line = new CommandLine();
  succeeded(
    await line.run(
      ...["soar", "--run", "fit", "--tasks", "sample#6", "--generations", "2"],
      ...SMALL,
    ),
  );
  const folder = `${line.runs}/fit/models/g001`;
  const tasks = ["soar", "--tasks", "sample#6"];
  succeeded(await line.run(...tasks, "--run", "base", ...ALONE));
  const ended = await line.run(...tasks, "--run", "from", "--model-from", "fit", ...ALONE);
  succeeded(ended);

  await t.step("the model says what it was fitted on, as its shards do", () => {
    const { tasks } = readManifest(`${line.runs}/fit/shards/g001`);
    assertEquals(readTrainedOn(folder), tasks);
    assertEquals(tasks!.length, 6);
    assert(tasks!.every(({ pairHashes }) => pairHashes.length > 3));
  });

  await t.step("the run keeps a copy and says whose it is", () => {
    assertStringIncludes(ended.stderr, `generation 0 asks ${folder}, fitted on 6 tasks`);
    const own = `${line.runs}/from/models/g000`;
    for (const file of ["weights.json", "training.json"]) {
      assertEquals(
        Deno.readTextFileSync(`${own}/${file}`),
        Deno.readTextFileSync(`${folder}/${file}`),
      );
    }
    assertEquals(JSON.parse(Deno.readTextFileSync(`${own}/READY`)), { from: folder });
  });

  await t.step(
    "its programs are not the base model's, and the same by name, number or path",
    async () => {
      const fromRun = answers(line, "from");
      assertNotEquals(fromRun, answers(line, "base"));
      for (const [i, from] of ["fit:g001", folder].entries()) {
        succeeded(
          await line.run(
            ...[...tasks, "--run", `again-${i}`, "--set", `model.from=${from}`],
            ...["--deterministic", ...ALONE],
          ),
        );
      }
      assertEquals(answers(line, "again-0"), answers(line, "again-1"));
    },
  );

  await t.step("what is fitted in the new run has the old one's tasks behind it", async () => {
    succeeded(
      await line.run(
        ...["soar", "--tasks", "sample#2", "--run", "next"],
        ...["--model-from", "fit", "--generations", "2", ...SMALL],
      ),
    );
    const ids = readTrainedOn(`${line.runs}/next/models/g001`)!.map(({ id }) => id);
    assertEquals(ids.toSorted(), readTrainedOn(folder)!.map(({ id }) => id).toSorted());
    assertEquals(readManifest(`${line.runs}/next/shards/g001`).tasks!.length, 2);
  });

  for (
    const [name, flags, code, said] of [
      [
        "a task measured elsewhere",
        ["--tasks", "sample#1", "--set", 'guard.measured=["sample#2"]'],
        2,
        "was made from 6 tasks, of which 2 are being measured by this run: sample/",
      ],
      [
        "no such generation",
        ["--model-from", "fit:g002"],
        2,
        "run fit has no fitted model g002; there are g001",
      ],
      ["a run that fitted nothing", ["--model-from", "base"], 2, "run base has no fitted model"],
      ["no such run", ["--model-from", "none"], 3, "no run none"],
      [
        "no model there",
        ["--model-from", "./none"],
        2,
        "expected a model folder with a READY file",
      ],
      [
        "an endpoint",
        ["--endpoint", "http://127.0.0.1:1/v1", "--model", "m"],
        2,
        "model.from (--model-from) is for the embedded model",
      ],
    ] as const
  ) {
    await t.step(`refused: ${name}`, async () => {
      const refused = await line.run("soar", "--run", "x", "--model-from", "fit", ...flags);
      assertEquals(refused.code, code, refused.stderr);
      assertStringIncludes(refused.stderr, said);
      assert(!new RunDirectory(line.runs, "x").exists());
    });
  }

  await t.step("evaluation tasks under other names are told by their pairs", async () => {
    const measured = `${Deno.makeTempDirSync()}/evaluation`;
    Deno.mkdirSync(measured);
    const samples = new URL("../../data/samples/", import.meta.url);
    const [first] = [...Deno.readDirSync(samples)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).toSorted();
    Deno.copyFileSync(new URL(first, samples), `${measured}/renamed.json`);
    const refused = await line.run("soar", "--tasks", measured, "--model-from", "fit", ...ALONE);
    assertEquals(refused.code, 2, refused.stderr);
    assertStringIncludes(refused.stderr, "of which 1 are being measured");
    assertStringIncludes(refused.stderr, "shares a pair with measured task");
  });

  await t.step("a killed run is resumed with its own copy, the other run gone", async () => {
    const flags = [...tasks, "--run", "killed", "--model-from", "fit", ...ALONE];
    const { pid, ended } = line.start(...flags, "--samples", "60");
    await line.grown("killed", 60_000, ended);
    Deno.kill(pid, "SIGKILL");
    assertEquals((await ended).signal, "SIGKILL");
    Deno.removeSync(`${line.runs}/fit`, { recursive: true });
    const resumed = await line.run("soar", "--resume", "killed");
    succeeded(resumed);
    assertStringIncludes(resumed.stderr, `generation 0 asks ${line.runs}/killed/models/g000`);
  });
});

/** A folder with the files of a model, whose weights say nothing. */
function model(training: string | null): string {
  const folder = `${Deno.makeTempDirSync()}/m`;
  Deno.mkdirSync(folder);
  const weights = { format: 1, features: FEATURE_NAMES, sites: {} };
  Deno.writeTextFileSync(`${folder}/weights.json`, JSON.stringify(weights));
  if (training !== null) Deno.writeTextFileSync(`${folder}/training.json`, training);
  Deno.writeTextFileSync(`${folder}/READY`, "");
  return folder;
}

for (
  const [name, training, said] of [
    ["without a report", null, "there is no "],
    ["whose report is no JSON", "{", "training.json: "],
    ["whose report is malformed", '{"tasks":[{"id":1}]}', "training.json: "],
    ["that does not say its tasks", '{"rows":3}', "does not say which tasks it was fitted on"],
  ] as const
) {
  Deno.test(`findBaseModel() refuses a model ${name}`, () => {
    const runs = Deno.makeTempDirSync();
    const from = model(training);
    assertThrows(() => findBaseModel(from, new RunDirectory(runs, "x"), runs), UsageError, said);
  });
}

Deno.test("refuseMeasured() passes a model that was fitted on other tasks", () => {
  const task = (id: string, k: number) => ({
    id,
    dataset: "d",
    train: [{ input: [[k]], output: [[k]] }],
    testInputs: [[[k]]],
  });
  const guard = new ContaminationGuard([{ task: task("m", 1) }]);
  const identity = (id: string, pairHashes: string[]) => ({ id, dataset: "e", pairHashes });
  refuseMeasured({ folder: "f", tasks: [identity("a", ["1"])] }, guard);
  assertThrows(
    () => refuseMeasured({ folder: "f", tasks: [identity("a", ["1"]), identity("m", [])] }, guard),
    UsageError,
    "f was made from 2 tasks, of which 1 are being measured by this run: e/m has the id",
  );
});

const META: RowMeta = {
  taskId: "t",
  split: "training",
  programId: "1",
  generation: 0,
  operator: "sample",
  relabelled: false,
  correct: true,
};

Deno.test("train says no tasks where a source of them does not", async () => {
  const known = { id: "t", dataset: "d", pairHashes: ["1"] };
  const shards = (tasks?: (typeof known)[]) => {
    const directory = `${Deno.makeTempDirSync()}/g001`;
    const shard = new ShardWriter(directory);
    shard.add({ prompt: [], completion: [] }, META);
    shard.seal({ generation: 1, baseModel: "b", seed: 1, tasks });
    return directory;
  };
  const other = { id: "u", dataset: "d", pairHashes: ["2"] };
  for (
    const [tasks, proposer, expected] of [
      [[known], undefined, [known]],
      [[known], model(JSON.stringify({ tasks: [other, known] })), [known, other]],
      [undefined, undefined, null],
      [[known], model("{}"), null],
    ] as const
  ) {
    const out = `${Deno.makeTempDirSync()}/g001`;
    await train({ shards: shards(tasks as (typeof known)[] | undefined), out, proposer });
    assertEquals(readTrainedOn(out), expected as (typeof known)[] | null);
  }
});
