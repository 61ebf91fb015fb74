/**
 * A model of arithmetic: draws expressions by the weights of their parts, and fits those to shards.
 *
 * Refining replaces one part of the program that the prompt shows. It reads nothing of the sequence,
 * so what it learns is which parts right programs are made of.
 *
 * @module
 */
import {
  hash63,
  type ModelClient,
  readShards,
  seededRandom,
  type ShardRow,
  type TrainerBackend,
} from "../../mod.ts";
import { SEQUENCES, TO_IMPROVE } from "./domain.ts";

/** What an expression ends in. */
const LEAVES = ["n", "1", "2", "3", "term(n - 1)", "term(n - 2)"] as const;
/** What joins two expressions. */
const JOINTS = ["+", "-", "*", "//", "**"] as const;

type Part = typeof LEAVES[number] | typeof JOINTS[number];

/** How much more often than others a part is drawn. */
type Weights = Readonly<Record<Part, number>>;

const PARTS: readonly Part[] = [...LEAVES, ...JOINTS];
/** Before anything is learnt: a sequence depends on its index. */
const BASE = { ...Object.fromEntries(PARTS.map((part) => [part, 1])) as Weights, n: 4 };

/** Shares of joints by depth: short expressions are drawn more often. */
const JOINED = [0.85, 0.4, 0.2];
const DEEPEST = JOINED.length;

/** Weight of a row whose program is right on its own sequence, against one that was relabelled. */
const CORRECT = 8;

type Random = ReturnType<typeof seededRandom>;

/** The name that a run asks the model of a generation by. */
export function modelName(generation: number): string {
  return `g${String(generation).padStart(3, "0")}`;
}

/** A model whose weights stand in a folder a generation; without any it is the base. */
export function arithmeticModel(models: string): ModelClient {
  const loaded = new Map<string, Weights>([[modelName(0), BASE]]);
  return {
    complete({ model, messages, n, seed }) {
      const weights = loaded.get(model) ??
        JSON.parse(Deno.readTextFileSync(`${models}/${model}/weights.json`)) as Weights;
      loaded.set(model, weights);
      const prompt = messages.at(-1)!.content;
      const completions = Array.from({ length: n }, (_, i) => {
        const random = seededRandom(seed + i, hash63(prompt));
        const text = SEQUENCES.prompts.answer(programOf(prompt, weights, random));
        return { text, finishReason: "stop" };
      });
      const completionTokens = completions.reduce((sum, { text }) => sum + text.length, 0);
      const counts = { promptTokens: prompt.length, completionTokens };
      return Promise.resolve({ completions, ...counts, latencyMs: 0, retries: 0 });
    },
  };
}

/** Fits the weights of a generation: each part's share among the programs of the shards. */
export const arithmeticTrainer: TrainerBackend = {
  name: "arithmetic",
  async train(shards, model) {
    const rows = [...readShards(shards)];
    const base = lossOf(BASE, rows);
    const counts = new Map(PARTS.map((part) => [part, 1]));
    for (const row of rows) {
      for (const part of partsOf(row)) counts.set(part, counts.get(part)! + weightOf(row));
    }
    const weights = Object.fromEntries(counts) as Weights;
    const loss = [{ step: 0, loss: base }, { step: 1, loss: lossOf(weights, rows) }];
    await Deno.mkdir(model, { recursive: true });
    await Deno.writeTextFile(`${model}/weights.json`, JSON.stringify(weights));
    const report = { rows: rows.length, skipped: 0, loss };
    await Deno.writeTextFile(`${model}/training.json`, JSON.stringify(report));
    await Deno.writeTextFile(`${model}/READY`, "");
  },
};

function programOf(prompt: string, weights: Weights, random: Random): string {
  const parent = prompt.split(TO_IMPROVE)[1]?.match(/return (?:\d if n < 2 else )?(.*)\n/)?.[1];
  const body = parent === undefined ? drawn(weights, random, 0) : changed(parent, weights, random);
  const start = random() < 0.5 ? "n" : "1";
  return body.includes("term(")
    ? `def term(n):\n    if n < 2:\n        return ${start}\n    return ${body}`
    : `def term(n):\n    return ${body}`;
}

function drawn(weights: Weights, random: Random, depth: number): string {
  if (depth === DEEPEST || random() > JOINED[depth]) return pick(LEAVES, weights, random);
  const [left, right] = [drawn(weights, random, depth + 1), drawn(weights, random, depth + 1)];
  return `(${left} ${pick(JOINTS, weights, random)} ${right})`;
}

/** The expression with one of its leaves drawn anew. */
function changed(parent: string, weights: Weights, random: Random): string {
  const leaves = [...parent.matchAll(/term\(n - [12]\)|\bn\b|\b[123]\b/g)];
  if (leaves.length === 0) return drawn(weights, random, 0);
  const { 0: { length }, index } = leaves[Math.floor(random() * leaves.length)];
  const part = drawn(weights, random, DEEPEST - 1);
  return parent.slice(0, index) + part + parent.slice(index + length);
}

function pick<T extends Part>(parts: readonly T[], weights: Weights, random: Random): T {
  let left = random() * parts.reduce((sum, part) => sum + weights[part], 0);
  return parts.find((part) => (left -= weights[part]) < 0) ?? parts[0];
}

/** The parts of a row's program. */
function partsOf({ completion }: ShardRow): Part[] {
  const body = completion.at(-1)!.content.match(/return (.*)\n```/)?.[1] ?? "";
  const found = body.match(/term\(n - [12]\)|\*\*|\/\/|[+*-]|\bn\b|\b[123]\b/g) ?? [];
  return (found as string[]).filter((part): part is Part => PARTS.includes(part as Part));
}

/** Mean negative log-likelihood of a part, in nats. */
function lossOf(weights: Weights, rows: readonly ShardRow[]): number {
  let [sum, total] = [0, 0];
  for (const row of rows) {
    for (const part of partsOf(row)) {
      const rivals: readonly Part[] = LEAVES.includes(part as never) ? LEAVES : JOINTS;
      const all = rivals.reduce((sum, rival) => sum + weights[rival], 0);
      sum -= weightOf(row) * Math.log(weights[part] / all);
      total += weightOf(row);
    }
  }
  return total === 0 ? 0 : sum / total;
}

function weightOf({ meta }: ShardRow): number {
  return JSON.parse(meta).relabelled ? 1 : CORRECT;
}
