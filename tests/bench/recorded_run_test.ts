import { assertEquals, assertThrows } from "@std/assert";
import { RECORDED_MODEL, RecordedModel } from "../../bench/recorded_model.ts";
import { readRecordedRun } from "../../bench/recorded_run.ts";
import { Journal } from "../../data/journal.ts";
import { hash63 } from "../../data/program.ts";
import type { CallAdmitted, RecordBody } from "../../data/records.ts";
import { FIRST_EXAMPLE } from "../../models/few_shot_example.ts";
import { openaiClient } from "../../models/openai.ts";
import { type Message, refinePrompt, samplePrompt } from "../../models/prompts.ts";
import { type Asked, callOf, evaluationOf, replyOf, taskOf } from "../actors/recorded.ts";

const TASK = taskOf("a");
const SAMPLE = samplePrompt(TASK, FIRST_EXAMPLE);
const CODES = ["def transform(g): return g\n", "def transform(g): return g[::-1]\n", null];

function sent(messages: readonly Message[], asked: Partial<Asked>, seed: number): CallAdmitted {
  const promptHash = hash63(JSON.stringify(messages));
  return { ...callOf({ taskId: "a", ...asked }), promptHash, seed };
}

const FIRST = sent(SAMPLE, { n: 3 }, 100);
const EVALUATED = CODES.map((_, i) =>
  evaluationOf(FIRST, i, { outputs: ["9", null], confirmed: i === 1, error: "e" })
);
const ATTEMPT = { code: CODES[0]!, outputs: [[[9]], null], error: "e", correctTrain: [false] };
const REFINE = refinePrompt(TASK, ATTEMPT, FIRST_EXAMPLE);
const SECOND = sent(REFINE, { operator: "refine", parents: [EVALUATED[0].id] }, 200);

/** A journal of these records, one second apart. */
async function journalOf(...records: RecordBody[]): Promise<string> {
  const directory = Deno.makeTempDirSync();
  let time = 0;
  const journal = Journal.open(directory, 0, { now: () => time += 1000 });
  for (const record of records) await journal.append(record).written;
  await journal.close();
  return directory;
}

const RUN = await journalOf(
  FIRST,
  replyOf(FIRST.callId, CODES),
  ...EVALUATED,
  SECOND,
  replyOf(SECOND.callId, [CODES[0]]),
  evaluationOf(SECOND, 0, { duplicateOf: EVALUATED[0].id }),
);

Deno.test("readRecordedRun() builds the prompts again and knows what was run, and how often", () => {
  const { requests, programs, seconds } = readRecordedRun(RUN, [TASK]);
  const asked = requests.map(({ call, messages }) => [call.callId, call.seed, messages]);
  assertEquals(asked, [[FIRST.callId, 100, SAMPLE], [SECOND.callId, 200, REFINE]]);
  // Without the completion that holds no program, and without the copy.
  assertEquals(programs.map(({ taskId, code, shown }) => [taskId, code, shown]), [
    ["a", CODES[0], true],
    ["a", CODES[1], false],
  ]);
  assertEquals(seconds, 7);
});

Deno.test("readRecordedRun() refuses a prompt that is not as it was sent", async () => {
  const other = { ...FIRST, promptHash: "1" };
  const journal = await journalOf(other, replyOf(other.callId, CODES));
  assertThrows(() => readRecordedRun(journal, [TASK]), RangeError, `request ${FIRST.callId}`);
});

Deno.test("RecordedModel gives each request's reply by its seed, and nothing it does not have", async () => {
  await using model = new RecordedModel(readRecordedRun(RUN, [TASK]).requests);
  const client = openaiClient({
    baseUrl: model.baseUrl,
    apiKey: null,
    timeoutMs: 60_000,
    now: () => 0,
    random: () => 0,
  });
  const texts = async (seed: number, n: number) => {
    const { completions } = await client.complete({
      model: RECORDED_MODEL,
      messages: SAMPLE,
      n,
      temperature: 1,
      topP: 1,
      minP: null,
      maxTokens: 4096,
      seed,
    });
    return completions.map(({ text }) => text);
  };
  const expected = replyOf("", CODES).completions.map(({ text }) => text);
  assertEquals(await texts(100, 3), expected);
  assertEquals(await texts(200, 1), expected.slice(0, 1));
  assertEquals(await texts(300, 2), ["This was not recorded.", "This was not recorded."]);
});
