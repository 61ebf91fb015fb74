/** All that can be seen of an archive, as plain values. */
import type { Archive } from "../../data/archive.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";

/** Entries as plain values: as rows of columns any two would look alike. */
export function plain(entries: Iterable<ArchiveEntry>): ArchiveEntry[] {
  return JSON.parse(JSON.stringify([...entries]));
}

export function archiveSeen(archive: Archive): unknown {
  const entries = plain(archive.entries());
  const tasks = [...new Set([...archive.calls()].map(({ call }) => call.taskId))];
  return {
    seq: archive.seq,
    size: archive.size,
    entries,
    byId: plain(entries.map(({ id }) => archive.get(id)!)),
    byTask: tasks.map((id) => plain(archive.ofTask(id))),
    votes: tasks.flatMap((id) => [0, 1].map((generation) => archive.votes(generation, id))),
    selected: tasks.flatMap((id) =>
      [0, 1].map((generation) => archive.hasSelected(generation, id))
    ),
    counts: [0, 1].map((generation) => archive.count(generation)),
    spent: [1, 2].map((generation) => archive.spent(generation)),
    chosen: entries.map(({ id }) => archive.timesChosen(id)),
    calls: [...archive.calls()].map(({ call, waiting, replyAt, ended }) => {
      return { call, waiting: waiting && [...waiting], replyAt, ended };
    }),
    unevaluated: [...archive.unevaluated()],
    first: entries.map(({ taskId, codeHash }) => archive.firstWithSource(taskId, codeHash)?.id),
  };
}
