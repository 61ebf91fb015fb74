/**
 * What a terminal shows while a generation runs: where the run stands, then a line a stage with how
 * full its queue is, how fast it goes and how busy it is.
 *
 * @module
 */
import { durationText, type StageMeasured } from "../mod.ts";
import { cutToWidth } from "./text_width.ts";

/** A moment of a run. */
export interface Moment {
  /** `mm:ss` since the command began. */
  readonly clock: string;
  readonly generation: number;
  /** Programs judged and planned, of the whole run. */
  readonly done: number;
  readonly planned: number;
  readonly solved: number;
  /** Seconds to the end at the pace so far; null where there is no pace yet. */
  readonly etaSeconds: number | null;
  readonly stages: readonly StageMeasured[];
  /** The stage that holds the others up, or what is waited for, in words. */
  readonly held: string;
}

const CELLS = 12;

/** The lines, none wider than the terminal. */
export function liveScreen(moment: Moment, columns: number): string[] {
  const { clock, generation, done, planned, solved, etaSeconds, stages, held } = moment;
  const share = planned > 0 ? done / planned : 0;
  const eta = etaSeconds === null ? "" : `  ETA ${durationText(etaSeconds)}`;
  const head = `${clock}  gen ${generation}  ${bar(share)} ${Math.floor(share * 100)} %  ` +
    `${done.toLocaleString("en")}/${planned.toLocaleString("en")} programs  solved ${solved}${eta}`;
  const lines = stages.map((stage) => {
    const { queueDepth, queueCapacity, outPerS, busy, workers, blockedFrac } = stage;
    const waits = blockedFrac >= 0.5 ? `  waits ${Math.round(blockedFrac * 100)} %` : "";
    return `${stage.stage.padEnd(8)} ${bar(queueDepth / queueCapacity)} queue ` +
      `${`${queueDepth}/${queueCapacity}`.padEnd(8)} ${outPerS.toFixed(0).padStart(5)}/s  ` +
      `busy ${(busy * workers).toFixed(1)} of ${workers}${waits}`;
  });
  return [head, ...lines, held].map((line) => cutToWidth(line, columns - 1));
}

/** Seconds left at the pace of what was done since the start; null before anything was. */
export function secondsLeft(left: number, doneSince: number, elapsedMs: number): number | null {
  return doneSince > 0 ? Math.max(0, left) * elapsedMs / doneSince / 1000 : null;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * CELLS);
  return "█".repeat(full) + "░".repeat(CELLS - full);
}
