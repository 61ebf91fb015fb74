/**
 * A run's figures in Prometheus' text format (version 0.0.4).
 *
 * Programs and tasks are counted over the whole run, requests and tokens since this process began:
 * Prometheus takes the restart of a counter for what it is.
 *
 * @module
 */
import {
  candidateView,
  type JournalRecord,
  OUTCOMES,
  type Recorder,
  type StageMeasured,
} from "../mod.ts";

/** A family of samples, as it is written. */
interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** Labels and value. */
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** What the server itself is doing. */
export interface ServerFigures {
  readonly queriesRunning: number;
  readonly watchers: number;
}

/** Counts what a run records. */
export class RunMetrics {
  readonly #recorder: Recorder;
  readonly #tasks: number;
  readonly #byOutcome = new Map<string, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  readonly #trainPerfect = new Set<string>();
  readonly #solved = new Set<string>();
  readonly #requests = new Map<string, number>();
  readonly #stages = new Map<string, StageMeasured>();
  readonly #tokens = { prompt: 0, completion: 0 };
  readonly #calls = new Map<string, string>();
  #retries = 0;
  #seconds = 0;
  #generation = 0;

  /** @param tasks how many the run has */
  constructor(recorder: Recorder, tasks: number) {
    this.#recorder = recorder;
    this.#tasks = tasks;
    for (const { id } of recorder.archive.entries()) this.#countProgram(id);
    recorder.records$.subscribe(({ event }) => this.#count(event));
  }

  /** The figures of now. */
  text({ queriesRunning, watchers }: ServerFigures): string {
    const stages = [...this.#stages.values()];
    const ofStages = (value: (stage: StageMeasured) => number) =>
      stages.map((stage) => [{ stage: stage.stage }, value(stage)] as const);
    const one = (value: number) => [[{}, value]] as const;
    const families: Family[] = [
      {
        name: "soar_programs_total",
        type: "counter",
        help: "Programs judged, by how running them ended.",
        samples: [...this.#byOutcome].map(([outcome, n]) => [{ outcome }, n] as const),
      },
      { name: "soar_tasks", type: "gauge", help: "Tasks of the run.", samples: one(this.#tasks) },
      {
        name: "soar_tasks_train_perfect",
        type: "gauge",
        help: "Tasks with a program right on every train pair and not hard-coded.",
        samples: one(this.#trainPerfect.size),
      },
      {
        name: "soar_tasks_solved",
        type: "gauge",
        help: "Tasks with such a program right on every test, where the run knows the answers.",
        samples: one(this.#solved.size),
      },
      {
        name: "soar_generation",
        type: "gauge",
        help: "Generation of the last request.",
        samples: one(this.#generation),
      },
      {
        name: "soar_requests_total",
        type: "counter",
        help: "Requests to the model since the process began, by operator and how far they came.",
        samples: [...this.#requests].map(([key, n]) => {
          const [operator, status] = key.split(" ");
          return [{ operator, status }, n] as const;
        }),
      },
      {
        name: "soar_request_retries_total",
        type: "counter",
        help: "Tries beyond the first of requests that were answered in the end.",
        samples: one(this.#retries),
      },
      {
        name: "soar_request_seconds_total",
        type: "counter",
        help: "Time from sending a request to its last byte, summed.",
        samples: one(this.#seconds),
      },
      {
        name: "soar_tokens_total",
        type: "counter",
        help: "Tokens since the process began.",
        samples: Object.entries(this.#tokens).map(([kind, n]) => [{ kind }, n] as const),
      },
      {
        name: "soar_channel_depth",
        type: "gauge",
        help: "Messages waiting before a stage.",
        samples: ofStages(({ queueDepth }) => queueDepth),
      },
      {
        name: "soar_channel_capacity",
        type: "gauge",
        help: "Messages that fit before a stage until senders wait.",
        samples: ofStages(({ queueCapacity }) => queueCapacity),
      },
      {
        name: "soar_stage_busy_ratio",
        type: "gauge",
        help: "Share of its workers' time that a stage worked.",
        samples: ofStages(({ busy }) => busy),
      },
      {
        name: "soar_stage_blocked_ratio",
        type: "gauge",
        help: "Share of time that a stage waited to send on.",
        samples: ofStages(({ blockedFrac }) => blockedFrac),
      },
      {
        name: "soar_stage_in_per_second",
        type: "gauge",
        help: "Messages that a stage began on.",
        samples: ofStages(({ inPerS }) => inPerS),
      },
      {
        name: "soar_stage_out_per_second",
        type: "gauge",
        help: "Messages that a stage ended.",
        samples: ofStages(({ outPerS }) => outPerS),
      },
      {
        name: "soar_journal_records_total",
        type: "counter",
        help: "Records of the run's journal.",
        samples: one(this.#recorder.archive.seq),
      },
      {
        name: "soar_sql_queries_running",
        type: "gauge",
        help: "Queries that the run is answering.",
        samples: one(queriesRunning),
      },
      {
        name: "soar_watchers",
        type: "gauge",
        help: "Readers of the candidate stream.",
        samples: one(watchers),
      },
      {
        name: "process_resident_memory_bytes",
        type: "gauge",
        help: "Resident memory size in bytes.",
        samples: one(Deno.memoryUsage().rss),
      },
    ];
    return families.map(familyText).join("");
  }

  #count(record: JournalRecord): void {
    switch (record.kind) {
      case "evaluation":
        return this.#countProgram(record.id);
      case "call":
        this.#generation = record.generation;
        this.#calls.set(record.callId, record.operator);
        return this.#countRequest(record.operator, "admitted");
      case "reply":
        this.#retries += record.retries;
        this.#seconds += record.latencyMs / 1000;
        this.#tokens.prompt += record.promptTokens;
        this.#tokens.completion += record.completionTokens;
        return this.#countEnded(record.callId, "replied");
      case "call_failed":
        return this.#countEnded(record.callId, record.cancelled ? "cancelled" : "failed");
      case "stage":
        this.#stages.set(record.stage, record);
    }
  }

  #countProgram(id: string): void {
    const { archive } = this.#recorder;
    const entry = archive.get(id);
    if (!entry) return;
    const view = candidateView(archive, entry);
    this.#byOutcome.set(view.outcome, this.#byOutcome.get(view.outcome)! + 1);
    if (!view.transduction && view.trainRight === view.trainCount) {
      this.#trainPerfect.add(view.taskId);
    }
    if (view.solved && view.testRight !== null) this.#solved.add(view.taskId);
  }

  #countEnded(callId: string, status: string): void {
    const operator = this.#calls.get(callId);
    this.#calls.delete(callId);
    if (operator) this.#countRequest(operator, status);
  }

  #countRequest(operator: string, status: string): void {
    const key = `${operator} ${status}`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
  }
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
