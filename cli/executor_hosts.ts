/**
 * The sandbox of a run whose programs are screened by other hosts.
 *
 * @module
 */
import { connectNats } from "../hosts/connection.ts";
import { openRemoteEngine } from "../hosts/remote_engine.ts";
import { realDelay, type SandboxEngine } from "../mod.ts";
import type { Config } from "./config.ts";
import { natsAccess } from "./nats_access.ts";

/**
 * @param local cells of this host, which go on confirming; closed by whoever opened them
 * @param run names the run on the server
 * @returns `local` itself where no server is named
 * @throws HostsError, UsageError
 */
export async function withExecutorHosts(
  local: SandboxEngine,
  { nats }: Config,
  run: string,
  tell: (event: string, message: string) => void,
): Promise<SandboxEngine> {
  if (nats.url === undefined) return local;
  const access = natsAccess(Deno.env.toObject());
  const connection = await connectNats({ ...access, url: nats.url, name: `soar ${run}` });
  try {
    return await openRemoteEngine({
      connection,
      local,
      run,
      inFlight: nats.in_flight,
      ackWaitMs: nats.ack_wait_s * 1000,
      maxDeliver: nats.max_deliver,
      tell,
      delay: realDelay,
      now: () => performance.now(),
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
}
