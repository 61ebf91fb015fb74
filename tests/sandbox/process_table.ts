/**
 * The process table as the host sees it, asked of one Python that stays: Deno itself may not look
 * into /proc without all permissions, and a Python for each look would take longer than an attack.
 *
 * @module
 */
import { openAnswerer } from "./answerer.ts";

/** A process that this one has started, by itself or by another, or that bears a tag. */
export interface TableRow {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, arguments apart by blanks. */
  readonly command: string;
  /** Clock ticks of processor time, user and system. */
  readonly ticks: number;
  readonly threads: number;
  /** Resident memory, bytes. */
  readonly rss: number;
}

/** Looks at processes. */
export interface ProcessTable extends AsyncDisposable {
  /** Descendants of this process, and all whose command line holds `tag`, but the looker. */
  look(tag: string): Promise<TableRow[]>;
}

const CODE = `
import json, os, sys
page = os.sysconf("SC_PAGE_SIZE")
for line in sys.stdin:
    host, tag = line.split()
    rows = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open("/proc/%d/stat" % pid) as text:
                stat = text.read().rpartition(")")[2].split()
            with open("/proc/%d/cmdline" % pid, errors="replace") as text:
                command = text.read().replace("\\0", " ")
        except OSError:
            continue
        if stat[0] in "ZX" or pid == os.getpid():
            continue
        rows[pid] = dict(pid=pid, parent=int(stat[1]), command=command, threads=int(stat[17]),
                         ticks=int(stat[11]) + int(stat[12]), rss=int(stat[21]) * page)
    ours, grown = {int(host)}, True
    while grown:
        more = {pid for pid, row in rows.items() if row["parent"] in ours and pid not in ours}
        grown = bool(more)
        ours |= more
    ours.discard(int(host))
    ours |= {pid for pid, row in rows.items() if tag in row["command"]}
    print(json.dumps([rows[pid] for pid in ours]), flush=True)
`;

/** Starts the looker. */
export function openProcessTable(python: string): ProcessTable {
  const looker = openAnswerer(python, CODE);
  return {
    look: async (tag) => JSON.parse(await looker.ask(`${Deno.pid} ${tag}`)),
    [Symbol.asyncDispose]: () => looker[Symbol.asyncDispose](),
  };
}
