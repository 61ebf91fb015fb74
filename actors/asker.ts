/**
 * What sampler and refiner share: units in, candidates out, a credit for each request.
 *
 * @module
 */
import { callIdOf } from "../data/identity.ts";
import type { Candidate } from "../data/candidate.ts";
import type { CallFailed } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import type { Delay } from "../models/retry.ts";
import type { Receiver, Sender } from "../streams/channel.ts";
import type { Credits } from "../streams/credits.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import { PipelineActor } from "./actor.ts";
import type { ModelSeat } from "./ask_model.ts";
import type { Domain } from "./domain.ts";
import type { Recorder } from "./recorder.ts";
import type { RunControl } from "./run_control.ts";
import type { StageMeter } from "./stage_meter.ts";
import { supervise, verdictOn } from "./supervisor.ts";
import type { UnderWay } from "./under_way.ts";
import type { Unit } from "./unit.ts";

/** The two that share the model's requests. */
export type Taker = "sample" | "refine";

/** Options of both askers. */
export interface AskerOptions {
  readonly inbox: Receiver<Unit>;
  readonly outbox: Sender<Candidate>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly recorder: Recorder;
  /** @default ARC */
  readonly domain?: Domain;
  readonly seat: ModelSeat;
  /** Requests in flight, shared by both by fixed weights. */
  readonly credits: Credits<Taker>;
  readonly taker: Taker;
  /** Requests this actor may have in flight. */
  readonly concurrency: number;
  readonly meter: StageMeter;
  readonly delay: Delay;
  /** Ends the asking; units taken then stay open. */
  readonly draining: AbortSignal;
  readonly control: Pick<RunControl, "open" | "isStopped">;
  /** Whether stop rules have made a unit needless since it was handed out. @default never */
  readonly isNeedless?: (unit: Unit) => boolean;
  /** Takes back a unit for which nothing is to be asked. */
  readonly cancel: (unit: Unit) => void;
  /** Holds the requests that are made, to end those that become needless. */
  readonly underWay: UnderWay;
}

/** An actor that asks the model; subclasses say what. */
export abstract class Asker extends PipelineActor {
  readonly #options: AskerOptions;

  constructor(options: AskerOptions) {
    super();
    this.#options = options;
  }

  /** Makes one request; its candidates are journalled already. */
  protected abstract ask(unit: Unit, task: Task, signal: AbortSignal): Promise<Candidate[]>;

  protected override async work(signal: AbortSignal): Promise<void> {
    const { inbox, outbox, concurrency } = this.#options;
    const replies = mapConcurrent(
      (unit: Unit, stop: AbortSignal) => this.#askOnce(unit, stop),
      // The candidates channel is the buffer; holding replies here would only hide its fill.
      { concurrency, highWaterMark: 1, ordered: false, signal, name: `${this.name} replies` },
    )(inbox);
    for await (const candidates of replies) {
      for (const candidate of candidates) await outbox.send(candidate, signal);
    }
  }

  async #askOnce(unit: Unit, signal: AbortSignal): Promise<Candidate[]> {
    const { credits, taker, meter, tasks, delay, draining, control } = this.#options;
    const credit = await credits.acquire(taker, signal);
    try {
      await control.open(signal, draining);
      signal.throwIfAborted();
      if (draining.aborted) return [];
      if (control.isStopped(unit.taskId) || this.#options.isNeedless?.(unit)) {
        this.#options.cancel(unit);
        return [];
      }
      using request = this.#options.underWay.begin(unit);
      const either = AbortSignal.any([signal, request.signal]);
      return await meter.time(() =>
        supervise(() => this.ask(unit, tasks.get(unit.taskId)!, either), either, {
          delay,
          onRetry: (error, attempt) => this.#tell("retried", unit, `attempt ${attempt}: ${error}`),
          setAside: async (error) => {
            this.#tell("set_aside", unit, `${taker} ${unit.draw}: ${error}`);
            return await this.#end(unit, { error: String(error) });
          },
        }).catch((error) => {
          const isCancelled = request.signal.aborted && !signal.aborted;
          if (!isCancelled || verdictOn(error) === "stop") throw error;
          const { message } = request.signal.reason;
          return this.#end(unit, { error: `cancelled: ${message}`, cancelled: true });
        })
      );
    } finally {
      credit.release();
    }
  }

  /** Ends a unit that has no reply: in the journal, where its request stands there. */
  async #end(unit: Unit, why: Pick<CallFailed, "error" | "cancelled">): Promise<Candidate[]> {
    const { recorder, cancel } = this.#options;
    const callId = callIdOf(unit.generation, unit.taskId, unit.operator, unit.draw);
    if (recorder.archive.call(callId)) {
      await recorder.record({ kind: "call_failed", callId, ...why });
    } else cancel(unit);
    return [];
  }

  #tell(event: string, { generation, taskId }: Unit, message: string): void {
    this.emit("warning", event, message, { generation, taskId });
  }
}
