import { assertEquals } from "@std/assert";
import { liveScreen, type Moment, secondsLeft } from "../../cli/live_screen.ts";
import { textWidth } from "../../cli/text_width.ts";

const EXECUTE = {
  kind: "stage",
  stage: "execute",
  workers: 2,
  busy: 0.95,
  queueDepth: 64,
  queueCapacity: 256,
  inPerS: 10,
  outPerS: 11.6,
  blockedFrac: 0.71,
} as const;

const MOMENT: Moment = {
  clock: "00:12",
  generation: 1,
  done: 500,
  planned: 2000,
  solved: 7,
  etaSeconds: 36,
  stages: [EXECUTE],
  held: "bottleneck: execute",
};

Deno.test("liveScreen() shows where the run stands, a line a stage, and what holds it up", () => {
  assertEquals(liveScreen(MOMENT, 120), [
    "00:12  gen 1  ███░░░░░░░░░ 25 %  500/2,000 programs  solved 7  ETA 36 s",
    "execute  ███░░░░░░░░░ queue 64/256      12/s  busy 1.9 of 2  waits 71 %",
    "bottleneck: execute",
  ]);
});

for (const [seconds, text] of [[89, "89 s"], [90, "2 min"], [12_000, "3 h 20 min"]] as const) {
  Deno.test(`liveScreen() tells ${seconds} seconds as ${text}`, () => {
    const [head] = liveScreen({ ...MOMENT, etaSeconds: seconds }, 120);
    assertEquals(head.split("ETA ")[1], text);
  });
}

Deno.test("liveScreen() keeps to the width of the terminal, and tells no ETA before there is a pace", () => {
  const lines = liveScreen({ ...MOMENT, etaSeconds: null }, 40);
  assertEquals(lines.filter((line) => textWidth(line) > 40), []);
  assertEquals(liveScreen({ ...MOMENT, etaSeconds: null }, 120)[0].includes("ETA"), false);
});

Deno.test("secondsLeft() follows the pace since the start", () => {
  assertEquals(secondsLeft(100, 50, 10_000), 20);
  assertEquals(secondsLeft(100, 0, 10_000), null);
  assertEquals(secondsLeft(-5, 50, 10_000), 0);
});
