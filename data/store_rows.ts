/**
 * Rows of the store's tables, each from the records it is made of.
 *
 * @module
 */
import { accuracy } from "./candidate.ts";
import { codeOf, hash63 } from "./program.ts";
import type {
  CallAdmitted,
  CallFailed,
  CallReplied,
  Completion,
  Evaluated,
  Noted,
  Selected,
  StageMeasured,
  TaskLoaded,
  Trained,
  Voted,
} from "./records.ts";
import type { Row } from "./store_batch.ts";

/** A request, its reply, and when that came. */
export interface AnsweredCall {
  readonly call: CallAdmitted;
  readonly reply: CallReplied;
  readonly repliedAt: number;
}

/** Of `store.tasks`. */
export function taskRow(task: TaskLoaded, position: number): Row {
  return {
    task_id: task.taskId,
    position,
    dataset: task.dataset,
    split: task.split,
    train_input: gridsText(task.train.map(([input]) => input)),
    train_output: gridsText(task.train.map(([, output]) => output)),
    test_input: gridsText(task.testInputs),
    test_output: task.testOutputs && gridsText(task.testOutputs),
  };
}

/** Of `store.calls`. */
export function callRow(call: CallAdmitted, at: number): Row {
  return {
    generation: call.generation,
    task_id: call.taskId,
    call_id: call.callId,
    phase: call.operator,
    draw: call.draw,
    endpoint: call.endpoint ?? null,
    model: call.model,
    model_generation: call.modelGeneration ?? call.generation,
    temperature: call.temperature,
    seed: call.seed,
    prompt_hash: hashId(call.promptHash),
    n_completions: call.n,
    parents: call.parents.join(","),
    sampling_method: call.choice?.method ?? null,
    h: call.choice?.h ?? null,
    times_chosen: call.choice?.timesChosen ?? null,
    theta: call.choice?.theta ?? null,
    seen: call.choice?.seen ?? null,
    started_at: at,
  };
}

/** Of `store.replies`, for a reply. */
export function replyRow(reply: CallReplied, at: number): Row {
  const reasons = new Set(reply.completions.map(({ finishReason }) => finishReason));
  return {
    call_id: reply.callId,
    status: "replied",
    error: null,
    n_replied: reply.completions.length,
    prompt_tokens: reply.promptTokens,
    completion_tokens: reply.completionTokens,
    retries: reply.retries,
    requests: reply.requests ?? 1 + reply.retries,
    by_endpoint: reply.by?.endpoint ?? null,
    by_model: reply.by?.model ?? null,
    by_temperature: reply.by?.temperature ?? null,
    finish_reason: [...reasons].sort().join("+"),
    latency_ms: reply.latencyMs,
    ended_at: at,
  };
}

/** Of `store.replies`, for a request that ended without one. */
export function failureRow({ callId, error, cancelled = false }: CallFailed, at: number): Row {
  return {
    call_id: callId,
    status: cancelled ? "cancelled" : "failed",
    error,
    n_replied: 0,
    prompt_tokens: null,
    completion_tokens: null,
    retries: null,
    requests: null,
    by_endpoint: null,
    by_model: null,
    by_temperature: null,
    finish_reason: null,
    latency_ms: null,
    ended_at: at,
  };
}

