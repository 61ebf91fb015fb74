/**
 * What an attack is: a program, how it may end in the sandbox, and how it is seen to succeed where
 * nothing holds it. An attack that fails anywhere shows nothing.
 *
 * Its grid is [[1]], or the digits of a secret, where it thinks it got through; what it did to the
 * host is looked at from there.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";

/** The engines there are. */
export type EngineName = "python" | "wasm";

/** What an attack may touch. */
export interface Prey {
  /** A folder anybody may write to, with a file `secret` and a socket `socket`. */
  readonly folder: string;
  /** Ports on 127.0.0.1 with a TCP and a UDP socket behind them. */
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Name of an abstract unix socket; in the command line of whatever an attack starts. */
  readonly tag: string;
  /** A grid of 30x30 that nothing but the asking process has. */
  readonly hidden: Grid;
}

/**
 * What is seen of an attack that succeeds, by whom:
 * - `says`: its grid is [[1]] or holds a secret;
 * - `heard`: it reached a socket;
 * - `writes`: the folder has changed;
 * - `leaves`: processes of its are there when it has ended;
 * - `runs`: it still runs at the deadline;
 * - `grows`: it holds more memory than the sandbox grants;
 * - `floods`: it wrote more than the sandbox takes;
 * - `dies`: its harness ended with it and said nothing;
 * - `opens`: V8's inspector listens;
 * - `passes`: a naive judge takes its grid for the answer, which it does not know.
 */
export type Sight =
  | "says"
  | "heard"
  | "writes"
  | "leaves"
  | "runs"
  | "grows"
  | "floods"
  | "dies"
  | "opens"
  | "passes";

/** How an attack is shown to work where the layers are removed. */
export type Control =
  | {
    readonly seen: Sight;
    /** What runs it: a plain Python, or a plain Pyodide in a Deno that may do all. */
    readonly by: "python" | "pyodide";
    /** Why some machines refuse it to everybody. */
    readonly refusedBy?: string;
  }
  | { readonly none: string };

/** One attack. */
export interface Attack {
  /** Its number in {@link ATTACK_NAMES}. */
  readonly number: number;
  readonly name: string;
  /** Python source, with the names of {@link codeFor} in it. */
  readonly code: string;
  readonly control: Control;
  /** The one engine it applies to, and why not to the other. */
  readonly only?: readonly [EngineName, string];
  /** How it may end; else anyhow, unless its grid says that it got through. */
  readonly ends?: readonly Outcome[];
  /** Why its class of verdict is not the same on both engines. */
  readonly differs?: string;
  /** Milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** Keeps a processor busy until it is stopped. */
  readonly burns?: boolean;
  /** What it is run on. @default one grid */
  readonly inputs?: readonly Grid[];
  /** Looks for the hidden grid, and has to find it where that is its input. */
  readonly finds?: boolean;
}

/** What may be said of an attack beside its program. */
export type Details = Partial<Omit<Attack, "number" | "name" | "code">>;

/** Why programs that call C do not apply to Pyodide. */
export const NO_CTYPES: readonly [EngineName, string] = ["python", "there is no ctypes: attack 5"];

/** An attack whose program is a `transform` that returns what `body` returns, as a grid. */
export function attack(
  number: number,
  name: string,
  seen: Sight,
  body: string,
  details: Details = {},
): Attack {
  const usesC = /\blibc\b/.test(body);
  const code = `import os, sys
${usesC ? "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n" : ""}def attack():
${indented(body)}
def transform(g):
    got = attack()
    if type(got) is str:
        return [[int(c) for c in got if c.isdigit()][:30] or [0]]
    return [[1 if got else 0]]`;
  const only = details.only ?? (usesC ? NO_CTYPES : undefined);
  return { number, name, code, control: { seen, by: "python" }, ...(only && { only }), ...details };
}

/** An attack whose `transform(g)` is `body` itself. */
export function transform(
  number: number,
  name: string,
  seen: Sight,
  body: string,
  details: Details = {},
): Attack {
  const code = `import os, sys\ndef transform(g):\n${indented(body)}`;
  return { number, name, code, control: { seen, by: "python" }, ...details };
}

/** An endless computation, stopped at the deadline. */
export function burning(number: number, name: string, body: string, details: Details = {}): Attack {
  const ends: readonly Outcome[] = ["timeout"];
  return transform(number, name, "runs", body, {
    timeoutMs: 300,
    burns: true,
    ends,
    ...details,
  });
}

/** For what goes by numpy. */
export const NUMPY: Details = { only: ["python", "there is no numpy"] };

/** Why Pyodide's verdict is another where CPython refuses a system call. */
export const SEALED = "Pyodide ends a program at what CPython refuses with an error";

/**
 * The program of an attack on certain prey. `$MARKS` are the first cells of the hidden grid, `$REST`
 * those that follow, in disguise, so that a program cannot find itself.
 */
export function codeFor({ code }: { code: string }, prey: Prey): string {
  const [row] = prey.hidden;
  const names: Record<string, string> = {
    $FOLDER: prey.folder,
    $TCP: String(prey.tcpPort),
    $UDP: String(prey.udpPort),
    $TAG: prey.tag,
    $MARKS: row.slice(0, 8).join(),
    $REST: row.slice(8).map((cell) => cell ^ 85).join(),
  };
  return code.replaceAll(/\$(FOLDER|TCP|UDP|TAG|MARKS|REST)/g, (name) => names[name]);
}

/** Number of a system call on this machine. */
export function call(x86: number, arm: number): number {
  return Deno.build.arch === "x86_64" ? x86 : arm;
}

function indented(body: string): string {
  return body.replaceAll(/^/gm, "    ");
}
