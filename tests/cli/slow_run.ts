/**
 * A live run whose journal takes long to read: every question is told once how far that is, and is
 * answered when the test lets it.
 */
import { type Reading, RunDirectory } from "../../mod.ts";
import { runFileOf } from "./made_run.ts";

const ANSWER = { columns: [{ name: "n", type: "INTEGER" }], rows: [[1]], truncated: false, ms: 1 };

/** Serves such a run in a folder of runs until disposed of; `go` lets it answer. */
export function serveSlowRun(runs: string, reading: Reading) {
  const held = Promise.withResolvers<void>();
  const encoder = new TextEncoder();
  const line = (value: unknown) => encoder.encode(`${JSON.stringify(value)}\n`);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/health") return Response.json({ status: "running", seq: 1, budget: null });
    if (pathname !== "/sql") return new Response(null, { status: 204 });
    return new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(line({ reading }));
          await held.promise;
          controller.enqueue(line({ reading: null }));
          controller.enqueue(line(ANSWER));
          controller.close();
        },
      }),
    );
  });
  const directory = new RunDirectory(runs, "a");
  directory.writeRunFile(runFileOf(directory, "running", { port: server.addr.port, token: "t" }));
  return {
    directory,
    go: () => held.resolve(),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}
