import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readBallotLines } from "../../data/ballot_lines.ts";
import { Journal } from "../../data/journal.ts";
import type { Damage } from "../../data/journal_reader.ts";
import type { RecordBody } from "../../data/records.ts";
import { Ballots } from "../../search/ballots.ts";
import { callOf, evaluationOf, replyOf } from "../actors/recorded.ts";

/** A journal of these records. */
async function journalOf(records: readonly RecordBody[]): Promise<string> {
  const directory = Deno.makeTempDirSync();
  const journal = Journal.open(directory, 0, { now: () => 1.5 });
  for (const record of records) await journal.append(record).written;
  await journal.close();
  return directory;
}

function ballotsOf(records: Iterable<Parameters<Ballots["take"]>[0]>, withSources: boolean) {
  const ballots = new Ballots(withSources);
  for (const record of records) ballots.take(record);
  return ballots.ofTask("a");
}

const evaluated = fc.record({
  outcome: fc.constantFrom("ok" as const, "runtime_error" as const, "timeout" as const),
  error: fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constant('"outputs":["7"],\\"'))),
  outputs: fc.array(fc.option(fc.constantFrom("1", "12/34", "0/0")), { maxLength: 4 }),
  correctTrain: fc.array(fc.boolean(), { maxLength: 3 }),
  correctTest: fc.option(fc.array(fc.boolean(), { maxLength: 2 })),
  transduction: fc.boolean(),
});

Deno.test("readBallotLines() gives the ballots that the records give", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(evaluated, { minLength: 1, maxLength: 12 }), async (results) => {
      const call = callOf({ taskId: "a", n: results.length });
      const records = [
        call,
        replyOf(call.callId, results.map((_, i) => `# ${i}`)),
        ...results.map((result, i) => evaluationOf(call, i, result)),
      ];
      const directory = await journalOf(records);
      for (const withSources of [true, false]) {
        const read = readBallotLines(directory, withSources, () => {});
        assertEquals(ballotsOf(read, withSources), ballotsOf(records, withSources));
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("readBallotLines() reads no replies unless sources are asked for, but checks them", async () => {
  const call = callOf({ taskId: "a" });
  const directory = await journalOf([call, replyOf(call.callId, ["x"]), evaluationOf(call, 0)]);
  const kinds = (withSources: boolean, damages: Damage[] = []) =>
    [...readBallotLines(directory, withSources, (damage) => damages.push(damage))]
      .map(({ kind }) => kind);
  assertEquals(kinds(true), ["call", "reply", "evaluation"]);
  assertEquals(kinds(false), ["call", "evaluation"]);
  const [name] = [...Deno.readDirSync(directory)].map(({ name }) => name);
  const text = Deno.readTextFileSync(`${directory}/${name}`);
  Deno.writeTextFileSync(
    `${directory}/${name}`,
    text.replace('"finishReason":"stop"', '"finishReason":"stoq"'),
  );
  const damages: Damage[] = [];
  assertEquals(kinds(false, damages), ["call", "evaluation"]);
  assert(
    damages.length === 1 && damages[0].reason.startsWith("checksum"),
    "a damaged reply is told",
  );
});
