import { assertEquals } from "@std/assert";
import { liveRun } from "../../cli/live_run.ts";
import { serveRun } from "../../cli/run_server.ts";
import { RunDirectory, type RunFile } from "../../mod.ts";
import { Recorded } from "../actors/recorded.ts";

/** A run whose file says that this server runs it. */
function runSaying(server: RunFile["server"]): RunDirectory {
  const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
  directory.writeRunFile({
    name: "a",
    runId: "1",
    seed: 1,
    startedAt: "2026-01-01",
    version: "0",
    config: {},
    status: "running",
    server,
  });
  return directory;
}

const said = (port: number, token = "t") => runSaying({ port, token, pid: Deno.pid });

Deno.test("liveRun() finds the server of a run that is running, and how to ask it", async () => {
  await using recorded = new Recorded();
  const server = serveRun(recorded.recorder, recorded.directory);
  const found = await liveRun(said(server.port, server.token));
  assertEquals(found, {
    url: `http://127.0.0.1:${server.port}`,
    headers: { authorization: `Bearer ${server.token}` },
  });
  await server.close();
});

Deno.test("liveRun() of a run that has ended is null", async () => {
  assertEquals(await liveRun(runSaying(null)), null);
});

Deno.test("liveRun() is null where a crash left a port at which nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assertEquals(await liveRun(said(port)), null);
});

Deno.test("liveRun() is null where another run has taken the port", async () => {
  await using recorded = new Recorded();
  const server = serveRun(recorded.recorder, recorded.directory);
  assertEquals(await liveRun(said(server.port, "token of the one that crashed")), null);
  await server.close();
});

Deno.test("liveRun() is null where something else listens that is no server of ours", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then((connection) => connection.close());
  assertEquals(await liveRun(said(listener.addr.port)), null);
  await accepted;
  listener.close();
});

Deno.test("liveRun() waits for a server that is late while the run's lock is held", async () => {
  await using recorded = new Recorded();
  const server = serveRun(recorded.recorder, recorded.directory);
  const directory = said(server.port, server.token);
  const lock = directory.lock();
  assertEquals((await liveRun(directory, 0))?.url, `http://127.0.0.1:${server.port}`);
  lock[Symbol.dispose]();
  await server.close();
});
