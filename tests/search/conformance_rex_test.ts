/** Conformance: the refinement bandit, its first archive, its rounds and stops. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracy } from "../../data/candidate.ts";
import { ArmGroups, type Grouped } from "../../search/arm_groups.ts";
import { correctnessBin, parentBin } from "../../search/bins.ts";
import { taskUnits } from "../../search/budget.ts";
import { countSolved, isSolved, type Judged } from "../../search/judged.ts";
import { seededRandom } from "../../search/random.ts";
import {
  type Arm,
  betaParameters,
  chooseParent,
  chooseParents,
  initialArchive,
} from "../../search/rex.ts";
import { MEMORY_BYTES, stopsRefining, stopsSampling, timeLimitSeconds } from "../../search/stop.ts";
import { assertNear, type ProgramJson, type SplitJson, tally, testCases } from "./vectors.ts";

/** The published code's figures; ours are the paper's unless told. */
const CODE_STOPS_REFINING = 25;
const CODE_STOPS_SAMPLING = 101;

type FlagsJson = Pick<ProgramJson, "correct_train_input" | "correct_test_input">;

function toVerdicts(flags: FlagsJson, split: SplitJson): Judged {
  return {
    correctTrain: flags.correct_train_input,
    correctTest: split === "val" ? null : flags.correct_test_input,
  };
}

testCases<FlagsJson, { train_split: string; validation_split: string; four_bin_name: string }>(
  "correctness_bin",
  (flags, expected) => {
    assertEquals(parentBin(toVerdicts(flags, "train")), expected.train_split);
    assertEquals(parentBin(toVerdicts(flags, "val")), expected.validation_split);
    assertEquals(correctnessBin(flags.correct_train_input), expected.four_bin_name);
  },
);

interface BetaInput {
  readonly correct_train_input: boolean[];
  readonly times_chosen: number;
  readonly C: number;
}

interface BetaJson {
  readonly alpha: number;
  readonly beta: number;
}

testCases<BetaInput, BetaJson & { mean: number; without_discount: BetaJson }>(
  "rex_beta",
  ({ correct_train_input, times_chosen, C }, expected) => {
    const h = accuracy(correct_train_input);
    const { alpha, beta } = betaParameters(h, times_chosen, { c: C });
    assertAlmostEquals(alpha, expected.alpha, 1e-12);
    assertAlmostEquals(beta, expected.beta, 1e-12);
    assertAlmostEquals(alpha / (alpha + beta), expected.mean, 1e-12);
    const plain = betaParameters(h, times_chosen, { c: C, discount: false });
    assertAlmostEquals(plain.alpha, expected.without_discount.alpha, 1e-12);
    assertAlmostEquals(plain.beta, expected.without_discount.beta, 1e-12);
  },
);

interface ProbabilityInput {
  readonly programs: { id: string; correct_train_input: boolean[]; times_chosen: number }[];
  readonly C: number;
  readonly discount: boolean;
}

testCases<ProbabilityInput, { probability_by_integration: Record<string, number> }>(
  "rex_probability",
  ({ programs, C, discount }, expected) => {
    const arms: Arm[] = programs.map(({ id, correct_train_input, times_chosen }) => {
      return { id, h: accuracy(correct_train_input), timesChosen: times_chosen };
    });
    const options = { c: C, discount };
    const random = seededRandom("rex_probability");
    const draws = 20_000;
    const single = tally(
      Array.from({ length: draws }, () => chooseParent(arms, random, options)!.id),
    );
    const firstOfTwo = tally(
      Array.from({ length: draws }, () => chooseParents(arms, 2, random, options)[0].id),
    );
    const groups = new ArmGroups<{ id: string } & Grouped>((a, b) => a.id < b.id ? -1 : 1);
    for (const { id, correct_train_input, times_chosen } of programs) {
      const arm = { id, correctTrain: correct_train_input, correctTest: null, group: null };
      groups.put(arm, times_chosen);
    }
    const grouped = tally(
      Array.from({ length: draws }, () => groups.within(random).take(random, options)!.arm.id),
    );
    for (const [id, p] of Object.entries(expected.probability_by_integration)) {
      assertNear((grouped.get(id) ?? 0) / draws, p, 4 * Math.sqrt(p * (1 - p) / draws) + 1e-3, id);
      const tolerance = 4 * Math.sqrt(p * (1 - p) / draws) + 1e-3;
      assertNear((single.get(id) ?? 0) / draws, p, tolerance, id);
      assertNear((firstOfTwo.get(id) ?? 0) / draws, p, tolerance, `${id} as first of two`);
    }
  },
);

