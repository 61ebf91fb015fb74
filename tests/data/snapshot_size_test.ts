import { assert, assertEquals } from "@std/assert";
import { writeSnapshot } from "../../data/store_snapshot.ts";
import { journalOf } from "./journal_of.ts";
import { call, evaluation, reply, runOpened, task } from "./store_run.ts";

const CALLS = 8000;
const LINES = 60;

/** A program like others of its model: most lines are theirs too, a few are its own. */
function programOf(n: number): string {
  const lines = Array.from({ length: LINES }, (_, line) => {
    const own = line % 10 === 0 ? n * 7919 % 1000 : 0;
    return `    cells_${line} = [row[${own + line}] for row in grid]`;
  });
  return ["def transform(grid):", ...lines, "    return grid"].join("\n");
}

Deno.test("a snapshot keeps the programs' text packed, to less than a fifth of it", async () => {
  const programs = Array.from({ length: CALLS }, (_, n) => programOf(n));
  const directory = await journalOf([
    runOpened("run-1"),
    task("a", ["6"]),
    ...programs.flatMap((program, n) => [
      call(`c${n}`, n % 4, "a"),
      reply(`c${n}`, [program]),
      evaluation(`c${n}`, String(n + 1), {}),
    ]),
  ]);
  const written = await writeSnapshot(directory, `${Deno.makeTempDirSync()}/run.duckdb`);
  assertEquals(written.programs, CALLS);
  const text = programs.reduce((sum, program) => sum + program.length, 0);
  assert(written.bytes < text / 5, `${written.bytes} bytes for ${text} bytes of text`);
});
