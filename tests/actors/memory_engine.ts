/** A sandbox engine whose programs are functions of the test's; it keeps what it was asked. */
import type { Frame } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";
import type { Engine, Job, RunResult } from "../../sandbox/engine.ts";

/** What a program does with an input: a grid, or the text of a fault. */
export type Behaviour = (input: Grid) => Grid | string;

/** Runs programs by their source, without a process. */
export class MemoryEngine implements Engine {
  readonly name = "memory";
  readonly layers = "memory";
  readonly workers: number;
  readonly ahead = 2;
  /** Jobs screened and jobs confirmed, in order. */
  readonly screened: Job[] = [];
  readonly confirmed: Job[] = [];
  /** Programs by source: what they do when run and, if different, when confirmed. */
  readonly #programs: Readonly<Record<string, Behaviour>>;
  readonly #alone: Readonly<Record<string, Behaviour>>;
  /** What a run waits for before it ends. */
  gate: (job: Job) => Promise<void> = () => Promise.resolve();

  constructor(
    programs: Readonly<Record<string, Behaviour>>,
    { alone = {}, workers = 2 }: {
      readonly alone?: Readonly<Record<string, Behaviour>>;
      readonly workers?: number;
    } = {},
  ) {
    this.#programs = programs;
    this.#alone = alone;
    this.workers = workers;
  }

  async run(job: Job): Promise<RunResult> {
    this.screened.push(job);
    await this.gate(job);
    return result(this.#programs[sourceOf(job)], job, 3);
  }

  async confirm(job: Job): Promise<RunResult> {
    this.confirmed.push(job);
    await this.gate(job);
    const source = sourceOf(job);
    return result(this.#alone[source] ?? this.#programs[source], job, 40);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function sourceOf({ code }: Job): string {
  return code.trim();
}

function result(behaviour: Behaviour, { inputs }: Job, ms: number): RunResult {
  const frames = inputs.map((input): Frame => {
    const output = behaviour(input);
    return typeof output === "string"
      ? { outcome: "runtime_error", output: null, error: output }
      : { outcome: "ok", output, error: null };
  });
  return { frames, ms, layers: "memory" };
}