interface GroupJson extends FlagsJson {
  readonly id_prefix: string;
  readonly count: number;
}

interface ArchiveExpected {
  readonly absent: boolean;
  readonly size: number;
  readonly count_by_bin_in_order: [bin: string, count: number][];
  readonly distinct: boolean;
  readonly dropped_groups: string[];
  readonly groups_whole: string[];
}

testCases<{ split: SplitJson; groups: GroupJson[] }, ArchiveExpected>(
  "rex_initial_archive",
  ({ split, groups }, expected) => {
    const programs = groups.flatMap((group) =>
      Array.from({ length: group.count }, (_, i) => ({
        id: `${group.id_prefix}${String(i).padStart(3, "0")}`,
        group: group.id_prefix,
        ...toVerdicts(group, split),
      }))
    );
    for (let seed = 0; seed < 200; seed++) {
      const archive = initialArchive(programs, seededRandom(seed));
      assertEquals(archive.length, expected.size);
      assertEquals(archive.length === 0, expected.absent);
      assertEquals(new Set(archive.map(({ id }) => id)).size === archive.length, expected.distinct);
      // A Map keeps the order of first occurrence, and bins may not be interleaved.
      assertEquals([...tally(archive.map(parentBin))], expected.count_by_bin_in_order);
      const binOrder = archive.map(parentBin).filter((bin, i, all) => bin !== all[i - 1]);
      assertEquals(binOrder.length, expected.count_by_bin_in_order.length);
      const byGroup = tally(archive.map(({ group }) => group));
      for (const group of expected.dropped_groups) assert(!byGroup.has(group));
      for (const { id_prefix, count } of groups) {
        if (expected.groups_whole.includes(id_prefix)) assertEquals(byGroup.get(id_prefix), count);
      }
    }
  },
);

testCases<
  { split: SplitJson; groups: (GroupJson & { type: string })[] },
  { stop: boolean }
>("stop_refinement", ({ split, groups }, { stop }) => {
  const refined = groups.filter(({ type }) => type === "refined").flatMap((group) =>
    Array.from({ length: group.count }, () => toVerdicts(group, split))
  );
  assertEquals(stopsRefining(countSolved(refined), CODE_STOPS_REFINING), stop);
});

interface SamplingInput {
  readonly programs_wanted_per_task: number;
  readonly batch: number;
  readonly already_on_disk: Record<string, number> | null;
  readonly newly_solved_per_round: Record<string, number>[];
  readonly smart: boolean;
}

interface SamplingExpected {
  readonly rounds: { tasks: string[]; completions_per_task: number }[];
  readonly outcome: string;
}

testCases<SamplingInput, SamplingExpected>("stop_sampling", (input, expected) => {
  const done = Math.max(0, ...Object.values(input.already_on_disk ?? {}));
  const units = taskUnits({
    samples: Math.max(0, input.programs_wanted_per_task - done),
    refinements: 0,
    completionsPerCall: input.batch,
  });
  const perRound = input.newly_solved_per_round;
  const solved = new Map(Object.keys(perRound[0] ?? {}).map((task) => [task, 0]));
  const rounds = units.map(({ n, draw }) => {
    const tasks = [...solved.keys()].filter((task) =>
      !input.smart || !stopsSampling(solved.get(task)!, CODE_STOPS_SAMPLING)
    );
    const gained = perRound[Math.min(draw, perRound.length - 1)];
    for (const task of tasks) solved.set(task, solved.get(task)! + gained[task]);
    return { tasks, completions_per_task: n };
  });
  assertEquals(rounds, expected.rounds);
  assertEquals(units.length === 0 ? "nothing to do" : "done", expected.outcome);
});

