/**
 * Programs waiting for a cell, and which of them a cell gets next.
 *
 * The first in the queue is served first, with two liberties: programs that may share a fork are
 * taken along from further back, and a cell at work prefers what its working server can run. An idle
 * cell always takes the first; a busy one passes it over a limited number of times.
 *
 * @module
 */
import type { Frame } from "../data/candidate.ts";
import { MAX_BATCH_INPUTS, MAX_MEMBER_BYTES, MAX_MEMBERS, type Member } from "./batch.ts";
import type { Tier } from "./tier.ts";

/** A program to be run, and whoever waits for it. */
export interface Ticket extends Member {
  readonly id: number;
  tier: Tier;
  /** Whether it may be tried in a batch. */
  shares: boolean;
  passedOver: number;
  /** Whether the cell that ran it has died once. */
  bereaved: boolean;
  resolve(frames: Frame[], ms: number): void;
  reject(reason: unknown): void;
}

/** Times a job may be passed over by later ones of a tier that is already at work. */
const MAX_PASSED_OVER = 16;
/** How far back in the queue members are looked for. */
const REACH = 4 * MAX_MEMBERS;
/** The dearest tier of a batch: members may import nothing of those above. */
const MAX_TIER = 2;

/** Whether a program may be tried in a batch, as far as its size and imports say. */
export function mayShare({ job, count, tier }: Pick<Ticket, "job" | "count" | "tier">): boolean {
  return job.length <= MAX_MEMBER_BYTES && count <= MAX_BATCH_INPUTS && tier <= MAX_TIER;
}

/** Tickets in order of arrival. */
export class JobQueue {
  #tickets: Ticket[] = [];

  get length(): number {
    return this.#tickets.length;
  }

  push(ticket: Ticket): void {
    this.#tickets.push(ticket);
  }

  /** Puts tickets back in front, in order. */
  putBack(tickets: readonly Ticket[]): void {
    this.#tickets.unshift(...tickets);
  }

  /** Takes one out of the line, or nothing when it is not in it. */
  remove(id: number): Ticket | undefined {
    const index = this.#tickets.findIndex((ticket) => ticket.id === id);
    return index < 0 ? undefined : this.#tickets.splice(index, 1)[0];
  }

  /** Takes all. */
  clear(): Ticket[] {
    return this.#tickets.splice(0);
  }

  /**
   * The next fork's programs: one to run alone, or up to `most` to share it; none if the queue is
   * empty.
   * @param busyTier the tier that the cell is busy with, null when it is idle.
   * @param least fewer than these to share are left for later by a busy cell.
   */
  take(busyTier: Tier | null, most: number, least: number): Ticket[] {
    const [first] = this.#tickets;
    if (first === undefined) return [];
    if (busyTier === null) {
      return first.shares ? this.#share(MAX_TIER, most) : this.#tickets.splice(0, 1);
    }
    const near = this.#tickets.slice(0, MAX_PASSED_OVER);
    const index = near.findIndex((ticket) => fits(ticket, busyTier));
    if (index < 0 || first.passedOver >= MAX_PASSED_OVER) return [];
    const shares = this.#tickets[index].shares;
    if (shares && this.#tickets.length < least) return [];
    if (index > 0) first.passedOver++;
    return shares ? this.#share(busyTier, most) : this.#tickets.splice(index, 1);
  }

  #share(tier: number, most: number): Ticket[] {
    const taken: Ticket[] = [];
    const kept: Ticket[] = [];
    let inputs = 0;
    for (const ticket of this.#tickets.splice(0, REACH)) {
      const joins = ticket.shares && ticket.tier <= tier && taken.length < most &&
        inputs + ticket.count <= MAX_BATCH_INPUTS;
      if (joins) inputs += ticket.count;
      (joins ? taken : kept).push(ticket);
    }
    this.putBack(kept);
    return taken;
  }
}

/** A batch runs in any server that has loaded enough; a program alone in the cheapest for it. */
function fits({ shares, tier }: Ticket, busyTier: Tier): boolean {
  return shares ? tier <= busyTier && busyTier <= MAX_TIER : tier === busyTier;
}
