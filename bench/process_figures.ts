/**
 * What Linux says of this process and of those it has started, asked through Python: Deno itself may
 * not look into /proc without all permissions.
 *
 * @module
 */

/** Figures of some processes together; bytes. */
export interface Figures {
  readonly processes: number;
  readonly threads: number;
  readonly descriptors: number;
  /** Resident memory, with pages that several processes share counted in each. */
  readonly rss: number;
  /** The same, such pages divided among those that share them. */
  readonly pss: number;
}

const CODE = `
import json, os, sys
host, word = int(sys.argv[1]), sys.argv[2]

def read(pid, name):
    try:
        with open("/proc/%d/%s" % (pid, name), errors="replace") as text:
            return text.read()
    except OSError:
        return ""

def number(text, key):
    lines = [line.split() for line in text.splitlines() if line.startswith(key + ":")]
    return int(lines[0][1]) if lines else 0

parents = {}
for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
    stat = read(pid, "stat").rpartition(")")[2].split()
    if stat:
        parents[pid] = int(stat[1])
servers = {p for p in parents if parents[p] == host and word in read(p, "cmdline")}
forks = {p for p in parents if parents[p] in servers}

def figures(pids):
    total = dict(processes=0, threads=0, descriptors=0, rss=0, pss=0)
    for pid in pids:
        status = read(pid, "status")
        total["processes"] += 1
        total["threads"] += number(status, "Threads")
        try:
            total["descriptors"] += len(os.listdir("/proc/%d/fd" % pid))
        except OSError:
            pass
        total["rss"] += 1024 * number(status, "VmRSS")
        total["pss"] += 1024 * number(read(pid, "smaps_rollup"), "Pss")
    return total

print(json.dumps({"host": figures([host]), "cells": figures(servers), "forks": figures(forks)}))
`;

/**
 * Figures of this process, of its children whose command line holds `word`, and of their children.
 * Only root gets all of them of confined processes.
 */
export async function processFigures(
  python: string,
  word: string,
): Promise<{ host: Figures; cells: Figures; forks: Figures }> {
  const args = ["-I", "-c", CODE, String(Deno.pid), word];
  const { success, stdout } = await new Deno.Command(python, { args }).output();
  if (!success) throw new Error("the process table could not be read");
  return JSON.parse(new TextDecoder().decode(stdout));
}
