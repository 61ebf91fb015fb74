/**
 * How fast a journal is written, how large it is, and how fast a run is resumed from it.
 *
 *     deno task bench --suite journal [--programs N]
 *
 * Each part is a process of its own, so that the memory of one is not counted with another. The
 * records are made up (synthetic_run.ts); their making is not timed.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { rebuildArchive } from "../data/archive_rebuild.ts";
import { Journal } from "../data/journal.ts";
import { readJournal } from "../data/journal_reader.ts";
import type { RecordBody } from "../data/records.ts";
import { syntheticRun } from "./synthetic_run.ts";
import { printFigure, programsAsked } from "./target_table.ts";

/** Records appended before their writing is awaited, as that many actors would. */
const TOGETHER = 1024;

const [part, directory] = Deno.args[0] === "--part" ? Deno.args.slice(1) : [null, ""];
const programs = programsAsked(1_000_000);
if (part === "write") await write();
else if (part === "read") read();
else if (part === "resume") await resume();
else await whole();

async function whole(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "journal_bench_" });
  console.log(`${programs.toLocaleString("en")} programs`);
  try {
    // A second resume finds the digests that the first has kept, as that of a live run does.
    for (const name of ["write", "read", "resume", "resume"]) {
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
          ...[new URL(import.meta.url).pathname, "--part", name, `${folder}/journal`],
          ...["--programs", String(programs)],
        ],
      }).spawn().status;
      if (code !== 0) Deno.exit(code);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(): Promise<void> {
  Deno.mkdirSync(directory, { recursive: true });
  const journal = Journal.open(directory, 0);
  let ms = 0;
  let records = 0;
  let bytes = 0;
  let batch: RecordBody[] = [];
  const append = async () => {
    const start = performance.now();
    const entries = batch.map((body) => journal.append(body));
    await Promise.all(entries.map(({ written }) => written));
    ms += performance.now() - start;
    records += batch.length;
    for (const { location } of entries) bytes += location.length + 1;
    batch = [];
  };
  for (const body of syntheticRun(programs)) {
    batch.push(body);
    if (batch.length === TOGETHER) await append();
  }
  await append();
  const start = performance.now();
  await journal.close();
  const closing = performance.now() - start;
  const held = [...Deno.readDirSync(directory)]
    .reduce((sum, { name }) => sum + Deno.statSync(`${directory}/${name}`).size, 0);
  printFigure("journal writer", records / ms * 1000, "records/s", { least: 20_000 });
  printFigure("  the same", bytes / ms / 1000, "MB/s");
  printFigure("  closing, compression that is left included", closing, "ms");
  printFigure("journal, as written", bytes / programs, "B/program");
  printFigure("journal, on disk", held / programs, "B/program");
}

function read(): void {
  const start = performance.now();
  let records = 0;
  for (const _ of readJournal(directory)) records++;
  const ms = performance.now() - start;
  printFigure("reading every record, one thread", records / ms * 1000, "records/s");
}

async function resume(): Promise<void> {
  const start = performance.now();
  const digests = fileURLToPath(new URL("../digests", pathToFileURL(directory)));
  const { archive, segmentsRead } = await rebuildArchive(directory, { digests });
  const seconds = (performance.now() - start) / 1000;
  if (archive.size < programs) throw new Error(`${archive.size} programs came back`);
  const isLong = programs > 1_000_000;
  const from = segmentsRead > 1 ? "from the journal alone" : "from kept digests";
  printFigure(`resume: the archive rebuilt ${from}`, seconds, "s", { most: isLong ? 60 : 20 });
  const rss = Deno.memoryUsage().rss / 2 ** 20;
  printFigure("  memory (RSS) then", rss, "MiB", { most: isLong ? 2048 : 1536 });
}
