/** Conformance: selection of training data. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { weightedGroupSample } from "../../search/group_sample.ts";
import { parentBin } from "../../search/bins.ts";
import { compatRules } from "../../search/compat.ts";
import { type Random, seededRandom } from "../../search/random.ts";
import {
  collectPairs,
  type Descendant,
  selectPairsBalanced,
  selectPairsUniform,
} from "../../search/select_refinement.ts";
import {
  greedyScore,
  selectCorrect,
  selectGreedy,
  selectGreedyDiverse,
  selectGreedyDiverseVote,
  selectSampling,
} from "../../search/select_sampling.ts";
import {
  assertNear,
  checkProperties,
  isErrorJson,
  type ProgramJson,
  type Properties,
  type SplitJson,
  tally,
  testCases,
  toJudged,
} from "./vectors.ts";

interface SelectInput {
  readonly programs: ProgramJson[];
  readonly n: number;
  readonly split?: SplitJson;
}

interface SelectExpected {
  readonly absent: boolean;
  readonly properties: Properties;
}

type DiverseProperties = Properties & {
  readonly greedy_half_sort_keys?: [score: number, minusLength: number][];
  readonly greedy_half_ids?: string[];
};

type DiverseOutcome = { readonly properties: DiverseProperties } | { error: string };

interface DiverseExpected {
  readonly with_working_output_dedup: DiverseOutcome;
  /** The published code, faults included. */
  readonly as_written: DiverseOutcome;
}

/** Our reading, then the published code's. */
const READINGS = [
  ["with_working_output_dedup", { repeats: true }],
  ["as_written", compatRules("published")],
] as const;

type Judged = ReturnType<typeof toJudged>;

function ids(programs: readonly { readonly id: string }[]): string[] {
  return programs.map(({ id }) => id);
}

function trainClass(programs: readonly Judged[]): (id: string) => string {
  const classes = new Map(programs.map(({ id, correctTrain }) => {
    return [id, `${correctTrain.filter(Boolean).length}/${correctTrain.length}`];
  }));
  return (id) => classes.get(id)!;
}

testCases<SelectInput, SelectExpected>("select_uniform", ({ programs, n }, { properties }) => {
  const judged = programs.map((program) => toJudged(program, "train"));
  const draw = (random: Random) => ids(selectSampling("uniform", judged, n, random));
  checkProperties(draw, properties, trainClass(judged));
});

testCases<SelectInput, SelectExpected>("select_correct_only", (input, { absent, properties }) => {
  const judged = input.programs.map((program) => toJudged(program, "train"));
  checkProperties(
    (random) => ids(selectCorrect(judged, input.n, random)),
    properties,
    trainClass(judged),
  );
  // A task without an entry is one that nothing was selected from.
  assertEquals(selectCorrect(judged, Math.max(1, input.n), seededRandom(0)).length === 0, absent);
});

testCases<SelectInput, { ids: string[] }>("select_greedy", ({ programs, n }, expected) => {
  const judged = programs.map((program) => toJudged(program, "train"));
  assertEquals(ids(selectGreedy(judged, n)), expected.ids);
});

testCases<SelectInput, DiverseExpected>(
  "select_greedy_diverse",
  ({ programs, n, split }, expected) => {
    const judged = programs.map((program) => toJudged(program, split));
    for (const [reading, options] of READINGS) {
      const outcome = expected[reading];
      if (isErrorJson(outcome)) {
        assertEquals(selectGreedyDiverse(judged, n, seededRandom(0), options), []);
        continue;
      }
      const { greedy_half_ids: half, greedy_half_sort_keys: keys = [] } = outcome.properties;
      checkProperties(
        (random) => {
          const selected = selectGreedyDiverse(judged, n, random, options);
          if (half) assertEquals(ids(selected.slice(0, half.length)), half);
          keys.forEach(([score, minusLength], i) => {
            assertAlmostEquals(greedyScore(selected[i]), score, 1e-6);
            assertEquals(-selected[i].code.length, minusLength);
          });
          return ids(selected);
        },
        outcome.properties,
        trainClass(judged),
      );
    }
  },
);

testCases<SelectInput, DiverseExpected>("select_greedy_diverse_vote", (input, expected) => {
  const judged = input.programs.map((program) => toJudged(program, "val"));
  for (const [reading, options] of READINGS) {
    const outcome = expected[reading];
    const draw = (random: Random) => ids(selectGreedyDiverseVote(judged, input.n, random, options));
    // The reference fails where there is nothing to vote with; ours selects nothing.
    if (isErrorJson(outcome)) assertEquals(draw(seededRandom(0)), []);
    else checkProperties(draw, outcome.properties);
  }
});

interface GroupsInput {
  readonly groups: { weight: number; members: { id: string; correct_train_input: boolean[] }[] }[];
  readonly n: number;
}

interface GroupsExpected {
  readonly properties: Properties & {
    readonly exact_mean_count_by_group?: Record<string, number>;
    readonly mean_count_by_group: Record<string, number>;
    readonly mean_copies: Record<string, number>;
  };
}

