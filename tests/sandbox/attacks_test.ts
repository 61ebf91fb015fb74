/**
 * All attacks against confirmation, on each engine they apply to. That they work where nothing holds
 * them is for attack_controls_test.ts to show.
 */
import { assert, assertEquals, assertLess, assertLessOrEqual, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import type { Outcome } from "../../data/candidate.ts";
import type { Engine } from "../../sandbox/engine.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { until } from "../until.ts";
import type { Attack, EngineName } from "./attack.ts";
import { ATTACK_KINDS, ATTACKS } from "./attack_list.ts";
import { type Finding, INNOCENT, isFor, storm } from "./attack_storm.ts";
import { TRACES } from "./attack_traces.ts";
import { closing, findPython } from "./find_python.ts";
import { makeWorld, type World } from "./prey.ts";
import { openProcessTable, type ProcessTable, type TableRow } from "./process_table.ts";
import { open as openWasm } from "./wasm_cache.ts";

const python = await findPython();
const ENGINES: readonly EngineName[] = ["python", "wasm"];
const OPEN: Record<EngineName, () => Promise<Engine>> = {
  python: () => openPythonEngine({ python: python.path, workers: 1 }),
  wasm: () => openWasm(1),
};
/** Ticks of processor time, of 10 ms, that idle processes may take in a second. */
const IDLE_TICKS = 5;
/** Looks at whether they are idle; a machine that is busy with other things may need more. */
const LOOKS = 8;
/** What the host may have grown by, of which much is what it has not collected yet. */
const HOST_GROWTH_BYTES = 400 << 20;
/** What a fork-server or a cell may hold when nothing runs. */
const IDLE_BYTES = 600 << 20;

Deno.test("each kind of attack is there, on both engines or with a reason", () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
  assertEquals(Object.keys(ATTACK_KINDS).map(Number), numbers);
  for (const number of numbers) {
    for (const name of ENGINES) {
      const there = [...ATTACKS, ...TRACES].some((one) =>
        one.number === number && isFor(name, one)
      );
      const reason = ATTACK_KINDS[number].absent?.[name];
      assert(there !== (reason !== undefined), `${number} ${ATTACK_KINDS[number].name}: ${name}`);
    }
  }
  const names = ATTACKS.map(({ number, name }) => `${number} ${name}`);
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("no attack gets through, and the next program is right", async (t) => {
  await using table = openProcessTable(python.path);
  const rss = Deno.memoryUsage().rss;
  const [ours, theirs] = await Promise.all(ENGINES.map((name) => besiege(name, table)));
  for (const [i, name] of ENGINES.entries()) {
    for (const { attack, faults, outcome } of [ours, theirs][i].found) {
      await t.step(`${name}: ${attack.number} ${attack.name}: ${outcome}`, () => {
        assertEquals(faults, []);
      });
    }
    await t.step(`${name}: processor and memory are at rest afterwards`, () => {
      const { ticks, largest } = [ours, theirs][i].rest;
      assertLessOrEqual(ticks, IDLE_TICKS);
      assertLess(largest, IDLE_BYTES);
    });
  }
  await t.step("the host has not grown", () => {
    assertLess(Deno.memoryUsage().rss - rss, HOST_GROWTH_BYTES);
  });
  await t.step("no inspector listens", async () => {
    const inspector = () => Deno.connect({ hostname: "127.0.0.1", port: 9229 });
    await assertRejects(inspector, Deno.errors.ConnectionRefused);
  });
  await t.step("both engines say the same kind of thing", async (t) => {
    const pairs = ours.found.flatMap((one) => {
      const other = theirs.found.find(({ attack }) => attack === one.attack);
      return other ? [[one, other]] : [];
    });
    assert(pairs.length > 100, `${pairs.length} attacks apply to both`);
    for (const [one, other] of pairs) await compare(t, one.attack, one.outcome, other.outcome);
  });
});

/** Attacks an engine: first with what burns, then a look at whether it still does, then the rest. */
async function besiege(
  name: EngineName,
  table: ProcessTable,
): Promise<{ found: Finding[]; rest: Rest }> {
  await using world = await makeWorld();
  const engine = await OPEN[name]();
  await using _closing = closing(engine);
  const attacks = ATTACKS.filter((attack) => isFor(name, attack) && isPossible(attack));
  const burning = await storm(engine, attacks.filter(({ burns }) => burns), world, table);
  const rest = await atRest(engine, world, table);
  const others = await storm(engine, attacks.filter(({ burns }) => !burns), world, table);
  return { found: [...burning, ...others], rest };
}

function isPossible({ code }: Attack): boolean {
  return python.numpy || !/\bnp\b|numpy/.test(code);
}

/** What the processes of an engine take when nothing runs. */
interface Rest {
  /** In the quietest second that was looked at; a program that goes on leaves none quiet. */
  readonly ticks: number;
  /** Resident bytes of the largest. */
  readonly largest: number;
}

async function atRest(engine: Engine, world: World, table: ProcessTable): Promise<Rest> {
  const word = engine.name === "python" ? "launcher.py" : "wasm_cell.ts";
  const look = async () =>
    (await table.look(world.prey.tag)).filter(({ command }) => command.includes(word));
  await engine.run({ code: INNOCENT, inputs: [[[1]]], timeoutMs: 20_000 });
  let ticks = Infinity;
  await delay(1_000);
  let before = await look();
  for (let i = 0; i < LOOKS && ticks > IDLE_TICKS; i++) {
    await delay(1_000);
    const after = await look();
    const spent = after.map(({ pid, ticks }) =>
      ticks - (before.find((row) => row.pid === pid)?.ticks ?? 0)
    );
    ticks = Math.min(ticks, spent.reduce((sum, one) => sum + one, 0));
    before = after;
  }
  return { ticks, largest: Math.max(...before.map(({ rss }) => rss)) };
}

/** Classes of verdicts: what is refused may be refused with one error or another. */
const CLASS_OF: Partial<Record<Outcome, string>> = {
  runtime_error: "error",
  missing_module: "error",
};

async function compare(t: Deno.TestContext, attack: Attack, one: Outcome, other: Outcome) {
  const { number, name, differs } = attack;
  await t.step({
    name: `${number} ${name}${differs ? ` (ignored: ${differs})` : ""}`,
    ignore: differs !== undefined,
    fn: () => assertEquals(CLASS_OF[one] ?? one, CLASS_OF[other] ?? other),
  });
}

Deno.test("a fork dies with its server", async () => {
  const engine = await OPEN.python();
  await using _closing = closing(engine);
  await using table = openProcessTable(python.path);
  const nobodysTag = crypto.randomUUID();
  const forks = async () => {
    const rows = await table.look(nobodysTag);
    const isFork = ({ command, parent }: TableRow) =>
      command.includes("launcher.py") && parent !== Deno.pid;
    return rows.filter(isFork).length;
  };
  const loop = { code: "while True: pass", inputs: [[[1]]], timeoutMs: 600_000 };
  const abort = new AbortController();
  const job = engine.run(loop, abort.signal).catch((error) => error);
  await until("a fork is there", async () => await forks() > 0);
  abort.abort("enough");
  assertEquals(await job, "enough");
  await until("no fork is left", async () => await forks() === 0);
});
