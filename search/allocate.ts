/**
 * How a budget of programs is shared out among tasks.
 *
 * SOAR gives every task the same share; what a solved task does not use is lost (section 3.2,
 * which names sharing it out again as future work). `reroute` gives it to the tasks still open.
 *
 * @module
 */

/** The policies. */
export const ALLOCATION_POLICIES = ["fixed", "reroute"] as const;

/** One of {@link ALLOCATION_POLICIES}. */
export type AllocationPolicy = typeof ALLOCATION_POLICIES[number];

/** What has been spent on a task. */
export interface TaskSpending {
  /** Programs asked for so far. */
  readonly spent: number;
  /** Whether it has had enough (`stop.ts`): nothing more is asked for it. */
  readonly closed: boolean;
}

/**
 * Programs each task may have been asked for in all, in the order of the tasks; a closed task gets
 * no more than it has spent. To be computed anew whenever a task closes.
 *
 * - `fixed`: an equal share of the total; the first tasks have one more where it does not divide.
 * - `reroute`: what the closed tasks leave is shared among the open ones so that those that have
 *   spent least come level first. The sum over all tasks is then the total, unless all are closed.
 *
 * `fixed` is SOAR's (section 3.2); `reroute` is not in it.
 *
 * @param tasks One entry a task; none gives none.
 * @param total Programs for all tasks together, a whole number of at least 0.
 * @throws {RangeError} If the total is no such number.
 */
export function allowances(
  policy: AllocationPolicy,
  tasks: readonly TaskSpending[],
  total: number,
): number[] {
  if (!Number.isInteger(total) || total < 0) {
    throw new RangeError(`Cannot share out a budget: expected a whole number >= 0, got ${total}`);
  }
  if (policy === "fixed") {
    const shares = equalShares(total, tasks.length);
    return tasks.map(({ spent, closed }, i) => closed ? Math.min(spent, shares[i]) : shares[i]);
  }
  const allowed = tasks.map(({ spent, closed }) => closed ? spent : 0);
  const left = Math.max(0, total - allowed.reduce((sum, spent) => sum + spent, 0));
  const open = tasks.flatMap(({ spent, closed }, i) => closed ? [] : [{ i, spent }]);
  const levels = fill(open.map(({ spent }) => spent), left);
  open.forEach(({ i }, k) => allowed[i] = levels[k]);
  return allowed;
}

/**
 * `total` in `parts` whole numbers that differ by at most one, the larger ones first.
 *
 * @param total A whole number of at least 0.
 * @param parts A whole number of at least 0; 0 gives none.
 */
export function equalShares(total: number, parts: number): number[] {
  const share = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, i) => share + Number(i < total - share * parts));
}

/**
 * Levels after pouring until the sum is `total`: the lowest rise together; where even the spent is
 * more than the total, it is the spent.
 */
function fill(spent: readonly number[], total: number): number[] {
  const order = spent.map((_, i) => i).sort((a, b) => spent[a] - spent[b]);
  const slack = total - spent.reduce((sum, one) => sum + one, 0);
  const levels = spent.slice();
  if (slack <= 0) return levels;
  let sum = 0;
  for (let n = 1; n <= order.length; n++) {
    sum += spent[order[n - 1]];
    // The n lowest take all the slack if that brings them no higher than the next.
    const next = n < order.length ? spent[order[n]] : Infinity;
    if (Math.ceil((sum + slack) / n) > next) continue;
    equalShares(sum + slack, n).forEach((share, k) => levels[order[k]] = share);
    break;
  }
  return levels;
}
