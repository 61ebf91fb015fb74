/**
 * What an engine and an executor host say to each other, as JSON, and its checks.
 *
 * A host is trusted no more than a cell: what it sends can state frames of a job that was delivered
 * to it, which it proves by the job's token, and nothing else. Neither side says anything about
 * expected outputs, tasks or the run.
 *
 * @module
 */
import { z } from "zod";
import { type Frame, OUTCOMES } from "../data/candidate.ts";
import { decodeGrid, encodeGrid, type Grid } from "../data/grid.ts";
import { type Job, MAX_INPUTS, type RunResult } from "../sandbox/engine.ts";
import { MAX_TIMEOUT_MS } from "../sandbox/job.ts";
import { fault } from "../sandbox/protocol.ts";
import { NAME } from "./subjects.ts";

/** Most bytes of a program with its inputs that are sent; a larger one is run where the engine is. */
export const MAX_JOB_BYTES = 512 * 1024;

/** Most bytes of a frame in a result: a grid of 30 by 30, or an error of 200 characters. */
const MAX_FRAME_BYTES = 1300;

/** Most bytes of a result beside its frames. */
const MAX_HEAD_BYTES = 2048;

/** Most jobs that a host says it holds, in one message. */
const MAX_HELD = 4096;

const Token = z.string().regex(/^[0-9a-f]{32}$/);
const Ack = z.string().max(300);
/** One digit a cell, rows joined by "/". */
const GRID = /^\d{1,30}(\/\d{1,30}){0,29}$/;
const MAX_GRID_CHARACTERS = 930;

const JobMessage = z.strictObject({
  v: z.literal(1),
  token: Token,
  session: z.string().regex(NAME),
  code: z.string(),
  inputs: z.array(z.string().max(MAX_GRID_CHARACTERS)).min(1).max(MAX_INPUTS),
  timeoutMs: z.number().int().min(1).max(MAX_TIMEOUT_MS),
});

const ResultMessage = z.strictObject({
  v: z.literal(1),
  token: Token,
  ack: Ack,
  ms: z.number().min(0).max(1e9),
  layers: z.string().max(200).regex(/^[\w+:.-]*$/),
  frames: z.array(
    z.tuple([z.enum(OUTCOMES).exclude(["no_code"]), z.string().max(MAX_GRID_CHARACTERS)]),
  )
    .max(MAX_INPUTS),
  /** Why the host's sandbox could not run it, in place of frames. */
  failed: z.string().max(1000).optional(),
});

const HeldMessage = z.strictObject({
  v: z.literal(1),
  held: z.array(z.tuple([Token, Ack])).max(MAX_HELD),
});

/** A job on its way. */
export interface SentJob extends Job {
  /** Known to the engine and to whom the job is delivered. */
  readonly token: string;
  /** Where its result is awaited. */
  readonly session: string;
}

/** What a host says came of a job. */
export interface SentResult {
  readonly token: string;
  /** Subject that acknowledges the delivery. */
  readonly ack: string;
  readonly result: Pick<RunResult, "frames" | "ms" | "layers"> | { readonly failed: string };
}

/** A message that is not what it has to be. */
export class WireError extends Error {
  override name = "WireError";
}

export function encodeJob({ token, session, code, inputs, timeoutMs }: SentJob): Uint8Array {
  return encode({ v: 1, token, session, code, inputs: inputs.map(textOf), timeoutMs });
}

/** Inputs of a task are the same grids for all of its programs. */
const inputTexts = new WeakMap<Grid, string>();

function textOf(input: Grid): string {
  let text = inputTexts.get(input);
  if (text === undefined) inputTexts.set(input, text = encodeGrid(input));
  return text;
}

/** @throws {WireError} */
export function decodeJob(bytes: Uint8Array): SentJob {
  const { inputs, v: _, ...job } = decode(JobMessage, bytes, MAX_JOB_BYTES + MAX_HEAD_BYTES);
  return { ...job, inputs: inputs.map(inputOf) };
}

/** Inputs by their texts, as far as they came lately. */
const inputGrids = new Map<string, Grid>();
const MAX_INPUT_GRIDS = 4096;

function inputOf(text: string, index: number): Grid {
  const known = inputGrids.get(text);
  if (known) return known;
  const grid = gridIn(text);
  if (grid === null) throw new WireError(`inputs.${index}: not a grid`);
  if (inputGrids.size === MAX_INPUT_GRIDS) inputGrids.clear();
  inputGrids.set(text, grid);
  return grid;
}

/** The grid of a text that somebody else wrote; null when it is none. */
function gridIn(text: string): Grid | null {
  if (!GRID.test(text)) return null;
  const grid = decodeGrid(text);
  return grid.every(({ length }) => length === grid[0].length) ? grid : null;
}

export function encodeResult({ token, ack, result }: SentResult): Uint8Array {
  const given = "failed" in result
    ? { ms: 0, layers: "", frames: [], failed: result.failed.slice(0, 1000) }
    : { ms: result.ms, layers: result.layers, frames: result.frames.map(frameText) };
  return encode({ v: 1, token, ack, ...given });
}

/** Whether the frames are as many as the job's inputs is for who has the job. @throws {WireError} */
export function decodeResult(bytes: Uint8Array): SentResult {
  const limit = MAX_HEAD_BYTES + MAX_INPUTS * MAX_FRAME_BYTES;
  const { token, ack, ms, layers, frames, failed } = decode(ResultMessage, bytes, limit);
  if (failed !== undefined) return { token, ack, result: { failed } };
  return { token, ack, result: { ms, layers, frames: frames.map(readFrame) } };
}

export function encodeHeld(held: readonly (readonly [token: string, ack: string])[]): Uint8Array {
  return encode({ v: 1, held: held.slice(0, MAX_HELD) });
}

/** Tokens and acknowledging subjects. @throws {WireError} */
export function decodeHeld(bytes: Uint8Array): readonly (readonly [string, string])[] {
  return decode(HeldMessage, bytes, MAX_HEAD_BYTES + MAX_HELD * 400).held;
}

function frameText({ outcome, output, error }: Frame): [string, string] {
  return [outcome, output === null ? error ?? "" : encodeGrid(output as Grid)];
}

function readFrame([outcome, text]: [Exclude<Frame["outcome"], "no_code">, string]): Frame {
  if (outcome !== "ok") return fault(outcome, text);
  const output = gridIn(text);
  if (output === null) throw new WireError("frames: an output is not a grid");
  return { outcome, output, error: null };
}

function encode(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

function decode<T>(schema: z.ZodType<T>, bytes: Uint8Array, limit: number): T {
  if (bytes.length > limit) throw new WireError(`${bytes.length} bytes, expected at most ${limit}`);
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new WireError("not JSON");
  }
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new WireError(`${issue.path.join(".") || "message"}: ${issue.message}`);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
