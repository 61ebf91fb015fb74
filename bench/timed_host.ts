/**
 * An executor host whose cells take a fixed time (timed_cells.ts), as a process of its own:
 *
 *     timed_host.ts URL HOST SLOTS COST_MS CREDIT
 *
 * @module
 */
import { connectNats } from "../hosts/connection.ts";
import { executeForOthers } from "../hosts/executor_host.ts";
import { realDelay } from "../models/retry.ts";
import { TimedCells } from "./timed_cells.ts";

const [url, host, slots, costMs, credit] = Deno.args;
const draining = new AbortController();
Deno.addSignalListener("SIGTERM", () => draining.abort());
const connection = await connectNats({ url, name: host, inboxPrefix: `_INBOX_${host}` });
await executeForOthers({
  connection,
  engine: new TimedCells(Number(slots), Number(costMs)),
  host,
  credit: Number(credit),
  tell: (line) => console.log(line),
  delay: realDelay,
  draining: draining.signal,
  signal: new AbortController().signal,
});
await connection.close();
