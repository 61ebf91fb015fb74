/**
 * Controls of attacks: the same programs with the layers removed, in namespaces of their own with
 * caps, so that they cannot hurt the machine (attack_control.py).
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Grid } from "../../data/grid.ts";
import { type Attack, codeFor, type Prey, type Sight } from "./attack.ts";

/** What is run, and what is to be seen of it. */
export interface ControlRun {
  readonly seen: Sight;
  readonly by: "python" | "pyodide";
  readonly programs: readonly string[];
  readonly inputs: readonly Grid[];
  readonly answers: readonly Grid[];
  /** Seconds after which the harness interrupts itself, or 0. */
  readonly alarm: number;
}

/** What was seen. */
export interface Sighting {
  /** The last lines of its output. */
  readonly lines: readonly string[];
  readonly timedOut: boolean;
  readonly heard: readonly string[];
  /** Processes that were there after it had ended. */
  readonly left: number;
  readonly many: boolean;
  readonly grew: boolean;
  readonly flooded: boolean;
  readonly wrote: boolean;
  readonly ms: number;
}

/** Where controls run: prey that is nobody's, and how to run some, in order. */
export interface ControlRoom {
  readonly prey: Prey;
  run(runs: readonly ControlRun[]): Promise<Sighting[]>;
  /** Whether what was to be seen was. */
  succeeded(run: ControlRun, sighting: Sighting): boolean;
}

const UNSHARE = ["-Urpfmnui", "--mount-proc", "--kill-child"];
const DRIVER = fileURLToPath(new URL("./attack_control.py", import.meta.url));
const RUNNER = fileURLToPath(new URL("./naive_runner.py", import.meta.url));
const PYODIDE = fileURLToPath(new URL("./plain_pyodide.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
/** Stands in programs for the folder of the lane that runs them. */
const FOLDER = "/folder-of-the-lane";
/** How many run at the same time, each in namespaces of its own. */
const LANES = 2;

/**
 * Makes one.
 * @returns or why it cannot be had here
 */
export async function makeControlRoom(python: string): Promise<ControlRoom | string> {
  if (Deno.build.os !== "linux") return "only Linux has namespaces";
  const [secret, canary] = ["271828182845", "141421356237"];
  const hidden = Array.from({ length: 30 }, (_, r) => hiddenRow(r));
  // The ports are those of the namespace, where there are no others.
  const prey: Prey = { folder: FOLDER, tcpPort: 4000, udpPort: 4001, tag: "soar-control", hidden };
  const commands = {
    python: [python, RUNNER],
    pyodide: [
      ...[
        Deno.execPath(),
        "run",
        "--quiet",
        "--frozen",
        "--no-code-cache",
        "--no-prompt",
        "--cached-only",
      ],
      ...["--unstable-worker-options", "--v8-flags=--max-old-space-size=256", "-A"],
      ...["--config", CONFIG, PYODIDE],
    ],
  };
  const drive = (runs: readonly ControlRun[]) => {
    const controls = runs.map(({ seen, by, ...rest }) => ({
      ...{ seen, plan: { ...rest, numpy: needsNumpy(seen, rest.programs) } },
      command: commands[by],
      reserves: by === "pyodide", // V8 does
    }));
    const { tcpPort: tcp, udpPort: udp, tag } = prey;
    return inNamespaces(python, JSON.stringify({ secret, canary, tcp, udp, tag, controls }));
  };
  const nothing = await drive([]);
  if (typeof nothing === "string") return nothing;
  return {
    prey,
    async run(runs) {
      const lanes = Array.from(
        { length: LANES },
        (_, lane) => drive(runs.filter((_, i) => i % LANES === lane)),
      );
      const seen = await Promise.all(lanes);
      return runs.map((_, i) => seen[i % LANES][Math.floor(i / LANES)] as Sighting);
    },
    succeeded: ({ seen }, sighting) => SIGHTS[seen](sighting, [secret, canary]),
  };
}

/** A comparison may be numpy's. */
function needsNumpy(seen: Sight, programs: readonly string[]): boolean {
  return seen === "passes" || programs.some((code) => /\bnp\b|numpy/.test(code));
}

const SIGHTS: Record<Sight, (s: Sighting, secrets: readonly string[]) => boolean> = {
  says: ({ lines }, secrets) =>
    lines.some((line) =>
      line === "[[1]]" || secrets.some((secret) => line.replaceAll(/\D/g, "").includes(secret))
    ),
  heard: ({ heard }) => heard.length > 0,
  writes: ({ wrote }) => wrote,
  leaves: ({ left, many }) => left > 0 || many,
  runs: ({ timedOut }) => timedOut,
  grows: ({ grew }) => grew,
  floods: ({ flooded }) => flooded,
  dies: ({ lines, timedOut }) =>
    !timedOut && lines.includes("started") && !lines.some((line) => /^(passed|failed)$/.test(line)),
  // The signal that opens it ends a process that does not listen for it yet: it came through.
  opens: ({ lines }) =>
    lines.includes("the inspector listens") || lines.includes("User defined signal 1"),
  passes: ({ lines }) => lines.includes("passed"),
};

/** The run that controls an attack, unless it has none. */
export function controlOf(attack: Attack, prey: Prey): ControlRun | null {
  if ("none" in attack.control) return null;
  const { seen, by } = attack.control;
  return {
    ...{ seen, by },
    programs: [codeFor(attack, prey)],
    inputs: attack.inputs ?? [[[1, 2]]],
    answers: [attack.number === 47 ? [[1, 1]] : prey.hidden],
    alarm: attack.number === 57 ? 0.2 : 0,
  };
}

/** What the driver says of a plan, or why it has no namespaces to run it in. */
async function inNamespaces(python: string, plan: string): Promise<Sighting[] | string> {
  const folder = await Deno.makeTempDir({ prefix: "soar-control-" });
  try {
    const child = new Deno.Command("unshare", {
      args: [...UNSHARE, python, DRIVER, folder],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    const line = new TextEncoder().encode(`${plan.replaceAll(FOLDER, folder)}\n`);
    const [{ stdout, stderr, success }] = await Promise.all([
      child.output(),
      writer.write(line).then(() => writer.close()).catch(() => {}), // its status says why
    ]);
    const error = new TextDecoder().decode(stderr).trim();
    if (error.startsWith("unshare: ")) return error;
    if (!success) throw new Error(error);
    const lines = new TextDecoder().decode(stdout).split("\n").filter((text) => text !== "");
    const said = lines.map((text) => JSON.parse(text));
    return said.length === 1 && "refused" in said[0] ? said[0].refused : said;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no unshare";
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function hiddenRow(r: number): number[] {
  return Array.from({ length: 30 }, (_, c) => (5 + r * 7 + c * c * 3 + (c >> 2)) % 10);
}
