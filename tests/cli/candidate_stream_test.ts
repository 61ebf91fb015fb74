import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CandidateView, Gap } from "../../mod.ts";
import { SOLVES } from "../actors/recorded.ts";
import { eventsOf, get, served } from "./served_run.ts";

Deno.test("GET /candidates gives what was asked of the past, then what comes, then the end", async () => {
  await using run = await served();
  const { recorded, server } = run;
  const past: number[] = [];
  for (let draw = 0; draw < 3; draw++) {
    past.push((await recorded.program({ taskId: "a", draw })).seq);
  }
  const asked: [path: string, headers: Record<string, string>, wanted: number[]][] = [
    ["/candidates", {}, []],
    ["/candidates?last=2", {}, past.slice(1)],
    ["/candidates?last=9", {}, past],
    [`/candidates?after=${past[0]}`, {}, past.slice(1)],
    ["/candidates?after=0", {}, past],
    ["/candidates?last=9&task=elsewhere", {}, []],
    [`/candidates?after=0&last=1`, { "last-event-id": `${past[1]}` }, past.slice(2)],
  ];
  const streams = [];
  for (const [path, headers] of asked) streams.push(await get(server, path, headers));
  const live = await recorded.program({ taskId: "b" }, SOLVES);
  const note = await recorded.recorder.record({
    kind: "event",
    level: "info",
    event: "voted",
    generation: 0,
    taskId: null,
    message: "",
  });
  const end = await recorded.recorder.record({ kind: "run_ended", status: "done" });
  for (const [i, response] of streams.entries()) {
    const events = await eventsOf(response);
    const wanted = asked[i][2].map((seq) => ["message", seq]);
    const shown = asked[i][0].includes("elsewhere") ? [] : [["message", live.seq]];
    assertEquals(events.map(([event, { seq }]) => [event, seq]), [
      ...wanted,
      ...shown,
      ["note", note.record.seq],
      ["end", end.record.seq],
    ], asked[i][0]);
    if (shown.length === 0) continue;
    const view = events.at(-3)![1] as CandidateView;
    assertEquals([view.id, view.taskId, view.solved], [live.id, "b", true]);
  }
});

Deno.test("GET /candidates refuses what is malformed, before anything is sent", async () => {
  await using run = await served();
  await run.recorded.program({ taskId: "a" });
  const wrong: [query: string, said: string][] = [
    ["last=x", "last: expected a whole number"],
    ["after=-1", "after: expected a whole number"],
    ["outcome=bad", "expected one of ok"],
    ["gain=x", "gain: expected a whole number"],
    ["where=nonsense", "nonsense"],
  ];
  for (const [query, said] of wrong) {
    const answer = await get(run.server, `/candidates?${query}`);
    assertEquals(answer.status, 400);
    assertStringIncludes((await answer.json()).error, said);
  }
});

Deno.test("GET /candidates by a condition in SQL, with outputs, and again from where it broke off", async () => {
  await using run = await served();
  const { recorded, server } = run;
  const past: number[] = [];
  for (let draw = 0; draw < 4; draw++) {
    const code = draw % 2 === 0 ? "even" : "odd";
    past.push((await recorded.program({ taskId: "a", draw, code }, SOLVES)).seq);
  }
  const where = `where=${encodeURIComponent("code LIKE 'even%' -- of these")}`;
  const streams = [
    await get(server, `/candidates?last=9&grids=1&${where}`),
    await get(server, `/candidates?last=1`, { "last-event-id": String(past[0]) }),
  ];
  const odd = await recorded.program({ taskId: "a", draw: 5, code: "odd" }, SOLVES);
  const even = await recorded.program({ taskId: "a", draw: 6, code: "even" }, SOLVES);
  await recorded.recorder.record({ kind: "run_ended", status: "done" });
  const [chosen, resumed] = await Promise.all(streams.map(eventsOf));
  assertEquals(chosen.map(([event, { seq }]) => [event, seq]).slice(0, -1), [
    ["message", past[0]],
    ["message", past[2]],
    ["message", even.seq],
  ]);
  for (const [, view] of chosen.slice(0, -1)) {
    assertEquals((view as CandidateView).outputs, ["2", "4"]);
  }
  assertEquals(resumed.map(([, { seq }]) => seq).slice(0, -1), [
    ...past.slice(1),
    odd.seq,
    even.seq,
  ]);
  assertEquals((resumed[0][1] as CandidateView).outputs, undefined);
});

Deno.test("GET /candidates tells a slow reader which records it lost", async () => {
  await using run = await served({ watchHeld: 4 });
  const { recorded, server } = run;
  const stream = await get(server, "/candidates");
  const note = (message: string) =>
    recorded.recorder.record({
      kind: "event",
      level: "info",
      event: "noted",
      generation: null,
      taskId: null,
      message,
    });
  // All in one turn, so that nobody reads in between.
  await Promise.all(Array.from({ length: 10 }, (_, i) => note(String(i))));
  await recorded.recorder.record({ kind: "run_ended", status: "done" });
  const covered: number[] = [];
  let dropped = 0;
  for (const [event, data] of await eventsOf(stream)) {
    if (event !== "gap") covered.push(data.seq);
    else {
      const gap = data as unknown as Gap;
      dropped += gap.dropped;
      for (let seq = gap.from; seq <= gap.to; seq++) covered.push(seq);
    }
  }
  // Records 3 to 13 are all accounted for, in order: shown, or said to be lost.
  assertEquals(covered, Array.from({ length: 11 }, (_, i) => i + 3));
  assertEquals(dropped >= 5, true, `${dropped} lost`);
});
