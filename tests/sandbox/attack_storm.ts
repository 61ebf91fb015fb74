/**
 * Runs attacks against an engine, one after another, each confirmed, and says what went wrong: not by
 * what the attack says, but by what the host sees, and by the next innocent program.
 *
 * @module
 */
import type { Frame, Outcome } from "../../data/candidate.ts";
import { type Grid, gridsEqual } from "../../data/grid.ts";
import type { Engine } from "../../sandbox/engine.ts";
import { judge } from "../../sandbox/judge.ts";
import { type Attack, codeFor, type EngineName } from "./attack.ts";
import { saysSo, type World } from "./prey.ts";
import type { ProcessTable, TableRow } from "./process_table.ts";

/** What became of an attack. */
export interface Finding {
  readonly attack: Attack;
  /** Of its first input. */
  readonly outcome: Outcome;
  /** What should not be; empty when it was contained. */
  readonly faults: readonly string[];
}

const INPUT: Grid = [[1, 2]];
/** Uses what a program before it may have spoilt. */
export const INNOCENT = `import json
def transform(g):
    rows = sorted((list(map(int, r)) for r in g), key=sum)
    assert type(g) is list and len(rows) == len(g) and isinstance(sum(g[0]), int)
    return json.loads(json.dumps([[*reversed(row)] for row in g]))`;
const INNOCENT_INPUTS: readonly Grid[] = [[[1, 2]], [[3, 4], [5, 6]]];
const INNOCENT_OUTPUTS: readonly Grid[] = [[[2, 1]], [[4, 3], [6, 5]]];
/** How long past its deadline a verdict may come: the reference's 250 ms, on a busy machine. */
const LATE_MS = 1_000;

/** Whether an attack is for an engine. */
export function isFor(name: EngineName, { only }: Pick<Attack, "only">): boolean {
  return only === undefined || only[0] === name;
}

/** Attacks it with all; the engine has one worker, so that the next program meets what is left. */
export async function storm(
  engine: Engine,
  attacks: readonly Attack[],
  world: World,
  table: ProcessTable,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const before = await world.look();
  for (const attack of attacks) {
    const inputs = attack.finds ? [INPUT, world.prey.hidden] : attack.inputs ?? [INPUT];
    const timeoutMs = attack.timeoutMs ?? 5_000;
    const job = { code: codeFor(attack, world.prey), inputs, timeoutMs };
    const { frames, ms } = await engine.confirm(job, () => 0);
    const processes = await table.look(world.prey.tag);
    const faults = faultsOf(attack, frames, world);
    if (ms > inputs.length * (timeoutMs + LATE_MS)) faults.push(`it took ${Math.round(ms)} ms`);
    faults.push(...strangers(engine.name, processes).map((row) => `left: ${row.command}`));
    if (await world.look() !== before) faults.push("the host is not as it was");
    const next = await engine.confirm(
      { code: INNOCENT, inputs: INNOCENT_INPUTS, timeoutMs: 20_000 },
      () => 0,
    );
    const right = next.frames.every(({ output }, i) =>
      output !== null && gridsEqual(output, INNOCENT_OUTPUTS[i])
    );
    if (!right) faults.push(`the next program: ${JSON.stringify(next.frames)}`);
    found.push({ attack, outcome: frames[0].outcome, faults });
  }
  return found;
}

function faultsOf(attack: Attack, frames: readonly Frame[], world: World): string[] {
  const faults: string[] = [];
  const others = attack.finds ? frames.slice(0, 1) : frames;
  if (others.some((frame) => saysSo(world, frame))) faults.push("it got through");
  if (attack.finds && !saysSo(world, frames[1])) {
    faults.push(`it does not find its own input: ${JSON.stringify(frames[1])}`);
  }
  for (const { outcome, error } of others) {
    if (attack.ends !== undefined && !attack.ends.includes(outcome)) {
      faults.push(`it ended in ${outcome}: ${error}`);
    }
  }
  const train = frames.map(() => ({ input: INPUT, output: world.prey.hidden }));
  const task = { id: "attack", dataset: "own", split: "training", train, testInputs: [] } as const;
  const verdict = judge(task, undefined, frames);
  if (verdict.correctTrain.includes(true) && !attack.finds) faults.push("it was judged right");
  return faults;
}

/**
 * Processes that should not be there when no job of the engine runs: forks and what they started.
 * What stays are fork-servers and cells.
 */
function strangers(engine: string, rows: readonly TableRow[]): TableRow[] {
  // One that is just being started has no command line yet.
  const isServer = ({ parent, command }: TableRow) =>
    parent === Deno.pid && /launcher\.py|wasm_cell\.ts|^$/.test(command);
  // What holds the sockets of a world has its tag in its command line.
  const isOurs = ({ parent, command }: TableRow) => parent === Deno.pid && / -I -c /.test(command);
  return rows.filter((row) => {
    if (isServer(row) || isOurs(row)) return false;
    const parent = rows.find(({ pid }) => pid === row.parent);
    // The other engine, which is at work at the same time, has forks of its own.
    return engine === "python" || !/launcher\.py/.test(parent?.command ?? row.command);
  });
}
