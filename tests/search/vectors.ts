/**
 * Reads the conformance vectors: from the folder named by SOAR_CONFORMANCE where that may be read,
 * else those of this repository.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../search/random.ts";
import type { Random } from "../../search/random.ts";

/** A recorded case. */
export interface Case<Input, Expected> {
  readonly name: string;
  readonly input: Input;
  readonly expected: Expected;
}

/** What held over many reference runs of a function with chance. */
export interface Properties {
  readonly size: [min: number, max: number];
  readonly always: string[] | string;
  readonly never: string[];
  readonly max_copies_of_one_program?: number;
  readonly inclusion_frequency?: Record<string, number>;
  readonly count_by_class_min_max?: Record<string, [min: number, max: number]>;
  readonly inclusion_frequency_mean_by_bin?: Record<string, number>;
}

/** A program as most files give it. */
export interface ProgramJson {
  readonly id: string;
  readonly code?: string;
  readonly correct_train_input: boolean[];
  readonly correct_test_input: boolean[];
  readonly predicted_train_output?: unknown[];
  readonly predicted_test_output?: unknown[];
}

/** The train split judges tests too; on the other the answers may not be used. */
export type SplitJson = "train" | "val" | undefined;

/** Enough that chance alone moves a frequency by about 0.01, well under the tolerance. */
const SEEDS = 2000;

/** The cases of `file`. */
export function casesOf<Input, Expected>(file: string): Case<Input, Expected>[] {
  const text = Deno.readTextFileSync(new URL(`${file}.json`, folder()));
  const { cases } = JSON.parse(text) as { cases: Case<Input, Expected>[] };
  assert(cases.length > 0, `${file}: no cases`);
  return cases;
}

/** Registers one test a case of `file`. */
export function testCases<Input, Expected>(
  file: string,
  check: (input: Input, expected: Expected) => void | Promise<void>,
): void {
  for (const { name, input, expected } of casesOf<Input, Expected>(file)) {
    Deno.test(`${file}: ${name}`, () => check(input, expected));
  }
}

/** Whether the reference raised an error, or rejected the input. */
export function isErrorJson(expected: unknown): expected is { error: string } {
  return typeof expected === "object" && expected !== null && "error" in expected;
}

/** A program as the functions of search/ take it; outputs stay JSON texts. */
export function toJudged(program: ProgramJson, split: SplitJson) {
  const train = program.predicted_train_output ?? program.correct_train_input.map(() => null);
  return {
    id: program.id,
    code: program.code ?? "",
    codeLength: [...(program.code ?? "")].length,
    correctTrain: program.correct_train_input,
    correctTest: split === "val" ? null : program.correct_test_input,
    outputs: [...train, ...program.predicted_test_output ?? []].map((grid) => JSON.stringify(grid)),
  };
}

/** Runs a draw with many seeds and compares what it gives with what the reference gave. */
export function checkProperties(
  draw: (random: Random) => string[],
  properties: Properties,
  classOf?: (id: string) => string,
): void {
  const { size, always, never, max_copies_of_one_program: copies } = properties;
  const included = new Map<string, number>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const ids = draw(seededRandom("conformance", seed));
    const counts = tally(ids);
    assert(ids.length >= size[0] && ids.length <= size[1], `size ${ids.length} not in ${size}`);
    for (const id of always) assert(counts.has(id), `${id} missing with seed ${seed}`);
    for (const id of never) assert(!counts.has(id), `${id} chosen with seed ${seed}`);
    for (const count of counts.values()) assert(count <= (copies ?? Infinity), `${count} copies`);
    for (const id of counts.keys()) included.set(id, (included.get(id) ?? 0) + 1);
    if (classOf) checkClasses(tally(ids.map(classOf)), properties.count_by_class_min_max ?? {});
  }
  const frequency = (id: string) => (included.get(id) ?? 0) / SEEDS;
  for (const [id, expected] of Object.entries(properties.inclusion_frequency ?? {})) {
    assertNear(frequency(id), expected, 0.1, `inclusion of ${id}`);
  }
}

/** Fails unless two numbers are at most `tolerance` apart. */
export function assertNear(actual: number, expected: number, tolerance: number, what: string) {
  assert(
    Math.abs(actual - expected) <= tolerance,
    `${what}: got ${actual}, expected ${expected} ± ${tolerance}`,
  );
}

/** How often each text occurs. */
export function tally(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Ranges are those observed: exact where the rule fixes them, else one more or less may occur. */
function checkClasses(counts: Map<string, number>, ranges: Record<string, [number, number]>): void {
  for (const [name, [min, max]] of Object.entries(ranges)) {
    const count = counts.get(name) ?? 0;
    if (min === max) assertEquals(count, min, `class ${name}`);
    else {assert(
        count >= min - 2 && count <= max + 2,
        `class ${name}: ${count} not in ${min}..${max}`,
      );}
  }
}

function folder(): URL {
  const variable = "SOAR_CONFORMANCE";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  const named = state === "granted" ? Deno.env.get(variable) : undefined;
  if (!named) return new URL("../conformance/", import.meta.url);
  return pathToFileURL(`${Deno.realPathSync(named)}/`);
}
