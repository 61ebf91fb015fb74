/**
 * All attacks, and the list of what they have to cover: 60 kinds, on both engines but where a reason
 * stands why there is nothing to attack.
 *
 * @module
 */
import type { Attack, EngineName } from "./attack.ts";
import { BRIDGE_ATTACKS } from "./attack_bridge.ts";
import { EVASION_ATTACKS } from "./attack_evasion.ts";
import { EXHAUSTION_ATTACKS } from "./attack_exhaustion.ts";
import { FILE_ATTACKS } from "./attack_files.ts";
import { FORGERY_ATTACKS } from "./attack_forgery.ts";
import { NETWORK_ATTACKS } from "./attack_network.ts";
import { PROCESS_ATTACKS } from "./attack_processes.ts";
import { LEAK_ATTACKS, SECRET_ATTACKS } from "./attack_secrets.ts";

/** A kind of attack, and the engines where it does not apply, each with the reason. */
export interface AttackKind {
  readonly name: string;
  readonly absent?: Partial<Record<EngineName, string>>;
}

const NO_JAVASCRIPT = { absent: { python: "there is no JavaScript in it" } };
const NO_SYSTEM = {
  absent: { wasm: "WebAssembly makes no system calls, and there is no ctypes to try: attack 5" },
};

/** The kinds, by number. */
export const ATTACK_KINDS: Readonly<Record<number, AttackKind>> = {
  1: { name: "files by the js module", ...NO_JAVASCRIPT },
  2: { name: "the environment by code in JavaScript", ...NO_JAVASCRIPT },
  3: { name: "Pyodide's own interfaces", ...NO_JAVASCRIPT },
  4: { name: "the constructor of functions", ...NO_JAVASCRIPT },
  5: { name: "JavaScript by ctypes", ...NO_JAVASCRIPT },
  6: { name: "modules of Node", ...NO_JAVASCRIPT },
  7: { name: "killing the process from JavaScript", ...NO_JAVASCRIPT },
  8: { name: "opening the inspector", ...NO_JAVASCRIPT },
  9: { name: "nested workers", ...NO_JAVASCRIPT },
  10: { name: "channels between workers", ...NO_JAVASCRIPT },
  11: { name: "errors and ends of a worker", ...NO_JAVASCRIPT },
  12: { name: "prompts", ...NO_JAVASCRIPT },
  13: { name: "the graphics card", ...NO_JAVASCRIPT },
  14: { name: "reading files" },
  15: { name: "changing files" },
  16: { name: "filling disks" },
  17: { name: "editing the library or the judge" },
  18: { name: "TCP" },
  19: { name: "other sockets" },
  20: { name: "names and requests" },
  21: { name: "starting programs" },
  22: { name: "fork bombs and daemons" },
  23: { name: "signals" },
  24: { name: "other processes' memory" },
  25: { name: "rare system calls", ...NO_SYSTEM },
  26: { name: "environment and arguments" },
  27: { name: "inherited descriptors" },
  28: { name: "time, name and chance" },
  29: { name: "endless loops" },
  30: { name: "huge numbers" },
  31: { name: "regular expressions" },
  32: { name: "waiting" },
  33: { name: "memory piece by piece" },
  34: { name: "the heap of JavaScript", ...NO_JAVASCRIPT },
  35: { name: "memory at once" },
  36: { name: "depth" },
  37: { name: "output" },
  38: { name: "threads, tasks and generators" },
  39: { name: "sources" },
  40: { name: "huge results" },
  41: { name: "forged frames" },
  42: { name: "the secret of the protocol" },
  43: { name: "replaced functions" },
  44: { name: "evil subclasses" },
  45: { name: "results that change" },
  46: { name: "containers that are not lists" },
  47: { name: "cells that are not integers" },
  48: { name: "bad shapes and values" },
  49: { name: "early ends" },
  50: { name: "errors that pretend" },
  51: { name: "polluted prototypes", ...NO_JAVASCRIPT },
  52: { name: "functions left behind" },
  53: { name: "hooks left behind" },
  54: { name: "settings left behind" },
  55: { name: "threads and timers left behind" },
  56: { name: "files and objects left behind" },
  57: { name: "evading the clock" },
  58: { name: "blocking in C" },
  59: { name: "finding the answers" },
  60: { name: "answering by position" },
};

/** Every attack that is one program; those on the next program are in attack_traces.ts. */
export const ATTACKS: readonly Attack[] = [
  ...BRIDGE_ATTACKS,
  ...FILE_ATTACKS,
  ...NETWORK_ATTACKS,
  ...PROCESS_ATTACKS,
  ...SECRET_ATTACKS,
  ...EXHAUSTION_ATTACKS,
  ...FORGERY_ATTACKS,
  ...EVASION_ATTACKS,
  ...LEAK_ATTACKS,
];