/** Of `store.programs`. */
export function programRow(
  answered: AnsweredCall,
  task: TaskLoaded,
  evaluated: Evaluated & { readonly seq: number; readonly at: number },
): Row {
  const { call, reply } = answered;
  const { outputs, correctTest, seq, at } = evaluated;
  const completion = reply.completions[evaluated.index];
  const code = codeOf(completion);
  const whole = outputs.length > 0 && !outputs.includes(null);
  return {
    generation: call.generation,
    task_id: call.taskId,
    unique_id: evaluated.id,
    type: call.operator === "sample" ? "initial_solution" : "refined",
    parents: call.parents.join(","),
    model: reply.by?.model ?? call.model,
    temperature: reply.by?.temperature ?? call.temperature,
    call_id: call.callId,
    draw: call.draw,
    sample_index: evaluated.index,
    prompt_hash: hashId(call.promptHash),
    dataset: task.dataset,
    split: task.split,
    code,
    code_hash: code === null ? null : hash63(code),
    reasoning: reasoningOf(completion),
    finish_reason: completion.finishReason,
    outcome: evaluated.outcome,
    error: evaluated.error,
    duplicate_of: evaluated.duplicateOf,
    predicted_train_output: gridsText(outputs.slice(0, task.train.length)),
    predicted_test_output: gridsText(outputs.slice(task.train.length)),
    correct_train_input: flagsText(evaluated.correctTrain),
    correct_test_input: correctTest && flagsText(correctTest),
    train_acc: accuracy(evaluated.correctTrain),
    test_acc: correctTest && accuracy(correctTest),
    output_hash: whole ? hash63(gridsText(outputs)!) : null,
    transduction: evaluated.transduction,
    confirmed: evaluated.confirmed,
    exec_ms: evaluated.ms,
    layers: evaluated.layers,
    host: evaluated.host,
    generated_at: answered.repliedAt,
    executed_at: at,
    seq,
  };
}

/** Of `training_data`, one for each selected program. */
export function selectedRows({ generation, taskId, rows }: Selected, at: number): Row[] {
  return rows.map((row) => ({
    generation,
    task_id: taskId,
    kind: row.operator,
    sampling_her: row.strategy,
    unique_id: row.id,
    parent_id: row.parentId,
    relabeled: row.relabelled,
    bin: row.bin,
    n_chars: row.chars,
    selected_at: at,
  }));
}

/** Of `trainings`. */
export function trainingRow(trained: Trained, at: number): Row {
  const { generation, trainer, rows, steps, ms } = trained;
  return {
    generation,
    trainer,
    n_rows: rows,
    n_skipped: trained.skipped ?? null,
    n_overlong: trained.overlong ?? null,
    n_tokens: trained.tokens ?? null,
    n_steps: steps.length,
    final_loss: steps.at(-1)?.loss ?? null,
    train_ms: ms,
    trained_at: at,
  };
}

/** Of `store.votes`. */
export function voteRow(vote: Voted, at: number): Row {
  return {
    generation: vote.generation,
    task_id: vote.taskId,
    attempt: vote.attempt,
    output_hash: hash63(gridsText(vote.outputs) ?? ""),
    predicted_test_output: gridsText(vote.outputs),
    weight: vote.weight,
    n_programs: vote.members.length,
    members: vote.members.join(","),
    correct_test_input: vote.correctTest && flagsText(vote.correctTest),
    voted_at: at,
  };
}

/** Of `stage_stats`. */
export function stageRow(stage: StageMeasured, at: number): Row {
  return {
    ts: at,
    stage: stage.stage,
    workers: stage.workers,
    busy: stage.busy,
    queue_depth: stage.queueDepth,
    queue_capacity: stage.queueCapacity,
    in_per_s: stage.inPerS,
    out_per_s: stage.outPerS,
    blocked_frac: stage.blockedFrac,
  };
}

/** Of `events`. */
export function eventRow(note: Noted, seq: number, at: number): Row {
  return {
    seq: seq,
    ts: at,
    level: note.level,
    kind: note.event,
    generation: note.generation,
    task_id: note.taskId,
    message: note.message,
  };
}

/** Grids joined by ";", nothing between where there is none; null for no grids at all. */
function gridsText(grids: readonly (string | null)[]): string | null {
  return grids.length === 0 ? null : grids.map((grid) => grid ?? "").join(";");
}

function flagsText(flags: readonly boolean[]): string {
  return flags.map((flag) => flag ? "1" : "0").join("");
}

/** A hash as an id: as it is when it is one of ours, else hashed again. */
function hashId(hash: string): string {
  return /^\d{1,19}$/.test(hash) ? hash : hash63(hash);
}

/** What the model wrote around its program. */
function reasoningOf({ text, span }: Completion): string {
  if (span === null) return text.trim();
  const before = text.slice(0, span[0]).replace(/```[^\n`]*\n?$/, "");
  const after = text.slice(span[1]).replace(/^\s*```/, "");
  return [before.trim(), after.trim()].filter((part) => part !== "").join("\n\n");
}
