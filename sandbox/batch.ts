/**
 * Batches: several programs in one fork, as batch.py lays them out.
 *
 * What comes back is untrusted, and here one program may have written it for another. So a result is
 * taken only from a reply that is well-formed throughout, with the batch's random token in each
 * record; whoever is in doubt is run alone, and whoever had not begun when the fork ended is run
 * again. A time-out, a memory or an output limit ends the fork but is a result: the member had its
 * own deadline, and as much memory as if it had been alone.
 *
 * @module
 */
import type { Frame } from "../data/candidate.ts";
import { decodeFrames, type ForkEnd, readFrame, tierAskedFor } from "./protocol.ts";
import type { Tier } from "./tier.ts";

/** A program of a batch. */
export interface Member {
  /** From `encodeJob`. */
  readonly job: Uint8Array;
  /** Number of inputs in `job`. */
  readonly count: number;
  readonly timeoutMs: number;
}

/** What a batch's reply says of a member. */
export type MemberEnd =
  | { readonly type: "done"; readonly frames: Frame[]; readonly ms: number }
  /** Its result is in doubt or it may not share a fork. */
  | { readonly type: "alone" }
  /** It had not begun. */
  | { readonly type: "again" }
  | { readonly type: "tier"; readonly tier: Tier };

/** Most members of a batch; their index is a byte. Larger ones were not faster. */
export const MAX_MEMBERS = 32;
/** Most bytes of a member's job, and inputs of a batch: their frames wait in a pipe of 1 MiB. */
export const MAX_MEMBER_BYTES = 64 << 10;
export const MAX_BATCH_INPUTS = 1000;
/** Bytes of a batch's token. */
export const TOKEN_BYTES = 8;

const MEMBER_HEADER_BYTES = 12;
/** Records (batch.py). */
const [BEGIN, END, ALONE] = [0xb0, 0xe0, 0xa0];
const MARK_BYTES = 1 + TOKEN_BYTES + 1;
/** Exit status of a fork that left on purpose (batch.py). */
const LEFT = 82;
/** SIGALRM: a member's deadline. */
const SIGALRM = 14;

/** The bytes of a batch. */
export function encodeBatch(members: readonly Member[], token: Uint8Array): Uint8Array {
  const size = members.reduce((sum, { job }) => sum + MEMBER_HEADER_BYTES + job.length, 0);
  const bytes = new Uint8Array(TOKEN_BYTES + size);
  const view = new DataView(bytes.buffer);
  bytes.set(token);
  let at = TOKEN_BYTES;
  for (const { job, count, timeoutMs } of members) {
    view.setUint32(at, timeoutMs, true);
    view.setUint16(at + 4, count, true);
    view.setUint32(at + 8, job.length, true);
    bytes.set(job, at + MEMBER_HEADER_BYTES);
    at += MEMBER_HEADER_BYTES + job.length;
  }
  return bytes;
}

/** What became of each member, given the batch's tier and how its fork ended. */
export function decodeBatch(
  members: readonly Member[],
  token: Uint8Array,
  tier: Tier,
  end: ForkEnd,
): MemberEnd[] {
  const allAlone = () => members.map((): MemberEnd => ({ type: "alone" }));
  const read = readRecords(members, token, end);
  if (read === null) return allAlone();
  const { ends, running } = read;
  const waiting = ends.includes(null);
  if (!waiting) return end.how === "exited" ? ends as MemberEnd[] : allAlone();
  if (end.how === "signalled" && end.detail === SIGALRM && running !== null) {
    const { index, bytes } = running;
    const { count, timeoutMs } = members[index];
    const frames = decodeFrames(count, timeoutMs, { ...end, how: "timed_out", bytes });
    ends[index] = { type: "done", frames, ms: timeoutMs };
  } else if (end.how === "exited" && tierAskedFor(end, tier) !== null && running !== null) {
    ends[running.index] = { type: "tier", tier: tierAskedFor(end, tier)! };
  } else if (end.how === "exited" && end.detail === LEFT) {
    if (running !== null) ends[running.index] = { type: "alone" };
  } else {
    return allAlone();
  }
  if (ends.every((one) => one === null)) return allAlone();
  return ends.map((one) => one ?? { type: "again" });
}

/** A member that has begun and not ended, and the frames it left. */
interface Running {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The members that ended, the one that was running; null when anything is out of order. */
function readRecords(
  members: readonly Member[],
  token: Uint8Array,
  { bytes, micros }: ForkEnd,
): { ends: (MemberEnd | null)[]; running: Running | null } | null {
  const ends: (MemberEnd | null)[] = Array(members.length).fill(null);
  let running: number | null = null;
  let begunAt = 0;
  let frames: Frame[] = [];
  let last = -1;
  let at = 0;
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind < ALONE) {
      if (running === null || frames.length >= members[running].count) return null;
      const next = readFrame(bytes, at);
      if (next === null) return null;
      frames.push(next.frame);
      at = next.next;
      continue;
    }
    const mark = bytes.subarray(at, at + MARK_BYTES);
    if (mark.length < MARK_BYTES || token.some((byte, i) => byte !== mark[1 + i])) return null;
    const index = mark[1 + TOKEN_BYTES];
    at += MARK_BYTES;
    if (kind === ALONE && running === null && last < 0 && ends[index] === null) {
      ends[index] = { type: "alone" };
    } else if (kind === BEGIN && running === null && index > last && ends[index] === null) {
      running = last = index;
      begunAt = at;
      frames = [];
    } else if (kind === END && running === index && frames.length === members[index].count) {
      if (at + 4 > bytes.length) return null;
      const own = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0, true);
      ends[index] = { type: "done", frames, ms: Math.min(own, micros) / 1000 };
      running = null;
      at += 4;
    } else {
      return null;
    }
  }
  return {
    ends,
    running: running === null ? null : { index: running, bytes: bytes.slice(begunAt) },
  };
}
