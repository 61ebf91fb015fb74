/**
 * A run that fine-tunes: real endpoint, real shards, and in place of torch a program that keeps the
 * trainer's contract. The trainer itself is tested by `deno task test:trainer`.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { modelHandler } from "../../mod.ts";
import { CommandLine } from "./command.ts";
import { standInTrainer } from "./stand_in_trainer.ts";

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
  const python = await standInTrainer(line);
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
  const python = await standInTrainer(line);
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
  const python = await standInTrainer(line);
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
