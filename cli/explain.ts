/**
 * Who voted for what, with which weight, as text.
 *
 * @module
 */
import { table } from "./table.ts";

/** One attempt of a task, or one test input of it. */
export interface Explained {
  readonly taskId: string;
  /** From 1, the best first. */
  readonly attempt: number;
  /** Test input, from 1; null where the attempt was voted on as a whole. */
  readonly input: number | null;
  readonly weight: number;
  readonly members: readonly string[];
  /** Share of all weight that was given for the task and input; null where that is not known. */
  readonly share: number | null;
  /** Whether it is right; null where that is not known. */
  readonly correct: boolean | null;
}

/** Members named; the others are counted. */
const MEMBERS = 4;

/**
 * A table of votes.
 *
 * @param accuracyOf Train accuracy of a member; members that are best come first.
 */
export function explain(
  votes: readonly Explained[],
  accuracyOf: (taskId: string, member: string) => number,
): string {
  const header = ["task", "attempt", "test", "weight", "share", "votes", "right", "members"];
  return table(
    header,
    votes.map(({ taskId, attempt, input, weight, share, members, correct }) => {
      const ranked = members.map((id) => ({ id, h: accuracyOf(taskId, id) }))
        .sort((a, b) => b.h - a.h);
      const named = ranked.slice(0, MEMBERS).map(({ id, h }) => `${id} (${h.toFixed(2)})`);
      const more = members.length > MEMBERS ? [`and ${members.length - MEMBERS} more`] : [];
      return [
        taskId,
        `${attempt}`,
        input === null ? "all" : `${input}`,
        `${+weight.toFixed(2)}`,
        share === null ? "?" : `${(100 * share).toFixed(1)}%`,
        `${members.length}`,
        correct === null ? "?" : correct ? "yes" : "no",
        [...named, ...more].join(", "),
      ];
    }),
  );
}
