/** The faults of the published code, one by one: there under `published`, gone under `paper`. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { holdsText } from "../../search/hard_coding.ts";
import { keepFault } from "../../search/keep.ts";
import { COMPAT, type CompatRules, compatRules } from "../../search/compat.ts";
import { isSolved, type JudgedProgram } from "../../search/judged.ts";
import { selectParents } from "../../search/parents.ts";
import { programsOfIsland } from "../../search/islands.ts";
import { seededRandom } from "../../search/random.ts";
import { mixAnswers, relabelRefinement } from "../../search/relabel.ts";
import { selectRefinement } from "../../search/select_refinement.ts";
import { selectSampling } from "../../search/select_sampling.ts";
import { stopsRefining, stopsSampling } from "../../search/stop.ts";
import { answerText, samplePrompt } from "../../models/prompts.ts";

const PAPER = compatRules("paper");
const PUBLISHED = compatRules("published");

/** What a rule makes of a case, under both readings. */
function both<T>(of: (rules: CompatRules) => T): { paper: T; published: T } {
  return { paper: of(PAPER), published: of(PUBLISHED) };
}

function program(id: string, right: boolean[], test = false): JudgedProgram {
  return {
    id,
    codeLength: 10,
    correctTrain: right,
    correctTest: [test],
    outputs: [...right.map((one, i) => one ? `${i}` : `${id} ${i}`), test ? "t" : `${id} t`],
  };
}

/** How often each of three programs, two of them right, is chosen in 1,500 refinements. */
function timesChosen({ countChoices }: CompatRules): number[] {
  const counts = new Map([["a", 0], ["b", 0], ["c", 0]]);
  const random = seededRandom("rounds");
  const chosen = new Map(counts);
  const accuracies: Record<string, boolean[]> = { a: [true], b: [true], c: [false] };
  for (let round = 0; round < 1500; round++) {
    const arms = Object.entries(accuracies).map(([id, correctTrain]) => {
      return { id, correctTrain, h: Number(correctTrain[0]), timesChosen: counts.get(id)! };
    });
    const [{ id }] = selectParents("rex", arms, random);
    chosen.set(id, chosen.get(id)! + 1);
    if (countChoices) counts.set(id, counts.get(id)! + 1);
  }
  return [...chosen.values()];
}

Deno.test("compatRules() knows both readings, and they differ in every rule", () => {
  assertEquals(COMPAT, ["paper", "published"]);
  for (const [rule, value] of Object.entries(PAPER)) {
    assertNotEquals(PUBLISHED[rule as keyof CompatRules], value, rule);
  }
});

Deno.test("published REx never counts its choices, so it never moves on to a worse program", () => {
  const { paper, published } = both(timesChosen);
  assert(paper[2] > 10, `${paper}`);
  assertEquals(published[2], 0);
});

Deno.test("published greedy-diverse has no diverse half", () => {
  const programs = Array.from({ length: 40 }, (_, i) => program(`${i}`, [i < 4, i < 8, false]));
  const { paper, published } = both((rules) =>
    selectSampling("greedy_diverse", programs, 20, seededRandom("diverse"), rules)
  );
  assertEquals([paper.length, published.length], [20, 10]);
  assertEquals(published.map(({ id }) => id), paper.slice(0, 10).map(({ id }) => id));
});

Deno.test("published selection fills its quota with second copies", () => {
  const sample = { operator: "sample" as const, parents: [] };
  const parent = { ...program("p", [false, true]), ...sample };
  const children = ["c", "d"].map((id) => {
    return { ...program(id, [true, true], true), operator: "refine" as const, parents: ["p"] };
  });
  const { paper, published } = both((rules) =>
    selectRefinement("balanced", [parent, ...children], 10, seededRandom("pairs"), rules)
  );
  assertEquals([paper.length, published.length], [2, 4]);
  const wrong = { ...program("e", [false, true]), operator: "refine" as const, parents: ["p"] };
  const uniform = both((rules) =>
    selectRefinement("uniform", [parent, ...children, wrong], 10, seededRandom("pairs"), rules)
      .filter(({ child }) => !isSolved(child)).length
  );
  assertEquals(uniform, { paper: 0, published: 1 });
});

Deno.test("published refinement rows show the answer of another pair", () => {
  const task = { train: [{ input: [[0]], output: [[1]] }], testInputs: [[[2]]] };
  const examples = ["a", "b", "c", "d"].map((id, i) => {
    const ran = (code: string) => ({ id: code, code, outputs: [[[i]], [[i]]] });
    return relabelRefinement(
      task,
      { parent: ran(`parent ${id}`), child: ran(`child ${id}`) },
      null,
    )!;
  });
  let wrong = 0;
  for (let seed = 0; seed < 200; seed++) {
    const mixed = mixAnswers(examples, seededRandom("mixed", seed));
    assertEquals(mixed.map(({ code }) => code).sort(), examples.map(({ code }) => code));
    mixed.forEach((example, i) => {
      assertEquals({ ...example, code: examples[i].code }, examples[i]);
      if (example.code !== examples[i].code) wrong++;
    });
  }
  // The measured share of the published code is about 1 − 1/k for k pairs.
  assert(Math.abs(wrong / 800 - 3 / 4) < 0.06, `${wrong / 800}`);
});

Deno.test("published sampling rows show the outputs of the test inputs, the paper's do not", () => {
  const example = { train: [{ input: [[1]], output: [[2]] }], testInputs: [[[3]]] };
  const { paper, published } = both(({ showTestOutputs }) =>
    samplePrompt(example, null, showTestOutputs ? [[[7, 7]]] : [])[1].content
  );
  assert(!/7 7|Test 1 output/.test(paper));
  assert(/Test 1 output \(1x2\):\n\[\[7 7\]\]/.test(published));
  assertEquals(answerText("x"), "```python\nx\n```");
});

Deno.test("the published hard-coding filter misses a literal over several lines", () => {
  const code = "def transform(g):\n    return [\n        [1, 2],\n        [3, 4],\n    ]\n";
  const filter = both(({ ignore }) =>
    holdsText(code, ["[[1, 2], [3, 4]]"], [[[1, 2]]], { ignore })
  );
  assertEquals(filter, { paper: true, published: false });
});

Deno.test("published rules drop programs that copy their inputs; the paper drops those with errors", () => {
  const train = [[[1]], [[2]], [[3]]].map((input, i) => ({ input, output: [[4 + i]] }));
  const outputs = [...train.map(({ input }) => input), [[9]]];
  const dropped = both(({ keepRules }) => keepRules && keepFault(train, outputs) !== null);
  assertEquals(dropped, { paper: false, published: true });
});

Deno.test("published stops are 101 when sampling and 25 when refining, the paper's 100", () => {
  const stops = both(({ enoughSampled, enoughRefined }) =>
    [100, 101].map((n) => stopsSampling(n, enoughSampled))
      .concat([24, 25, 100].map((n) => stopsRefining(n, enoughRefined)))
  );
  assertEquals(stops.paper, [true, true, false, false, true]);
  assertEquals(stops.published, [false, true, false, true, true]);
});

Deno.test("published islands share their samples", () => {
  const programs = Array.from({ length: 40 }, (_, i) => {
    return { id: `${i}`, operator: "sample" as const, draw: i };
  });
  const { paper, published } = both(({ sharedIslands: shared }) =>
    programsOfIsland(programs, 1, 4, { shared }).length
  );
  assertEquals({ paper, published }, { paper: 10, published: 40 });
});
