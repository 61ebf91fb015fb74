/**
 * Choosing parents among the arms of a task, again without those that do not hold alone.
 *
 * @module
 */
import type { ParentOptions, ParentSelector } from "../search/parents.ts";
import { selectParents } from "../search/parents.ts";
import type { Random } from "../search/random.ts";
import type { ChosenArm } from "../search/rex.ts";
import type { ArmOptions, ArmPool } from "./arm_pool.ts";

/** How parents are chosen. */
export interface Refining extends ParentOptions, Pick<ArmOptions, "islands" | "binCap"> {
  /** Rule by which a parent is chosen. */
  readonly parents: ParentSelector;
}

/**
 * Arms up to which REx draws for each (tens of microseconds for so many, and a millisecond for a
 * full archive); beyond, for groups of equal chances (search/arm_groups.ts).
 */
export const DRAWN_EACH = 256;

/**
 * Yields the parents of a refinement; when asked again, others than those that have failed. Ends
 * when there are none left.
 */
export function* parentChoices(
  pool: ArmPool,
  { parents, binCap, ...options }: Refining,
  random: Random,
): Generator<readonly ChosenArm[], void, ReadonlySet<string>> {
  if (pool.size > DRAWN_EACH && (parents === "rex" || parents === "rex_no_discount")) {
    const open = pool.groups.within(random, binCap);
    const discount = parents === "rex";
    for (
      let next = open.take(random, { ...options, discount });
      next !== null;
      next = open.take(random, { ...options, discount })
    ) {
      const { arm, h, timesChosen, theta } = next;
      yield [{ id: pool.give(arm), h, timesChosen, theta }];
    }
    return;
  }
  let arms = pool.draw(random);
  while (true) {
    const chosen = selectParents(parents, arms, random, options);
    if (chosen.length === 0) return;
    const failed = yield chosen;
    arms = arms.filter(({ id }) => !failed.has(id));
  }
}
