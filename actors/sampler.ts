/**
 * The sampler: asks the model for new programs.
 *
 * @module
 */
import type { Candidate } from "../data/candidate.ts";
import type { Task } from "../data/task.ts";
import type { FewShot } from "../models/prompts.ts";
import { ARC } from "./arc.ts";
import { askModel } from "./ask_model.ts";
import { Asker, type AskerOptions } from "./asker.ts";
import type { Unit } from "./unit.ts";

/** Options of {@link Sampler}. */
export interface SamplerOptions extends AskerOptions {
  readonly fewShot: (task: Task, unit: Unit) => FewShot | null;
}

/** Turns units into candidates by the `sample` operator. */
export class Sampler extends Asker {
  readonly name = "sampler";
  readonly #options: SamplerOptions;

  constructor(options: SamplerOptions) {
    super(options);
    this.#options = options;
  }

  protected override ask(unit: Unit, task: Task, signal: AbortSignal): Promise<Candidate[]> {
    const { seat, recorder, fewShot, domain = ARC } = this.#options;
    const messages = domain.prompts.sample(task, fewShot(task, unit));
    const question = { messages, parents: [], choice: null };
    return askModel(seat, recorder, unit, question, signal, { domain });
  }
}
