/**
 * `soar work`: an executor host for runs elsewhere. The same sandbox as a run's own, attacked by the
 * same self-test before it takes anything; it leaves when it is told to and finishes what it holds.
 *
 * @module
 */
import { checkNatsUrl, connectNats } from "../hosts/connection.ts";
import { executeForOthers } from "../hosts/executor_host.ts";
import { hostToken, NAME as HOST_NAME } from "../hosts/subjects.ts";
import { containmentSelfTest, realDelay, type SandboxEngine, SandboxError } from "../mod.ts";
import { type Interrupt, untilInterrupted } from "./interrupt.ts";
import { natsAccess } from "./nats_access.ts";
import { type ENGINES, openSandbox } from "./open_sandbox.ts";
import { UsageError } from "./usage_error.ts";
import { NoPythonError } from "./venv.ts";
import { goingOnWithout, pythonOrWhyNot } from "./without_python.ts";

/** Options of `soar work`. */
export interface WorkOptions {
  readonly nats: string;
  readonly host?: string;
  readonly engine: typeof ENGINES[number];
  readonly workers?: number;
  readonly memoryMb: number;
  readonly credit?: number;
}

/** Programs a cell that are held: a fork at work and one filled ahead are some thirty each. */
const CREDIT_A_CELL = 32;

const SELF_TESTS = 3;

/** Runs programs until SIGTERM or Ctrl-C. @throws UsageError, HostsError, SandboxError */
export async function work(options: WorkOptions): Promise<void> {
  const host = options.host ?? hostToken(Deno.hostname());
  if (!HOST_NAME.test(host)) {
    throw new UsageError(`--host ${host}: expected up to 64 of A-Z a-z 0-9 _ -`);
  }
  try {
    checkNatsUrl(options.nats);
  } catch (error) {
    throw new UsageError(`--nats: ${(error as Error).message}`);
  }
  const access = natsAccess(Deno.env.toObject());
  const found = await pythonOrWhyNot(options.engine, console.error);
  const home = found instanceof NoPythonError ? null : found;
  if (found instanceof NoPythonError) console.error(goingOnWithout(found));
  using interrupt = untilInterrupted();
  const { engine, workers, memoryMb } = options;
  const memoryBytes = memoryMb * 1024 * 1024;
  await using open = new AsyncDisposableStack();
  const sandbox = await openSandbox({ engine, home, workers, memoryBytes, tell: console.error });
  open.defer(() => sandbox.close());
  await refuseLeaks(sandbox, interrupt);
  const name = `soar work ${host}`;
  const inboxPrefix = `_INBOX_${host}`;
  const connection = await connectNats({ ...access, url: options.nats, name, inboxPrefix });
  open.defer(() => connection.close());
  console.error(`host ${host}, sandbox ${sandbox.name}, ${sandbox.workers} cells`);
  const done = await executeForOthers({
    connection,
    engine: sandbox,
    host,
    credit: options.credit ?? sandbox.workers * CREDIT_A_CELL,
    tell: (line) => console.error(line),
    delay: realDelay,
    draining: interrupt.draining,
    signal: interrupt.signal,
  });
  console.error(`host ${host} ran ${done} programs`);
}

/**
 * A breach shows each time. A deadline that ends an attack holds it too, and one that is kept late
 * says that the machine has too much to do; so it is tried again.
 * @throws SandboxError when the sandbox does not hold
 */
async function refuseLeaks(sandbox: SandboxEngine, { draining }: Interrupt): Promise<void> {
  let found = "";
  for (let i = 0; i < SELF_TESTS; i++) {
    draining.throwIfAborted();
    const leak = (await containmentSelfTest(sandbox))
      .find(({ contained, detail }) => !contained && !/^timeout[^;]*$/.test(detail));
    if (!leak) return;
    found = `the sandbox does not hold ${leak.name}: ${leak.detail}`;
  }
  throw new SandboxError(found);
}
