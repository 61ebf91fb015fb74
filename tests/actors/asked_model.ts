/** A model whose replies the test gives, and the options that sampler and refiner share. */
import type { AskerOptions } from "../../actors/asker.ts";
import type { ModelSeat } from "../../actors/ask_model.ts";
import { RunControl } from "../../actors/run_control.ts";
import { StageMeter } from "../../actors/stage_meter.ts";
import { UnderWay } from "../../actors/under_way.ts";
import type { Unit } from "../../actors/unit.ts";
import type { Candidate, Operator } from "../../data/candidate.ts";
import type { Task } from "../../data/task.ts";
import type { CompletionRequest, ModelClient, ModelReply } from "../../models/client.ts";
import { answerText } from "../../models/prompts.ts";
import { Channel } from "../../streams/channel.ts";
import { Credits } from "../../streams/credits.ts";
import { type Recorded, taskOf } from "./recorded.ts";

/** Keeps what it is asked; every reply waits for `gate`. */
export class AskedModel implements ModelClient {
  readonly requests: CompletionRequest[] = [];
  gate: (request: CompletionRequest) => Promise<void> = () => Promise.resolve();

  async complete(request: CompletionRequest): Promise<ModelReply> {
    this.requests.push(request);
    await this.gate(request);
    const completion = { text: answerText("program"), finishReason: "stop" };
    return {
      completions: Array(request.n).fill(completion),
      promptTokens: 7,
      completionTokens: 8,
      latencyMs: 9,
      retries: 1,
    };
  }
}

/** A seat whose generations are served by models of their own. */
export function seatOf(client: ModelClient): ModelSeat {
  return {
    client,
    sampling: { temperature: 0.5, topP: 1, minP: null, maxTokens: 100 },
    modelOf: (generation) => `served-${generation}`,
    seed: 3,
  };
}

/** The unit of a draw of task `a`; samples come first, one of them. */
export function unitOf(operator: Operator, draw: number, changes: Partial<Unit> = {}): Unit {
  const position = operator === "sample" ? draw : 1 + draw;
  return { generation: 0, taskId: "a", operator, draw, n: 1, position, visible: null, ...changes };
}

/** Options of an asker upon a recorder, with the channels they hold. */
export function askerOptions(
  { recorder }: Recorded,
  client: ModelClient,
  taker: Operator,
  tasks: readonly Task[] = [taskOf("a")],
) {
  const inbox = new Channel<Unit>({ highWaterMark: 100 });
  const outbox = new Channel<Candidate>({ highWaterMark: 100 });
  return {
    inbox,
    outbox,
    recorder,
    taker,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    seat: seatOf(client),
    credits: new Credits({ capacity: 2, weights: { sample: 1, refine: 1 } }),
    concurrency: 4,
    meter: new StageMeter(taker, 4, inbox, outbox, () => 0),
    delay: () => Promise.resolve(),
    draining: new AbortController().signal,
    control: new RunControl(recorder, tasks.map(({ id }) => id)),
    cancel: (_: Unit) => {},
    underWay: new UnderWay(),
  } satisfies AskerOptions;
}
