import { assertEquals, assertThrows } from "@std/assert";
import {
  type CandidateFilter,
  filterOfQuery,
  filterToQuery,
  isWanted,
  selectCandidates,
} from "../../cli/candidate_filter.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { candidateView } from "../../mod.ts";
import { Recorded, SOLVES } from "../actors/recorded.ts";

Deno.test("selectCandidates(): the last of those that pass, or all of them after a number", async () => {
  await using recorded = new Recorded();
  const solved = [await recorded.program({ taskId: "a" }, SOLVES)];
  const late = await recorded.program({ taskId: "a", draw: 1 }, { outcome: "timeout" });
  solved.push(await recorded.program({ taskId: "b" }, SOLVES));
  const plain = await recorded.program({ taskId: "b", draw: 1 });
  const views = [...recorded.archive.entries()]
    .map((entry) => candidateView(recorded.archive, entry));
  const all = views.map(({ seq }) => seq);
  const cases: [CandidateFilter, { last?: number; after?: number }, number[]][] = [
    [{}, { last: 0 }, []],
    [{}, { last: 2 }, all.slice(2)],
    [{}, { last: 9 }, all],
    [{}, {}, []],
    [{}, { after: 0 }, all],
    [{}, { after: all[1] }, all.slice(2)],
    [{}, { last: 1, after: 0 }, all.slice(3)],
    [{}, { last: 0, after: all[1] }, []],
    [{}, { last: 9, after: all[3] }, []],
    [{ task: "b" }, { last: 9 }, [solved[1].seq, plain.seq]],
    [{ outcome: "timeout" }, { last: 1 }, [late.seq]],
    [{ solved: true }, { last: 1 }, [solved[1].seq]],
    [{ solved: false }, { last: 9 }, all],
    [{ task: "a", solved: true }, { last: 9, after: 0 }, [solved[0].seq]],
    [{ task: "a", outcome: "timeout", solved: true }, { last: 9 }, []],
  ];
  for (const [filter, which, wanted] of cases) {
    const seqs = selectCandidates(views, filter, which).map(({ seq }) => seq);
    assertEquals(seqs, wanted, JSON.stringify([filter, which]));
  }
});

Deno.test("isWanted(): by gain, bin, generation, model and time", async () => {
  await using recorded = new Recorded();
  const parent = await recorded.program({ taskId: "a" }, { correctTrain: [true, false, false] });
  const child = await recorded.program(
    { taskId: "a", operator: "refine", generation: 1, parents: [parent.id] },
    { correctTrain: [true, true, true] },
  );
  const views = [...recorded.archive.entries()]
    .map((entry) => candidateView(recorded.archive, entry));
  const cases: [CandidateFilter, string[]][] = [
    [{ gain: 0 }, [child.id]],
    [{ gain: 2 }, [child.id]],
    [{ gain: 3 }, []],
    [{ bin: "low" }, [parent.id]],
    [{ bin: "max" }, [child.id]],
    [{ bin: "zero" }, []],
    [{ generation: 1 }, [child.id]],
    [{ generation: 0, bin: "max" }, []],
    [{ model: "model-0" }, [parent.id]],
    [{ since: 0 }, [parent.id, child.id]],
    [{ since: 1 }, []],
  ];
  for (const [filter, wanted] of cases) {
    const ids = views.filter((view) => isWanted(view, filter)).map(({ id }) => id);
    assertEquals(ids, wanted, JSON.stringify(filter));
  }
});

const FILTERS: readonly CandidateFilter[] = [
  {},
  { task: "a&b=c d", outcome: "ok", solved: true },
  { gain: 0, bin: "max", generation: 3, model: "m/1", since: 1_700_000_000_000 },
];

for (const filter of FILTERS) {
  Deno.test(`a filter survives a query string: ${JSON.stringify(filter)}`, () => {
    const query = new URLSearchParams(filterToQuery(filter).toString());
    assertEquals(filterOfQuery(Object.fromEntries(query)), filter);
  });
}

const UNFIT: readonly Record<string, string>[] = [
  { outcome: "x" },
  { bin: "best" },
  { gain: "much" },
  { since: "1.5" },
];

for (const query of UNFIT) {
  Deno.test(`filterOfQuery() refuses ${JSON.stringify(query)}`, () => {
    assertThrows(() => filterOfQuery(query), UsageError, "expected");
  });
}
