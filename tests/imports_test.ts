/**
 * Who may import whom: the table of the folders, held against every import of the tree.
 */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** Folder → folders it may import. `nouns` are the files of data/ that name things only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  streams: ["streams"],
  data: ["data"],
  search: ["search", "nouns"],
  sandbox: ["sandbox", "streams", "nouns"],
  models: ["models", "streams", "nouns"],
  hosts: ["hosts", "sandbox", "streams", "nouns"],
  actors: ["actors", "streams", "data", "search", "sandbox", "models"],
  "mod.ts": ["streams", "data", "search", "sandbox", "models", "actors"],
  cli: ["cli", "mod.ts", "hosts", "deno.json", "trainer"],
  dashboard: ["dashboard", "nouns", "browser"],
  examples: ["examples", "cli", "mod.ts"],
};

const NOUNS = ["grid.ts", "task.ts", "program.ts", "candidate.ts", "records.ts"];

/** Further files that import nothing a browser lacks. */
const BROWSER = [
  "data/queries.ts",
  "data/store_values.ts",
  "data/store_read.ts",
  "data/reading.ts",
  "data/told_answer.ts",
  "models/prompts.ts",
  "models/few_shot_example.ts",
];

/** Each package enters through these files alone. */
const ENTRANCES: Record<string, readonly string[]> = {
  openai: ["models/openai.ts"],
  comlink: ["data/store_wasm.ts", "data/store_worker.ts"],
  "apache-arrow": ["data/", "dashboard/frozen_engine.ts"],
  "@duckdb/duckdb-wasm": ["data/store_worker.ts", "data/", "dashboard/frozen_engine.ts"],
  hono: ["cli/run_server.ts", "cli/dash_server.ts"],
  uplot: ["dashboard/chart.ts"],
  htm: ["dashboard/html.ts"],
  commander: ["cli/main.ts"],
  "@nats-io/transport-node": ["hosts/"],
  "@nats-io/jetstream": ["hosts/"],
  zod: ["cli/", "hosts/wire.ts", "actors/trainer.ts", "models/embedded/weights.ts"],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

Deno.test("imports point down the table, never up or sideways", () => {
  const wrong = allImports()
    .filter(({ from }) => folderOf(from) in MAY_IMPORT)
    .filter(({ from, to }) => to.startsWith(".") && !isAllowed(from, resolve(from, to)))
    .map(({ from, to }) => `${from} imports ${to}`);
  assertEquals(wrong, []);
});

Deno.test("one actor never imports another; only the engine names them all", () => {
  const actors = [
    "admission",
    "sampler",
    "refiner",
    "executor",
    "archivist",
    "relabeler",
    "trainer",
    "voter",
  ];
  const wrong = allImports().filter(({ from, to }) =>
    actors.some((name) => from === `actors/${name}.ts`) &&
    actors.some((name) => to === `./${name}.ts`)
  ).filter(({ from, to }) => !isTypeOnly(from, to));
  assertEquals(wrong, []);
});

Deno.test("a package enters through its one door", () => {
  const wrong = allImports()
    .filter(({ from }) => folderOf(from) in MAY_IMPORT)
    .filter(({ from, to }) => {
      const name = Object.keys(ENTRANCES).find((name) => to === name || to.startsWith(`${name}/`));
      return name !== undefined && !ENTRANCES[name].some((door) => from.startsWith(door));
    })
    .map(({ from, to }) => `${from} imports ${to}`);
  assertEquals(wrong, []);
});

function isAllowed(from: string, to: string): boolean {
  const allowed = MAY_IMPORT[folderOf(from)];
  if (allowed.includes(folderOf(to))) return true;
  return allowed.includes("nouns") && NOUNS.some((noun) => to === `data/${noun}`) ||
    allowed.includes("browser") && BROWSER.includes(to);
}

function folderOf(path: string): string {
  return path.split("/")[0];
}

function resolve(from: string, to: string): string {
  const url = new URL(to, new URL(from, "file:///"));
  return url.pathname.slice(1);
}

function isTypeOnly(from: string, to: string): boolean {
  const text = Deno.readTextFileSync(new URL(from, ROOT));
  const escaped = to.replaceAll(".", "\\.");
  const statement = new RegExp(`import ([^;]*?) from "${escaped}"`).exec(text)?.[1] ?? "";
  return statement.startsWith("type ") ||
    /^\{([^}]*)\}$/.test(statement) &&
      statement.slice(1, -1).split(",").filter((name) => name.trim())
        .every((name) => name.trim().startsWith("type "));
}

function allImports(): Import[] {
  return [...sources("")].flatMap((from) => {
    const text = Deno.readTextFileSync(new URL(from, ROOT));
    const found = text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;"]*?(?:from\s*)?"([^"]+)"/g);
    const dynamic = text.matchAll(/\bimport\("([^"]+)"\)/g);
    return [...found, ...dynamic].map(([, to]) => ({ from, to }));
  });
}

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder || ".", ROOT))) {
    if (entry.name.startsWith(".") || entry.name === "runs") continue;
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}
