/**
 * One fork to be made for one program or several: the order for it, and what came of it.
 *
 * @module
 */
import { decodeBatch, encodeBatch, type Member, type MemberEnd, TOKEN_BYTES } from "./batch.ts";
import type { Ticket } from "./job_queue.ts";
import { decodeFrames, type ForkEnd, type Order, tierAskedFor } from "./protocol.ts";
import type { Tier } from "./tier.ts";

/** A fork under way and its programs. */
export interface Errand {
  readonly tier: Tier;
  /** Null for a program alone. */
  readonly token: Uint8Array | null;
  /** Null where it was aborted meanwhile. */
  readonly tickets: (Ticket | null)[];
  /** What was asked to be run, in the order of `tickets`. */
  readonly members: readonly Member[];
}

/**
 * Makes an errand of tickets that share a fork, or of one alone; one that could share but has no
 * company is run as one alone.
 * @param lowest it runs in this tier or a dearer one: that of the server it waits at.
 */
export function makeErrand(
  id: number,
  tickets: Ticket[],
  lowest: Tier,
): { errand: Errand; order: Order } {
  const members = [...tickets];
  const tier = Math.max(lowest, ...tickets.map((ticket) => ticket.tier)) as Tier;
  if (tickets.length === 1) {
    const [{ job, count, timeoutMs }] = tickets;
    const errand = { tier, token: null, tickets, members };
    return { errand, order: { id, tier, timeoutMs, count, members: 0, job } };
  }
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const order = {
    id,
    tier,
    timeoutMs: Math.max(...tickets.map(({ timeoutMs }) => timeoutMs)),
    count: tickets.reduce((sum, { count }) => sum + count, 0),
    members: tickets.length,
    job: encodeBatch(tickets, token),
  };
  return { errand: { tier, token, tickets, members }, order };
}

/** What became of each program of an errand. */
export function endsOf({ tier, token, members }: Errand, end: ForkEnd): MemberEnd[] {
  if (token !== null) return decodeBatch(members, token, tier, end);
  const higher = tierAskedFor(end, tier);
  if (higher !== null) return [{ type: "tier", tier: higher }];
  const [{ count, timeoutMs }] = members;
  const frames = decodeFrames(count, timeoutMs, end);
  return [{ type: "done", frames, ms: end.micros / 1000 }];
}

/** The tickets of an errand that are still waited for. */
export function left(errand: Errand | undefined): Ticket[] {
  return errand?.tickets.filter((ticket) => ticket !== null) ?? [];
}
