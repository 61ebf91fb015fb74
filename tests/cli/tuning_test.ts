/**
 * A run that fine-tunes: real endpoint, real shards, and in place of torch a program that keeps the
 * trainer's contract. The trainer itself is tested by `deno task test:trainer`.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { modelHandler } from "../../mod.ts";
import { CommandLine } from "./command.ts";

/** Keeps the contract of `python -m soar_trainer`; fails as told by a file beside it. */
const STAND_IN = `#!/usr/bin/env python3
import argparse, json, os, sys
parser = argparse.ArgumentParser()
parser.add_argument("--shards", nargs="+")
parser.add_argument("--out")
flags, _ = parser.parse_known_args(sys.argv[3:])
shards, out = flags.shards[0], flags.out
if os.path.exists(sys.argv[0] + ".fail"):
    sys.exit("CUDA out of memory")
rows = json.load(open(shards + "/manifest.json"))["rows"]
print("{'loss': 1.5}")
print(json.dumps({"event": "rows", "rows": rows, "tokens": 9, "overlong": 0}))
print(json.dumps({"event": "step", "step": 1, "steps": 1, "loss": 1.5}))
os.makedirs(out, exist_ok=True)
report = {"rows": rows, "skipped": 0, "loss": [{"step": 1, "loss": 1.5}], "argv": sys.argv[1:]}
json.dump(report, open(out + "/training.json", "w"))
open(out + "/READY", "w").write("{}")
`;

/** vLLM as far as a run sees it; whatever the name, the embedded model answers. */
function adapterServer() {
  const inner = modelHandler(null, Date.now, new Map());
  const names = new Set<string>();
  const others: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/v1/models") return Response.json({ data: [{ id: "tiny" }] });
      if (request.method !== "POST") return new Response("not here", { status: 404 });
      const body = await request.json();
      if (pathname !== "/v1/chat/completions") {
        others.push(pathname + search + (body.lora_name ? ` ${body.lora_name}` : ""));
        return new Response("done");
      }
      names.add(body.model);
      const { url, headers } = request;
      const asked = JSON.stringify({ ...body, model: "embedded-g000" });
      return inner(new Request(url, { method: "POST", headers, body: asked }));
    },
  );
  return { url: `http://127.0.0.1:${server.addr.port}/v1`, names, others, server };
}

const SMALL = ["--tasks", "sample#4", "--samples", "6", "--refinements", "0", "--generations", "2"];

Deno.test("a run fine-tunes its endpoint's model and goes on with the result", async () => {
  const { url, names, others, server } = adapterServer();
  const line = new CommandLine();
  const python = `${line.runs}/python`;
  await Deno.writeTextFile(python, STAND_IN, { mode: 0o755 });
  const { code, stderr, stdout } = await line.run(
    ...["soar", "--run", "tuned", "--endpoint", url, "--model", "tiny", ...SMALL],
    ...["--set", "train.base=some/base", "--set", "train.sleep=true"],
    ...["--set", `train.python=${python}`, "--set", 'train.args=["--rank","8"]'],
  );
  await server.shutdown();
  assertEquals(code, 0, stderr);
  assertEquals([...names], ["tiny", "soar-tuned-g001"]);
  assertEquals(others, [
    "/sleep?level=1&mode=wait",
    "/wake_up",
    "/v1/load_lora_adapter soar-tuned-g001",
  ]);
  const model = `${line.runs}/tuned/models/g001`;
  const report = JSON.parse(await Deno.readTextFile(`${model}/training.json`));
  assertEquals(report.argv.slice(2), [
    ...["--shards", `${line.runs}/tuned/shards/g001`, "--base", "some/base", "--out", model],
    ...["--rank", "8"],
  ]);
  assertStringIncludes(stdout + stderr, "fine-tuning: step 1 of 1, loss 1.500");
  const sql = "SELECT trainer, n_rows > 0 AS taught FROM trainings";
  const { stdout: told } = await line.run("sql", sql, "--json");
  assertEquals(JSON.parse(told), [{ trainer: "trl", taught: true }]);
});

Deno.test("a fine-tuning that fails ends the run with what it said; a resume goes on", async () => {
  const { url, names, others, server } = adapterServer();
  const line = new CommandLine();
  const python = `${line.runs}/python`;
  await Deno.writeTextFile(python, STAND_IN, { mode: 0o755 });
  await Deno.writeTextFile(`${python}.fail`, "");
  const first = await line.run(
    ...["soar", "--run", "tuned", "--endpoint", url, "--model", "tiny", ...SMALL],
    ...["--set", "train.base=some/base", "--set", `train.python=${python}`],
  );
  assertEquals(first.code, 1);
  assertStringIncludes(first.stderr, "CUDA out of memory");
  assertEquals([...names], ["tiny"]);
  await Deno.remove(`${python}.fail`);
  const second = await line.run("soar", "--resume", "tuned");
  await server.shutdown();
  assertEquals(second.code, 0, second.stderr);
  assertEquals([...names], ["tiny", "soar-tuned-g001"]);
  assertEquals(others, ["/v1/load_lora_adapter soar-tuned-g001"]);
});

Deno.test("train.shards are learnt from too, unless they were made of what is being measured", async () => {
  const { url, server } = adapterServer();
  const line = new CommandLine();
  const python = `${line.runs}/python`;
  await Deno.writeTextFile(python, STAND_IN, { mode: 0o755 });
  const other = await line.run("soar", "--run", "teacher", ...SMALL);
  assertEquals(other.code, 0, other.stderr);
  const shards = `${line.runs}/teacher/shards/g001`;
  const flags = [
    ...["--endpoint", url, "--model", "tiny", "--set", "train.base=b"],
    ...["--set", `train.python=${python}`, "--set", `train.shards=["${shards}"]`],
  ];
  const tuned = await line.run("soar", "--run", "tuned", ...SMALL, ...flags);
  assertEquals(tuned.code, 0, tuned.stderr);
  const report = await Deno.readTextFile(`${line.runs}/tuned/models/g001/training.json`);
  assertEquals(JSON.parse(report).argv.slice(2, 5), [
    ...["--shards", `${line.runs}/tuned/shards/g001`, shards],
  ]);
  const measuring = ["--tasks", "sample#mirror_left_right", "--generations", "2"];
  const refused = await line.run(
    ...["soar", ...measuring, ...flags, "--set", 'guard.measured=["sample#4"]'],
  );
  await server.shutdown();
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, `${shards} was made from`);
});

Deno.test("train.base without an endpoint is wrong use; without a trainer it says the remedy", async () => {
  const line = new CommandLine();
  const alone = await line.run("soar", "--tasks", "sample", "--set", "train.base=x");
  assertEquals(alone.code, 2);
  assertStringIncludes(alone.stderr, "train.base goes with model.endpoint");
  const { url, server } = adapterServer();
  const where = ["--endpoint", url, "--model", "tiny", "--set", "train.base=x"];
  const absent = await line.run(
    ...["soar", ...SMALL, ...where, "--set", "train.python=/no/python"],
  );
  await server.shutdown();
  assertEquals(absent.code, 1);
  assert(/no\/python/.test(absent.stderr), absent.stderr);
});
