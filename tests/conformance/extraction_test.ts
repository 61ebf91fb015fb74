/**
 * Conformance: from completions to programs.
 *
 * The reference prints a program anew from its syntax tree and drops what is neither function nor
 * import; ours is the block as written. So both are put through Python's parser and compared by
 * the functions and imports that are left.
 */
import { assert, assertEquals } from "@std/assert";
import { codeOf } from "../../data/program.ts";
import { chosenBlock, extractProgram } from "../../models/extract_program.ts";
import { findPython, python } from "../sandbox/find_python.ts";
import { casesOf, isErrorJson, testCases } from "../search/vectors.ts";

interface ExtractInput {
  readonly completion: string;
}

interface ExtractExpected {
  readonly chosen_block: string | null;
  readonly program: string;
  readonly top_level: string[] | null;
  readonly parses: boolean;
}

interface CollectInput {
  readonly completions: (string | (string | null)[])[];
  readonly task_ids: string[];
}

type CollectExpected = Record<string, { text: string; code: string }[]> | { error: string };

/** Statements by name, and their canonical text; null for a source that does not parse. */
type Reduced = { readonly names: string[]; readonly text: string } | null;

const REDUCE = `
import ast, base64, json
def reduced(code):
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return None
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    kept = [node for node in tree.body if isinstance(node, functions + (ast.Import, ast.ImportFrom))
            and getattr(node, "name", "") not in ("test_transform", "check_transform")]
    prefix = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def "}
    names = [prefix[type(node)] + node.name if isinstance(node, functions) else ast.unparse(node)
             for node in kept]
    return {"names": names, "text": "\\n".join(map(ast.unparse, kept))}
codes = json.loads(base64.b64decode(CODES))
print(json.dumps({code: reduced(code) for code in codes}))`;

const EXTRACT = "extract_program";
const COLLECT = "collect_completions";
const reduced = await reduceAll();

testCases<ExtractInput, ExtractExpected>(EXTRACT, ({ completion }, expected) => {
  assertEquals(chosenBlock(completion), expected.chosen_block);
  const program = programOf(completion);
  assertEquals(reduced.get(program)?.names ?? null, expected.top_level);
  assertEquals(reduced.get(program) !== null, expected.parses);
  assertSame(program, expected.program);
});

testCases<CollectInput, CollectExpected>(COLLECT, ({ completions, task_ids }, expected) => {
  const batches = batchesOf(completions);
  if (isErrorJson(expected)) {
    // What the reference fails on cannot come up here: a reply belongs to one request of one task.
    assert(batches.length === 0 || batches.length > task_ids.length);
    return;
  }
  const collected = Object.fromEntries(batches.map((texts, i) => [task_ids[i], texts]));
  assertEquals(Object.keys(collected), Object.keys(expected));
  for (const [taskId, texts] of Object.entries(collected)) {
    assertEquals(texts, expected[taskId].map(({ text }) => text));
    texts.forEach((text, i) => assertSame(programOf(text), expected[taskId][i].code));
  }
});

/** As the engine takes a program out of a reply; "" for none. */
function programOf(completion: string): string {
  const found = extractProgram(completion);
  const place = { span: found?.span ?? null, addNumpy: found?.addNumpy ?? false };
  return codeOf({ text: completion, ...place }) ?? "";
}

/** One list of texts a task; where the first item is a text, each item is the only one. */
function batchesOf(completions: CollectInput["completions"]): string[][] {
  const flat = typeof completions[0] === "string";
  return completions.map((item) =>
    flat ? [item as string] : Array.from(item as Iterable<string | null>, (text) => text ?? "")
  );
}

function assertSame(ours: string, theirs: string): void {
  const [a, b] = [reduced.get(ours), reduced.get(theirs)];
  if (a && b) assertEquals(a.text, b.text);
  else assertEquals(ours.trim(), theirs.trim());
}

async function reduceAll(): Promise<Map<string, Reduced>> {
  const extracted = casesOf<ExtractInput, ExtractExpected>(EXTRACT).flatMap((one) => [
    programOf(one.input.completion),
    one.expected.program,
  ]);
  const collected = casesOf<CollectInput, CollectExpected>(COLLECT).flatMap((one) => [
    ...batchesOf(one.input.completions).flat().map(programOf),
    ...(isErrorJson(one.expected)
      ? []
      : Object.values(one.expected).flat().map(({ code }) => code)),
  ]);
  const bytes = new TextEncoder().encode(JSON.stringify([...extracted, ...collected]));
  const { path } = await findPython();
  const answer = await python(path, REDUCE.replace("CODES", JSON.stringify(bytes.toBase64())));
  return new Map(Object.entries(JSON.parse(answer) as Record<string, Reduced>));
}
