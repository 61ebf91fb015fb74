import { assert, assertEquals, assertRejects } from "@std/assert";
import { archiveRows } from "../../actors/archive_rows.ts";
import type { SearchEngine } from "../../actors/engine.ts";
import { Replay } from "../../actors/replay.ts";
import { RunBudget, type RunBudgetOptions, SteeringError } from "../../actors/run_budget.ts";
import { Archive } from "../../data/archive.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { BudgetChange } from "../../data/records.ts";
import type { RunDirectory } from "../../data/run_directory.ts";
import { Recorded } from "./recorded.ts";
import { type Changes, newRun, ScriptedModel, scriptedRun } from "./scripted_run.ts";

const TASKS = 6;

/** As scriptedRun is configured. */
const CONFIGURED = { samples: 8, refinements: 4, completionsPerCall: 4 };

/** A model that does something at the third request it is made. */
class ActingModel extends ScriptedModel {
  act: () => Promise<unknown> | void = () => {};

  override async complete(...args: Parameters<ScriptedModel["complete"]>) {
    if (this.requests.length === 2) await this.act();
    return await super.complete(...args);
  }
}

/** A run that has its budget changed in its first generation. */
async function changedRun(
  directory: RunDirectory,
  change: BudgetChange,
  changes: Changes = {},
): Promise<Archive> {
  const model = new ActingModel();
  const onEngine = ({ budget }: SearchEngine) => model.act = () => budget.change(change);
  return await scriptedRun(directory, model, { ...changes, onEngine });
}

/** Programs asked for in a generation, by operator, for all tasks. */
function asked(archive: Archive, generation: number) {
  const total = { sample: 0, refine: 0 };
  for (const { call } of archive.calls()) {
    if (call.generation === generation) total[call.operator] += call.n;
  }
  return total;
}

function archiveOf(directory: RunDirectory): Archive {
  const archive = new Archive();
  for (const entry of readJournal(directory.journal)) archive.apply(entry);
  return archive;
}

for (const barriers of [false, true]) {
  Deno.test(`a changed budget holds from the next generation on (barriers: ${barriers})`, async () => {
    const directory = newRun();
    await changedRun(directory, { samples: 12, refinements: 0 }, { barriers });
    const archive = archiveOf(directory);
    assertEquals(asked(archive, 0).sample, 8 * TASKS);
    assert(asked(archive, 0).refine > 0, "the generation under way refines on");
    assertEquals(asked(archive, 1), { sample: 12 * TASKS, refine: 0 });
    assertEquals(
      archive.notesOf("budget_changed").map(({ generation, message }) => [generation, message]),
      [[1, "from generation 1 on: samples 8 → 12, refinements 4 → 0"]],
    );
  });
}

Deno.test("a resumed run has the budget it was given, and a replay of it too", async () => {
  const directory = newRun();
  const drain = new AbortController();
  const model = new ActingModel();
  const onEngine = ({ budget }: SearchEngine) =>
    model.act = async () => {
      await budget.change({ samples: 4, refinements: 0 });
      drain.abort(new Error("drained"));
    };
  await assertRejects(
    () => scriptedRun(directory, model, { onEngine }, { draining: drain.signal }),
    Error,
    "drained",
  );
  assertEquals(asked(archiveOf(directory), 1), { sample: 0, refine: 0 });
  const resumed = await scriptedRun(directory, new ScriptedModel());
  assertEquals(asked(resumed, 0).sample, 8 * TASKS);
  assertEquals(asked(resumed, 1), { sample: 4 * TASKS, refine: 0 });
  using replay = new Replay("followed", archiveOf(directory), directory.journal);
  const seat = {
    client: replay,
    sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 100 },
    modelOf: (generation: number) => replay.modelOf(generation),
    seed: 3,
  };
  const followed = await scriptedRun(newRun(), replay, { seat, replay });
  assertEquals(archiveRows(followed), archiveRows(resumed));
  assertEquals(followed.notesOf("budget_changed"), resumed.notesOf("budget_changed"));
});

Deno.test("a total that is lowered ends the run after the generation, one that is raised lets it go on", async () => {
  const lowered = await changedRun(newRun(), { programs: 10 });
  assertEquals(lowered.lastNoted("budget_reached"), 0);
  assertEquals(asked(lowered, 1), { sample: 0, refine: 0 });
  const limits = { programs: 12 * TASKS };
  const short = await scriptedRun(newRun(), new ScriptedModel(), { limits });
  assertEquals(asked(short, 1), { sample: 0, refine: 0 });
  const raised = await changedRun(newRun(), { programs: 18 * TASKS }, { limits });
  assertEquals(asked(raised, 1).sample, 4 * TASKS, "half of a generation was left");
});

Deno.test("RunBudget.change() refuses what cannot be, and says why", async () => {
  const refused: [Partial<RunBudgetOptions>, BudgetChange, string][] = [
    [{ deterministic: true }, { samples: 2 }, "run.deterministic = true"],
    [{ replay: { budgetChanges: [] } }, { samples: 2 }, "follows another"],
    [{ generations: 1 }, { samples: 2 }, "last generation has begun"],
    [{}, { samples: -1 }, "samples = -1: expected a whole number of at least 0"],
    [{}, { refinements: 1.5 }, "refinements = 1.5"],
    [{}, { programs: 0 }, "total_programs = 0: expected a whole number of at least 1"],
    [{}, { money: 0 }, "total_money = 0: expected more than 0"],
    [{}, { samples: 0, refinements: 0 }, "nothing to do"],
    [{}, { money: 5 }, "no price"],
  ];
  for (const [changed, change, message] of refused) {
    await using recorded = new Recorded();
    const { recorder } = recorded;
    const configured = { budget: CONFIGURED, generations: 2, deterministic: false, recorder };
    const budget = new RunBudget({ ...configured, ...changed });
    budget.begin(0);
    await assertRejects(() => budget.change(change), SteeringError, message);
    assertEquals(recorded.records(), []);
  }
});

Deno.test("RunBudget.change() journals what is another, and nothing when nothing is", async () => {
  await using recorded = new Recorded();
  const { recorder } = recorded;
  const priceAt = () => ({ prompt: 1, completion: 2 });
  const options = { budget: CONFIGURED, generations: 3, deterministic: false, recorder, priceAt };
  const budget = new RunBudget(options);
  assertEquals(budget.begin(0).budget.samples, 8);
  assertEquals(await budget.change({ samples: 8 }), { generation: 1, fields: [] });
  assertEquals(recorded.records(), []);
  assertEquals(await budget.change({ samples: 8, money: 2.5 }), {
    generation: 1,
    fields: ["total_money unbounded → 2.5"],
  });
  assertEquals([budget.of(0).limits.money, budget.of(1).limits.money], [undefined, 2.5]);
  budget.begin(1);
  await budget.change({ samples: 3 });
  assertEquals([1, 2].map((g) => budget.of(g).budget.samples), [8, 3]);
  const again = new RunBudget(options);
  assertEquals([1, 2].map((g) => again.of(g)), [1, 2].map((g) => budget.of(g)));
  budget.close();
  assertEquals(budget.next, null);
});