testCases<
  { train_grids: number; test_grids: number },
  { seconds: number; memory_bytes_before_margin: number }
>("time_limit", ({ train_grids, test_grids }, expected) => {
  assertEquals(timeLimitSeconds(train_grids, test_grids), expected.seconds);
  assertEquals(MEMORY_BYTES, expected.memory_bytes_before_margin);
});

type ChildJson = [train: string, test: string] | [null, null];

interface RoundInput {
  readonly split: SplitJson;
  readonly rounds: number;
  readonly completions_per_choice: number;
  readonly archive: Record<string, ProgramJson[]>;
  readonly children_by_task_round_completion: Record<string, ChildJson[][]>;
}

interface RoundExpected {
  readonly tasks_refined_by_round: string[][];
  readonly final: Record<string, { id: string; type: string; n_parents: number }[]>;
}

interface LoopRecord extends Judged {
  readonly id: string;
  readonly type: string;
  readonly parents: string[];
  timesChosen: number;
}

function toFlags(text: string): boolean[] {
  return Array.from(text, (flag) => flag === "1");
}

testCases<RoundInput, RoundExpected>("rex_round", (input, expected) => {
  const random = seededRandom("rex_round");
  const tasks = new Map(
    Object.entries(input.archive).map(([task, programs]) => [
      task,
      programs.map((program): LoopRecord => ({
        id: program.id,
        type: "initial_solution",
        parents: [],
        timesChosen: 0,
        ...toVerdicts(program, input.split),
      })),
    ]),
  );
  const refinedByRound: string[][] = [];
  for (let round = 0; round < input.rounds; round++) {
    const active = [...tasks].filter(([, records]) => {
      const refined = records.filter(({ type }) => type === "refined");
      return !stopsRefining(refined.filter(isSolved).length, CODE_STOPS_REFINING);
    });
    refinedByRound.push(active.map(([task]) => task));
    for (const [task, records] of active) {
      const arms = records.map(({ id, correctTrain, timesChosen }) => {
        return { id, h: accuracy(correctTrain), timesChosen };
      });
      const chosen = chooseParent(arms, random)!;
      records.find(({ id }) => id === chosen.id)!.timesChosen++;
      const children = input.children_by_task_round_completion[task][round];
      children.slice(0, input.completions_per_choice).forEach(([train, test], i) => {
        if (train === null) return;
        const correctTest = input.split === "val" ? null : toFlags(test);
        const verdicts = { correctTrain: toFlags(train), correctTest };
        const id = `${task}_r${round}_${i}`;
        records.push({ id, type: "refined", parents: [chosen.id], timesChosen: 0, ...verdicts });
      });
    }
  }
  assertEquals(refinedByRound, expected.tasks_refined_by_round);
  for (const [task, records] of tasks) {
    assertEquals(
      records.map(({ id, type, parents }) => ({ id, type, n_parents: parents.length })),
      expected.final[task].map(({ id, type, n_parents }) => ({ id, type, n_parents })),
    );
    const age = new Map(records.map(({ id }, i) => [id, i]));
    for (const { id, parents } of records) {
      for (const parent of parents) assert(age.get(parent)! < age.get(id)!);
    }
    const choices = refinedByRound.filter((names) => names.includes(task)).length;
    assertEquals(records.reduce((sum, { timesChosen }) => sum + timesChosen, 0), choices);
  }
});
