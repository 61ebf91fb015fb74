/**
 * The executor: runs candidates in the sandbox and judges what they gave.
 *
 * A candidate whose source the task has seen before is not run again: programs are deterministic in
 * the sandbox.
 *
 * @module
 */
import type { Candidate, Evaluation, Outcome } from "../data/candidate.ts";
import { hash63 } from "../data/program.ts";
import { type Answers, inputsOf, type Task } from "../data/task.ts";
import type { Delay } from "../models/retry.ts";
import type { Engine } from "../sandbox/engine.ts";
import type { Receiver, Sender } from "../streams/channel.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import type { CompatRules } from "../search/compat.ts";
import { PipelineActor } from "./actor.ts";
import type { Domain } from "./domain.ts";
import { evaluate } from "./evaluate.ts";
import type { Recorder } from "./recorder.ts";
import type { StageMeter } from "./stage_meter.ts";
import { blameMessage } from "./sound_sandbox.ts";
import { MAX_ATTEMPTS, supervise } from "./supervisor.ts";

/** A candidate and its result. */
export interface Executed {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  /** Host that ran it, when that is not this one. */
  readonly host?: string;
  /** To be called when the evaluation is in the journal. */
  readonly settle?: () => void;
}

/** Options of {@link Executor}. */
export interface ExecutorOptions {
  readonly inbox: Receiver<Candidate>;
  readonly outbox: Sender<Executed>;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Answers that the run may use; empty for evaluation tasks. */
  readonly answers: Answers;
  readonly engine: Engine;
  /** @default ARC */
  readonly domain?: Domain;
  readonly recorder: Recorder;
  /** Wall-clock limit for all inputs of a program; null = SOAR's rule. */
  readonly timeoutMs: number | null;
  readonly rules: Pick<CompatRules, "ignore">;
  readonly meter: StageMeter;
  readonly delay: Delay;
}

/** Turns candidates into evaluations. */
export class Executor extends PipelineActor {
  readonly name = "executor";
  readonly #options: ExecutorOptions;
  /** Results by task and source until the archive has them, for the copies that come meanwhile. */
  readonly #underWay = new Map<string, Promise<Evaluation>>();
  readonly #keys = new Map<string, string>();

  constructor(options: ExecutorOptions) {
    super();
    this.#options = options;
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { inbox, outbox, engine, meter, delay, recorder } = this.#options;
    const archived = recorder.records$.subscribe(({ event: record }) => {
      if (record.kind === "evaluation") this.#forget(record.id);
    });
    const executed = mapConcurrent(
      (candidate: Candidate, stop: AbortSignal) =>
        meter.time(() =>
          supervise(() => this.#execute(candidate, stop), stop, {
            delay,
            onRetry: (error) => this.emit("warning", "retried", String(error), candidate),
            setAside: (error) => this.#setAside(candidate, error, stop),
          })
        ),
      {
        concurrency: engine.workers + engine.ahead,
        highWaterMark: 16,
        ordered: false,
        signal,
        name: "executed",
      },
    )(inbox);
    try {
      for await (const result of executed) await outbox.send(result, signal);
    } finally {
      archived.unsubscribe();
    }
  }

  async #execute(candidate: Candidate, signal: AbortSignal): Promise<Executed> {
    const { id, code, taskId } = candidate;
    if (code === null) {
      const error = "the completion holds no program";
      return { candidate, evaluation: this.#withoutResult(candidate, "no_code", error) };
    }
    const key = `${taskId} ${hash63(code)}`;
    const original = await this.#seenBefore(candidate, key, hash63(code));
    if (original) {
      const evaluation = { ...original, id, duplicateOf: original.id, ms: 0 };
      return { candidate, evaluation };
    }
    const { engine, domain, tasks, answers, timeoutMs, rules } = this.#options;
    const options = {
      engine,
      domain,
      task: tasks.get(taskId)!,
      answers: answers.get(taskId),
      timeoutMs,
      ignore: rules.ignore,
    };
    const finding = evaluate(code, options, signal);
    const evaluation = finding
      .then(({ host: _, settle: __, ...findings }) => ({ ...findings, id, duplicateOf: null }));
    this.#underWay.set(key, evaluation);
    this.#keys.set(id, key);
    try {
      const evaluated = await evaluation;
      const { host, settle } = await finding;
      return { candidate, evaluation: evaluated, host, settle };
    } catch (error) {
      this.#forget(id);
      throw error;
    }
  }

  async #seenBefore(
    candidate: Candidate,
    key: string,
    codeHash: string,
  ): Promise<Evaluation | null> {
    const underWay = this.#underWay.get(key);
    if (underWay) return await underWay;
    const { recorder } = this.#options;
    const entry = recorder.archive.firstWithSource(candidate.taskId, codeHash);
    if (!entry) return null;
    const { outputs, error } = await recorder.load(entry);
    const { id, outcome, correctTrain, correctTest, transduction, confirmed } = entry;
    return {
      id,
      outcome,
      error,
      outputs,
      correctTrain,
      correctTest,
      transduction,
      confirmed,
      duplicateOf: null,
      ms: 0,
      layers: this.#options.engine.layers,
    };
  }

  /** Ends a candidate that the sandbox fails on time and again, while it runs others. */
  async #setAside(candidate: Candidate, error: unknown, signal: AbortSignal): Promise<Executed> {
    await blameMessage(this.#options.engine, error, signal);
    const message = `set aside after ${MAX_ATTEMPTS} attempts: ${error}`;
    this.emit("warning", "set_aside", `program ${candidate.id}: ${message}`, candidate);
    return { candidate, evaluation: this.#withoutResult(candidate, "killed", message) };
  }

  #withoutResult({ id, taskId }: Candidate, outcome: Outcome, error: string): Evaluation {
    const task = this.#options.tasks.get(taskId)!;
    return {
      id,
      outcome,
      error,
      outputs: inputsOf(task).map(() => null),
      correctTrain: task.train.map(() => false),
      correctTest: this.#options.answers.get(taskId)?.map(() => false) ?? null,
      transduction: false,
      duplicateOf: null,
      ms: 0,
      layers: "",
      confirmed: false,
    };
  }

  #forget(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    this.#keys.delete(id);
    this.#underWay.delete(key);
  }
}
