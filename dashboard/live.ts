/**
 * What happens in a live run, by server-sent events, and the state that the server tells.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { Outcome } from "../data/candidate.ts";

/** What a task may ask for from a generation on. */
export interface NextBudget {
  readonly generation: number;
  readonly samples: number;
  readonly refinements: number;
}

/** State of the run, as the server knows it without looking anything up. */
export interface RunState {
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
  /** The live run's own counters; null when it does not run. */
  readonly figures: Readonly<Record<string, number>> | null;
  /** Of the generations to come; null where it cannot be changed. */
  readonly budget?: NextBudget | null;
}

/** A candidate as it is told of. */
export interface Heard {
  readonly seq: number;
  readonly id: string;
  readonly taskId: string;
  readonly generation: number;
  readonly operator: string;
  readonly outcome: Outcome;
  readonly trainRight: number;
  readonly trainCount: number;
  readonly gain: number | null;
  readonly solved: boolean;
}

/** Candidates kept to show; time between two looks. */
const KEPT = 12;
const LOOK_MS = 2_000;

const listeners = new Set<() => void>();
let heard: Heard[] = [];
let state: RunState | null = null;
let ticks = 0;
let dirty = false;

/** Begins to listen. */
export function listen(): void {
  void look();
  const source = new EventSource(`candidates?last=${KEPT}`);
  source.onmessage = ({ data }) => {
    heard = [JSON.parse(data), ...heard].slice(0, KEPT);
    dirty = true;
  };
  source.addEventListener("note", () => dirty = true);
  source.addEventListener("end", () => {
    source.close();
    dirty = true;
  });
  setInterval(() => {
    if (!dirty || document.hidden) return;
    dirty = false;
    void look();
  }, LOOK_MS);
}

/** Asks for the state now. */
export async function look(): Promise<void> {
  const response = await fetch("state").catch(() => null);
  if (response?.ok) state = await response.json();
  ticks++;
  for (const told of listeners) told();
}

/** Gives what is known before the first look; of a frozen run there is no other. */
export function setState(known: RunState): void {
  state = known;
}

/** Counts up as the run goes on. */
export function useTick(): number {
  const [tick, setTick] = useState(ticks);
  useEffect(() => {
    const told = () => setTick(ticks);
    listeners.add(told);
    told();
    return () => void listeners.delete(told);
  }, []);
  return tick;
}

/** The run's state; null until it is known. */
export function useRunState(): RunState | null {
  useTick();
  return state;
}

/** The last candidates, the newest first. */
export function useHeard(): readonly Heard[] {
  useTick();
  return heard;
}
