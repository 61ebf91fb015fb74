import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { archiveRows, differingRows } from "../../actors/archive_rows.ts";
import { Replay, ReplayError } from "../../actors/replay.ts";
import { Archive } from "../../data/archive.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { RunDirectory } from "../../data/run_directory.ts";
import { ModelError } from "../../models/client.ts";
import { answerText } from "../../models/prompts.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { PYTHON } from "../python.ts";
import { type Changes, newRun, ScriptedModel, scriptedRun } from "./scripted_run.ts";

/** A model whose replies hang on chance, in content and in order: nothing repeats by itself. */
class FickleModel extends ScriptedModel {
  #made = 0;

  override async complete(...args: Parameters<ScriptedModel["complete"]>) {
    const reply = await super.complete(...args);
    for (let i = Math.floor(Math.random() * 20); i > 0; i--) await Promise.resolve();
    const completions = reply.completions.map((completion) => {
      const shift = Math.floor(Math.random() * 10);
      const code = `def transform(grid):\n    return [[(c + ${shift}) % 10 for c in row] ` +
        `for row in grid]  # ${this.#made++}`;
      return Math.random() < 0.5 ? completion : { ...completion, text: answerText(code) };
    });
    return { ...reply, completions };
  }
}

function archiveOf(directory: RunDirectory): Archive {
  const archive = new Archive();
  for (const entry of readJournal(directory.journal)) archive.apply(entry);
  return archive;
}

/** Follows a run with another concurrency than it had. */
async function replayed(directory: RunDirectory, changes: Changes = {}): Promise<Archive> {
  using replay = new Replay("followed", archiveOf(directory), directory.journal);
  const seat = {
    client: replay,
    sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 100 },
    modelOf: (generation: number) => replay.modelOf(generation),
    seed: 3,
  };
  return await scriptedRun(newRun(), replay, { seat, replay, concurrency: 2, ...changes });
}

for (const deterministic of [false, true]) {
  Deno.test(`a replay ends in the same archive (deterministic: ${deterministic})`, async () => {
    const directory = newRun();
    const followed = await scriptedRun(directory, new FickleModel(), { deterministic });
    assert([...followed.entries()].some(({ operator }) => operator === "refine"));
    assertEquals(archiveRows(await replayed(directory, { deterministic })), archiveRows(followed));
  });
}

Deno.test("a replay of a replay is the same again, and runs of other replies are not", async () => {
  const directory = newRun();
  const followed = await scriptedRun(directory, new FickleModel());
  assertEquals(differingRows(await replayed(directory), followed), []);
  const other = await scriptedRun(newRun(), new FickleModel());
  assert(differingRows(other, followed).length > 0);
});

Deno.test("a replay sets aside what was set aside", async () => {
  const directory = newRun();
  const model = new FickleModel();
  const complete = model.complete.bind(model);
  let calls = 0;
  model.complete = (...args) =>
    ++calls % 5 === 0
      ? Promise.reject(new ModelError("refused", "prompt too long"))
      : complete(...args);
  const followed = await scriptedRun(directory, model);
  assertEquals(differingRows(await replayed(directory), followed), []);
});

Deno.test("a replay of a run that was stopped half-way says what is missing", async () => {
  const directory = newRun();
  const stop = new AbortController();
  const model = new ScriptedModel();
  const complete = model.complete.bind(model);
  model.complete = (...args) => {
    if (model.requests.length === 8) stop.abort(new Error("stopped"));
    return complete(...args);
  };
  await assertRejects(() => scriptedRun(directory, model, {}, { signal: stop.signal }));
  await assertRejects(
    () => replayed(directory),
    ReplayError,
    "run followed holds no reply to",
  );
});

Deno.test("Replay names the content that it has no reply to, and the generation not reached", async () => {
  const directory = newRun();
  const archive = await scriptedRun(directory, new ScriptedModel());
  using replay = new Replay("followed", archive, directory.journal);
  const request = {
    model: "scripted-0",
    messages: [],
    n: 1,
    temperature: 1,
    topP: 1,
    minP: null,
    maxTokens: 1,
    seed: 77,
  };
  await assertRejects(
    () => replay.complete(request),
    ReplayError,
    "no reply to this content: model scripted-0, prompt hash",
  );
  assertThrows(() => replay.modelOf(9), ReplayError, "asked nothing in generation 9");
});

Deno.test("barriers: a deterministic run ends in the same archive in phases", async () => {
  const options = { deterministic: true };
  const streamed = await scriptedRun(newRun(), new ScriptedModel(), options);
  const phased = await scriptedRun(newRun(), new ScriptedModel(), { ...options, barriers: true });
  assertEquals(differingRows(phased, streamed), []);
});

Deno.test("barriers: no program runs while requests of its round are open, and the other way round", async () => {
  const sandbox = await openPythonEngine({ python: PYTHON, workers: 2 });
  const model = new ScriptedModel();
  let asking = 0;
  let running = 0;
  const overlaps: string[] = [];
  const complete = model.complete.bind(model);
  model.complete = async (...args) => {
    asking++;
    if (running > 0) overlaps.push(`asked while ${running} ran`);
    await new Promise((go) => setImmediate(go));
    return await complete(...args).finally(() => asking--);
  };
  const watched = {
    name: sandbox.name,
    layers: sandbox.layers,
    workers: sandbox.workers,
    ahead: sandbox.ahead,
    confirm: sandbox.confirm.bind(sandbox),
    close: () => Promise.resolve(),
    run: async (...args: Parameters<typeof sandbox.run>) => {
      // What is refined is made sure of while its request is put together.
      if (args[0].alone) return await sandbox.run(...args);
      if (asking > 0) overlaps.push(`ran while ${asking} were asked`);
      running++;
      return await sandbox.run(...args).finally(() => running--);
    },
  };
  try {
    const overlapOf = async (barriers: boolean) => {
      overlaps.length = 0;
      await scriptedRun(newRun(), model, { sandbox: watched, barriers });
      return overlaps.length;
    };
    assertEquals(await overlapOf(true), 0, overlaps.join("\n"));
    assert(await overlapOf(false) > 0, "the stream overlaps");
  } finally {
    await sandbox.close();
  }
});
