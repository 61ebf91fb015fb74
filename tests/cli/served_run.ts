/**
 * The server of a recorded run, in this process, and how it is asked.
 */
import { type RunServer, type RunServerOptions, serveRun } from "../../cli/run_server.ts";
import { readServerEvents } from "../../cli/server_events.ts";
import { Recorded } from "../actors/recorded.ts";

/** A served run; both are closed at the end of the scope. */
export async function served(options: RunServerOptions = {}) {
  const recorded = new Recorded();
  await recorded.recorder.record({
    kind: "run_opened",
    runId: "1",
    seed: 1,
    resumed: false,
    config: {},
    codeVersion: "0",
  });
  await recorded.recorder.record({
    kind: "task",
    taskId: "a",
    dataset: "made-up",
    split: "training",
    train: [["1", "2"]],
    testInputs: ["3"],
    testOutputs: ["4"],
  });
  const server = serveRun(recorded.recorder, recorded.directory, options);
  return {
    recorded,
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await recorded.journal.close();
    },
  };
}

/** Asks a server as who has the token. */
export function get(
  { port, token }: RunServer,
  path: string,
  headers: Record<string, string> = {},
) {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

/** Events of a response until it ends. */
export async function eventsOf(
  response: Response,
): Promise<[event: string, data: { seq: number }][]> {
  const events: [string, { seq: number }][] = [];
  for await (const { event, data } of readServerEvents(response.body!)) {
    events.push([event, JSON.parse(data)]);
  }
  return events;
}
