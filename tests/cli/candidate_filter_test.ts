import { assertEquals } from "@std/assert";
import {
  type CandidateFilter,
  filterOfQuery,
  filterToQuery,
  selectCandidates,
} from "../../cli/candidate_filter.ts";
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
  const cases: [CandidateFilter, { last: number; after?: number }, number[]][] = [
    [{}, { last: 0 }, []],
    [{}, { last: 2 }, all.slice(2)],
    [{}, { last: 9 }, all],
    [{}, { last: 1, after: 0 }, all],
    [{}, { last: 0, after: all[1] }, all.slice(2)],
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

for (
  const filter of [
    { task: undefined, outcome: undefined, solved: false },
    { task: "a&b=c d", outcome: "ok", solved: true },
  ]
) {
  Deno.test(`a filter survives a query string: ${JSON.stringify(filter)}`, () => {
    const query = new URLSearchParams(filterToQuery(filter).toString());
    assertEquals(filterOfQuery(Object.fromEntries(query)), filter);
  });
}
