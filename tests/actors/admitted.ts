/** An admission whose two channels the test empties. */
import { Admission, type AdmissionOptions } from "../../actors/admission.ts";
import { RunControl } from "../../actors/run_control.ts";
import type { Unit } from "../../actors/unit.ts";
import { Channel } from "../../streams/channel.ts";
import { ticks } from "../streams/ticks.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, type Result, taskOf } from "./recorded.ts";

export const BUDGET = {
  samples: 4,
  refinements: 6,
  completionsPerCall: 2,
  completionsPerRefinement: 2,
};
export const NEVER = new AbortController().signal;

/** An admission upon a recorder, and what it has handed out so far. */
export function admit(
  recorded: Recorded,
  changes: Partial<AdmissionOptions> = {},
  highWaterMark = 100,
) {
  const samples = new Channel<Unit>({ highWaterMark });
  const refinements = new Channel<Unit>({ highWaterMark });
  const admission = new Admission({
    generation: 0,
    tasks: [taskOf("a")],
    budget: BUDGET,
    allocation: PAPER_SEARCH.allocation,
    recorder: recorded.recorder,
    control: new RunControl(recorded.recorder, ["a", "b", "c"]),
    samples: samples.sender,
    refinements: refinements.sender,
    window: 2,
    deterministic: false,
    draining: NEVER,
    ...changes,
  });
  return {
    admission,
    samples: () => taken(samples),
    refinements: () => taken(refinements),
    /** The next sample alone, if one is there. */
    sample: async () => {
      await ticks();
      if (samples.depth === 0) return undefined;
      const next = await samples.receive();
      return next.done ? undefined : next.value;
    },
    closed: () => samples.closed && refinements.closed,
  };
}

/** Empties a channel of what it holds now. */
async function taken(channel: Channel<Unit>): Promise<Unit[]> {
  await ticks();
  const units: Unit[] = [];
  while (channel.depth > 0) {
    const next = await channel.receive();
    if (!next.done) units.push(next.value);
    await ticks();
  }
  return units;
}

/** Units as `a0`. */
export function draws(units: readonly Unit[]): string[] {
  return units.map(({ taskId, draw }) => `${taskId}${draw}`);
}

/** Ends a unit as a run would: replied and evaluated. */
export async function finish(
  recorded: Recorded,
  unit: Unit,
  result: Result = {},
): Promise<void> {
  const call = await recorded.reply(unit, Array(unit.n).fill("def transform(grid): pass"));
  for (let i = 0; i < unit.n; i++) await recorded.evaluate(call, i, result);
}
