/**
 * soar: a model teaches itself to write programs that solve ARC tasks, as a stream.
 *
 *     tasks ─► admission ─► sampler ─┐
 *                  └──────► refiner ─┴─► executor ─► archivist ─► archive ─► voter ─► submission
 *                              ▲                        │
 *                              └──── draws from ────────┘ relabeler ─► shards ─► trainer ─► model
 *
 * Exports in pipeline order.
 *
 * @module
 */
export * from "./data/grid.ts";
export * from "./data/task.ts";
export * from "./data/load_tasks.ts";
export * from "./data/did_you_mean.ts";
export { TaskError, type TaskFault } from "./data/parse_task.ts";
export { parseTaskSpec, type TaskSource, type TaskSpec } from "./data/task_spec.ts";
export * from "./data/candidate.ts";
export * from "./data/candidate_view.ts";
export * from "./data/records.ts";
export { codeOf, hash63 } from "./data/program.ts";
export * from "./data/run_directory.ts";
export { Journal, type JournalOptions } from "./data/journal.ts";
export * from "./data/journal_reader.ts";
export { type Ballot, Ballots } from "./data/ballots.ts";
export {
  keepBallots,
  keepBallotsOf,
  type ReadBallots,
  readBallots,
  type ReadBallotsOptions,
} from "./data/ballot_files.ts";
export { JournalError } from "./data/journal_segment.ts";
export { Archive } from "./data/archive.ts";
export type { ArchiveEntry, CallState } from "./data/archive_entry.ts";
export type { Spent } from "./data/archive_spent.ts";
export * from "./data/identity.ts";
export type * from "./data/archive_digest.ts";
export * from "./data/shards.ts";
export * from "./data/archive_columns.ts";
export * from "./data/closed_segments.ts";
export * from "./data/parquet.ts";
export * from "./data/folder_size.ts";
export * from "./data/store.ts";
export { openStore, type StoreOptions } from "./data/open_store.ts";
export { StoreError, type StoreErrorReason } from "./data/store_error.ts";
export * from "./data/queries.ts";
export * from "./data/journal_store.ts";
export * from "./data/duration_text.ts";
export * from "./data/reading.ts";
export * from "./data/reading_meter.ts";
export * from "./data/told_answer.ts";
export { writeSnapshot } from "./data/store_snapshot.ts";
export { ENGINE_CHOICES, type EngineChoice } from "./data/store_choice.ts";
export {
  keepDigests,
  rebuildArchive,
  type RebuildOptions,
  type Rebuilt,
} from "./data/archive_rebuild.ts";
export * from "./streams/channel.ts";
export type { DeriveOptions } from "./streams/derive.ts";
export * from "./streams/channel_of.ts";
export * from "./streams/map_concurrent.ts";
export * from "./streams/credits.ts";
export * from "./streams/event_stream.ts";
export * from "./streams/event_hub.ts";
export * from "./streams/watch.ts";
export { type Bin, BINS, correctnessBin } from "./search/bins.ts";
export * from "./search/budget.ts";
export * from "./search/allocate.ts";
export * from "./search/spend.ts";
export * from "./search/compat.ts";
export * from "./search/contamination.ts";
export { type HardCodingOptions, isHardCoded } from "./search/hard_coding.ts";
export * from "./search/rex.ts";
export * from "./search/parents.ts";
export * from "./search/islands.ts";
export * from "./search/select_sampling.ts";
export * from "./search/select_refinement.ts";
export { type Likeness, LIKENESSES } from "./search/likeness.ts";
export * from "./search/relabel.ts";
export * from "./search/judged.ts";
export * from "./search/vote.ts";
export * from "./search/voters.ts";
export * from "./search/pool.ts";
export * from "./search/rescore.ts";
export * from "./search/bootstrap.ts";
export * from "./search/compare_arms.ts";
export { scoreOfAttempts } from "./search/score.ts";
export { type TimeLimitOptions, timeLimitSeconds } from "./search/stop.ts";
export { type Random, seededRandom } from "./search/random.ts";
export * from "./models/client.ts";
export * from "./models/openai.ts";
export type {
  Answer as CompletionAnswer,
  Capabilities,
  ChatAnswer,
  CompletionClientOptions,
  Endpoint,
} from "./models/completion_client.ts";
export type { AimdBounds } from "./models/limit.ts";
export type { BreakerState } from "./models/breaker.ts";
export { type Admitting, EndpointPool, type PoolOptions } from "./models/pool.ts";
export type { HealthOptions } from "./models/route_health.ts";
export { Route, type RouteOptions } from "./models/route.ts";
export { readServerLoad, type ServerLoad } from "./models/server_load.ts";
export {
  nameAt,
  setAsleep,
  type Swap,
  swapIn,
  type SwapModel,
  type SwapOptions,
  SWAPS,
} from "./models/swap.ts";
export { type Delay, realDelay, type RetryOptions, type RetryPolicy } from "./models/retry.ts";
export * from "./models/probe.ts";
export * from "./models/prompts.ts";
export type { Extraction } from "./models/extract_program.ts";
export * from "./models/embeddings.ts";
export { type Fit, fitModel, type FitOptions, type TrainingRow } from "./models/embedded/fit.ts";
export { CompleterPool } from "./models/embedded/completer_pool.ts";
export { type Answerer, modelHandler } from "./models/embedded/serve.ts";
export { loadWeights, saveWeights } from "./models/embedded/weights.ts";
export type { Weights } from "./models/embedded/grammar.ts";
export type { ServedRequest } from "./models/embedded/read_request.ts";
export {
  type Engine as SandboxEngine,
  type Job,
  type RunResult,
  SandboxError,
} from "./sandbox/engine.ts";
export * from "./sandbox/python.ts";
export * from "./sandbox/wasm.ts";
export * from "./sandbox/judge.ts";
export * from "./sandbox/self_test.ts";
export { ARC } from "./actors/arc.ts";
export * from "./actors/domain.ts";
export * from "./actors/archive_rows.ts";
export type { ModelSeat } from "./actors/ask_model.ts";
export * from "./actors/evaluate.ts";
export * from "./actors/engine.ts";
export { SEARCH_DEFAULTS, type SearchOptions, type Selection } from "./actors/search_options.ts";
export type { Actor, ActorState, PipelineActor } from "./actors/actor.ts";
export type { Taker } from "./actors/asker.ts";
export type { Confirmer, ConfirmerOptions } from "./actors/confirmer.ts";
export type { Continuity } from "./actors/learning.ts";
export type { ArmOptions } from "./actors/arm_pool.ts";
export type { Refining } from "./actors/parent_choice.ts";
export type { Allocation } from "./actors/shares.ts";
export type { Unit } from "./actors/unit.ts";
export * from "./actors/recorder.ts";
export { identityOf } from "./actors/relabeler.ts";
export * from "./actors/replay.ts";
export * from "./actors/run_budget.ts";
export * from "./actors/run_control.ts";
export type { StageMeter } from "./actors/stage_meter.ts";
export * from "./actors/summary.ts";
export {
  isReady,
  Trainer,
  type TrainerBackend,
  TrainerError,
  type TrainerOptions,
} from "./actors/trainer.ts";
export * from "./actors/voter.ts";
