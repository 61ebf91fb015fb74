/**
 * What choosing parents costs as a task's archive grows to its full size (`--part parents` of the
 * scale suite): half of the programs are samples, each of the others is a child of a choice, and
 * everything a choice needs is timed but the archive's own intake.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { ArmPools } from "../actors/arm_pools.ts";
import { parentChoices } from "../actors/parent_choice.ts";
import { Archive } from "../data/archive.ts";
import { callIdOf, candidateOf } from "../data/identity.ts";
import type { CallAdmitted, Completion, RecordBody } from "../data/records.ts";
import { randomInt, seededRandom } from "../search/random.ts";
import { printFigure } from "./target_table.ts";

const COMPLETION: Completion = {
  text: "x",
  span: [0, 1],
  addNumpy: false,
  finishReason: "stop",
};

/** Samples of a request. */
const PER_CALL = 50;

/** Right train pairs of three, by chance: most programs are wrong, few are right on all. */
const SHARES = [0.6, 0.85, 0.97];

/** Draws of all tasks take turns, as in a run. */
export function measureParents(tasks: number, programs: number): void {
  const archive = new Archive();
  const random = seededRandom("parents bench");
  let seq = 0;
  const take = (record: RecordBody) => {
    const location = { segment: 1, offset: seq * 100, length: 100 };
    archive.apply({ record: { ...record, seq: ++seq, at: seq }, location });
  };
  const samples = Math.floor(programs / 2);
  const add = (
    task: number,
    operator: "sample" | "refine",
    draw: number,
    n: number,
    parents: string[],
  ) => {
    const call: CallAdmitted = {
      kind: "call",
      callId: callIdOf(0, `t${task}`, operator, draw),
      generation: 0,
      taskId: `t${task}`,
      operator,
      draw,
      n,
      model: "bench",
      temperature: 1,
      seed: draw,
      promptHash: "1",
      parents,
      choice: null,
    };
    take(call);
    take({
      kind: "reply",
      callId: call.callId,
      completions: Array(n).fill(COMPLETION),
      promptTokens: 1,
      completionTokens: 1,
      latencyMs: 1,
      retries: 0,
    });
    for (let index = 0; index < n; index++) {
      const chance = random();
      const right = SHARES.filter((share) => chance > share).length;
      take({
        kind: "evaluation",
        id: candidateOf(call, index, null).id,
        callId: call.callId,
        index,
        outcome: "ok",
        error: null,
        outputs: [0, 1, 2, 3].map(() => `${randomInt(1e9, random)}`),
        correctTrain: [0, 1, 2].map((i) => i < right),
        correctTest: null,
        transduction: false,
        duplicateOf: null,
        ms: 1,
        layers: "bench",
        confirmed: false,
        host: "bench",
      });
    }
  };
  for (let from = 0; from < samples; from += PER_CALL) {
    const n = Math.min(PER_CALL, samples - from);
    for (let task = 0; task < tasks; task++) add(task, "sample", from / PER_CALL, n, []);
  }
  const pools = new ArmPools({ archive, sampleUnitsOf: () => samples });
  const all = new Spent();
  const first = new Spent();
  for (let draw = 0; draw < programs - samples; draw++) {
    const spent = draw === 0 ? first : all;
    const parents: string[][] = [];
    spent.begin();
    for (let task = 0; task < tasks; task++) {
      const pool = pools.of(`t${task}`, { generation: 0, visible: null, draw });
      const chance = seededRandom("1", 0, `t${task}`, "refine", draw);
      const { value } = parentChoices(pool, { parents: "rex" }, chance).next(new Set());
      parents.push(value!.map(({ id }) => id));
    }
    spent.end();
    for (const [task, chosen] of parents.entries()) add(task, "refine", draw, 1, chosen);
  }
  const draws = tasks * (programs - samples);
  console.log(`${tasks} tasks, from ${samples} to ${programs} arms each, ${draws} draws`);
  printFigure("a task's first draw, processor time", first.cpuMs / tasks, "ms");
  printFigure("a later draw, processor time", all.cpuMs / (draws - tasks) * 1000, "µs");
  const [cpuMs, wallMs] = [first.cpuMs + all.cpuMs, first.wallMs + all.wallMs];
  printFigure("a draw, amortised, processor time", cpuMs / draws * 1000, "µs", { most: 50 });
  printFigure("  wall time", wallMs / draws * 1000, "µs");
  printFigure("memory (RSS) with the archive", Deno.memoryUsage().rss / 2 ** 20, "MiB");
}

/** Time of this process, the collector's threads included, and on the clock. */
class Spent {
  cpuMs = 0;
  wallMs = 0;
  #cpu = cpuUsage();
  #start = 0;

  begin(): void {
    this.#cpu = cpuUsage();
    this.#start = performance.now();
  }

  end(): void {
    const { user, system } = cpuUsage(this.#cpu);
    this.cpuMs += (user + system) / 1000;
    this.wallMs += performance.now() - this.#start;
  }
}
