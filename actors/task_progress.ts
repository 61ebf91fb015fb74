/**
 * How far a task has come in a generation: its units, which have ended, what was solved.
 *
 * Counts only; {@link Admission} decides by them.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import { callIdOf } from "../data/identity.ts";
import type { Operator } from "../data/candidate.ts";
import type { CallAdmitted } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import { type TaskBudget, taskUnits } from "../search/budget.ts";
import { isSolved } from "../search/judged.ts";
import type { Unit } from "./unit.ts";

/** Counts by operator. */
export type Counts = Record<Operator, number>;

/** What a task's units are made from. */
export interface TaskProgressOptions {
  readonly task: Task;
  readonly budget: TaskBudget;
  readonly archive: Archive;
  readonly generation: number;
  readonly window: number;
  readonly deterministic: boolean;
}

/** The units of one task. */
export class TaskProgress {
  readonly units: readonly Unit[];
  /** How many of the units are samples; the others are refinements and come after. */
  readonly samples: number;
  /** Positions whose request has ended. */
  readonly ended = new Set<number>();
  /** Next to hand out, as indices into `units`. */
  readonly next: Counts;
  /** Refinements. */
  underWay = 0;
  /** Programs asked for. */
  readonly spent: Counts = { sample: 0, refine: 0 };
  /** Solved programs. */
  readonly solved: Counts = { sample: 0, refine: 0 };
  /** Whether a program ran without error. */
  ran = false;
  /** Whether the next refinement waits for a parent that was chosen for it already. */
  awaitsParent = false;
  readonly #solvedAt = new Map<number, number>();
  #prefix = 0;

  constructor(options: TaskProgressOptions) {
    const { task, budget, archive, generation, deterministic, window } = options;
    const requests = taskUnits(budget);
    const samples = requests.filter(({ operator }) => operator === "sample").length;
    this.samples = samples;
    this.next = { sample: 0, refine: samples };
    this.units = requests.map((unit, position): Unit => ({
      ...unit,
      generation,
      taskId: task.id,
      position,
      visible: deterministic && unit.operator === "refine"
        ? Math.max(samples > 0 ? 0 : -1, position - window)
        : null,
    }));
    for (const unit of this.units) {
      const state = archive.call(callIdOfUnit(unit));
      if (state) this.spent[unit.operator] += unit.n;
      if (state?.ended) this.end(unit.position);
    }
    for (const entry of archive.ofTask(task.id)) {
      if (entry.generation !== generation || entry.outcome !== "ok") continue;
      this.ran = true;
      if (!entry.transduction && isSolved(entry)) this.solve(entry);
    }
  }

  /** All positions below this have ended. */
  get prefix(): number {
    return this.#prefix;
  }

  /** Whether there are units of an operator to be handed out. */
  isOpen(operator: Operator): boolean {
    return this.next[operator] < (operator === "sample" ? this.samples : this.units.length);
  }

  unitOf(request: Pick<CallAdmitted, "operator" | "draw">): Unit | undefined {
    return this.units[this.#positionOf(request)];
  }

  /** Marks a position as ended; false when it was already. */
  end(position: number): boolean {
    if (this.ended.has(position)) return false;
    this.ended.add(position);
    while (this.ended.has(this.#prefix)) this.#prefix++;
    return true;
  }

  /** Counts a solved program of a request. */
  solve(request: Pick<CallAdmitted, "operator" | "draw">): void {
    const position = this.#positionOf(request);
    this.solved[request.operator]++;
    this.#solvedAt.set(position, (this.#solvedAt.get(position) ?? 0) + 1);
  }

  /** Solved programs of the positions up to one. */
  solvedUpTo(last: number): Counts {
    const solved = { sample: 0, refine: 0 };
    for (const [position, n] of this.#solvedAt) {
      if (position <= last) solved[position < this.samples ? "sample" : "refine"] += n;
    }
    return solved;
  }

  #positionOf({ operator, draw }: Pick<CallAdmitted, "operator" | "draw">): number {
    return operator === "sample" ? draw : this.samples + draw;
  }
}

/** The id of a unit's request. */
export function callIdOfUnit({ generation, taskId, operator, draw }: Unit): string {
  return callIdOf(generation, taskId, operator, draw);
}