testCases<GroupsInput, GroupsExpected>("weighted_group_sample", ({ groups, n }, { properties }) => {
  const weighted = groups.map(({ weight, members }) => ({
    weight,
    members: members.map(({ id, correct_train_input }) => ({
      id,
      correctTrain: correct_train_input,
    })),
  }));
  const draw = (random: Random) => ids(weightedGroupSample(weighted, n, random, { repeats: true }));
  checkProperties(draw, properties);
  const draws = 1000;
  const copies = tally(
    Array.from({ length: draws }, (_, seed) => draw(seededRandom("groups", seed))).flat(),
  );
  const mean = (id: string) => (copies.get(id) ?? 0) / draws;
  for (const [id, expected] of Object.entries(properties.mean_copies)) {
    assertNear(mean(id), expected, 0.15, `copies of ${id}`);
  }
  groups.forEach(({ members }, i) => {
    const expected = properties.mean_count_by_group[`group${i}`] ?? 0;
    const count = members.reduce((sum, { id }) => sum + mean(id), 0);
    assertNear(count, expected, 0.15, `members of group ${i}`);
  });
});

interface RefinedJson extends ProgramJson {
  readonly type: "refined" | "initial_solution";
  readonly unique_id?: string;
  readonly parents?: string[];
  readonly parent_response?: Partial<ProgramJson>;
  readonly parent?: ProgramJson;
  readonly parent_bin?: string;
}

interface PairsInput {
  readonly n: number;
  readonly split: SplitJson;
  readonly refined: RefinedJson[];
}

/** A record in our form; `name` is the file's id, as ours is the reference's `unique_id`. */
type Refined = Descendant & { readonly name: string; readonly stored?: Refined };

function toRefined(record: RefinedJson, split: SplitJson, stored?: ProgramJson): Refined {
  const { correctTrain, correctTest } = toJudged(record, split);
  return {
    id: record.unique_id ?? record.id,
    name: record.id,
    operator: record.type === "refined" ? "refine" : "sample",
    parents: record.parents ?? [],
    correctTrain,
    correctTest,
    stored: stored && toRefined({ type: "initial_solution", ...stored }, split),
  };
}

testCases<PairsInput, SelectExpected>(
  "select_refinement_pairs",
  ({ n, split, refined }, expected) => {
    const records = refined.map((record) => toRefined(record, split, record.parent));
    const pairs = collectPairs(records, { storedParent: ({ stored }) => stored });
    const { properties, absent } = expected;
    const always = typeof properties.always === "string"
      ? pairs.filter(({ parent }) => parentBin(parent) !== "max").map(({ child }) => child.name)
      : properties.always;
    const bins = new Map(refined.map(({ id, parent_bin }) => [id, parent_bin!]));
    const draw = (random: Random) =>
      selectPairsBalanced(pairs, n, random, { repeats: true }).map(({ child }) => child.name);
    checkProperties(draw, { ...properties, always }, (id) => bins.get(id)!);
    assertEquals(draw(seededRandom(0)).length === 0, absent || n === 0);

    const seeds = 200;
    const drawn = Array.from({ length: seeds }, (_, seed) => new Set(draw(seededRandom(seed))));
    const means = Object.entries(properties.inclusion_frequency_mean_by_bin ?? {});
    for (const [bin, frequency] of means) {
      const members = pairs.map(({ child }) => child.name).filter((id) => bins.get(id) === bin);
      const hits = drawn.reduce((sum, set) => sum + members.filter((id) => set.has(id)).length, 0);
      assertNear(hits / seeds / members.length, frequency, 0.05, `mean inclusion of ${bin}`);
    }
  },
);

interface UniformInput {
  readonly ids: string[];
  readonly n: number;
}

testCases<UniformInput, { properties: Properties }>(
  "select_refinement_uniform",
  (input, expected) => {
    const pick = (random: Random) => selectPairsUniform(input.ids, input.n, random);
    checkProperties(pick, expected.properties);
    if (input.ids.length <= input.n) assertEquals(pick(seededRandom(0)), input.ids);
  },
);

interface CollectInput {
  readonly split: SplitJson;
  readonly only_correct: boolean;
  readonly records: RefinedJson[];
}

/** A stored parent counts only when the record holds all of it. */
function storedParent({ parent_response: parent }: RefinedJson): ProgramJson | undefined {
  const { id, code, predicted_train_output: train, predicted_test_output: test } = parent ?? {};
  if (id === undefined || !code || !train || !test) return undefined;
  return { correct_train_input: [], correct_test_input: [], ...parent, id };
}

testCases<CollectInput, { id: string; parent: string }[]>(
  "collect_refinement_pairs",
  ({ split, only_correct, records }, expected) => {
    const programs = records.map((record) => toRefined(record, split, storedParent(record)));
    const pairs = collectPairs(programs, {
      onlySolved: only_correct,
      storedParent: ({ stored }) => stored,
    });
    const names = pairs.map(({ parent, child }) => ({ id: child.name, parent: parent.name }));
    assertEquals(names, expected);
  },
);
