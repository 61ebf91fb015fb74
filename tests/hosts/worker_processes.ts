/**
 * `soar work` as processes, each in a network namespace of its own where this machine makes them: a
 * cable to this side that can be cut.
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Whether namespaces can be made here. */
export const NAMESPACES = Deno.uid() === 0 && await ip("netns", "add", nameOf(0)) &&
  await ip("netns", "del", nameOf(0));

/** An executor host. */
export interface WorkerProcess {
  readonly host: string;
  /** Resolves when it takes programs, rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<{ code: number; stderr: string }>;
  kill(signal: Deno.Signal): void;
  /** Cuts its cable, or mends it. */
  cable(up: boolean): Promise<void>;
}

/** Executor hosts of one server, ended with their namespaces. */
export class WorkerProcesses implements AsyncDisposable {
  readonly #port: number;
  readonly #environment: Record<string, string>;
  readonly #open = new AsyncDisposableStack();
  #count = 0;

  constructor(port: number, environment: Record<string, string> = {}) {
    this.#port = port;
    this.#environment = environment;
  }

  async start(
    host: string,
    { scheme = "nats", environment = {} as Readonly<Record<string, string>> } = {},
  ): Promise<WorkerProcess> {
    const number = ++this.#count;
    const inside = NAMESPACES ? await this.#namespace(number) : null;
    const url = `${scheme}://${inside?.address ?? "127.0.0.1"}:${this.#port}`;
    const [command, ...args] = [
      ...(inside ? ["ip", "netns", "exec", inside.name] : []),
      ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-read", "--allow-write"],
      ...["--allow-env", "--allow-net", "--allow-run", "--allow-sys=hostname"],
      ...[`${ROOT}cli/main.ts`, "work", "--nats", url, "--host", host, "--workers", "1"],
    ];
    const child = new Deno.Command(command, {
      args,
      cwd: ROOT,
      env: { ...this.#environment, ...environment, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let stderr = "";
    let over = false;
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const gathered = (async () => {
      const text = new TextDecoderStream() as TransformStream<Uint8Array, string>;
      for await (const part of child.stderr.pipeThrough(text)) {
        stderr += part;
        if (/sandbox .* cells/.test(stderr)) resolve();
      }
      over = true;
      reject(new Error(`host ${host} has ended: ${stderr}`));
    })();
    // A host that ends once it was ready is its test's affair.
    ready.catch(() => {});
    const ended = Promise.all([child.status, gathered]).then(([{ code }]) => ({ code, stderr }));
    const kill = (signal: Deno.Signal) => {
      if (!over) child.kill(signal);
    };
    this.#open.defer(async () => {
      kill("SIGKILL");
      console.log(`host ${host}: ${(await ended).stderr.trim().replaceAll("\n", "; ")}`);
    });
    const cable = async (up: boolean) => {
      if (inside) await ip("link", "set", inside.link, up ? "up" : "down");
      else kill(up ? "SIGCONT" : "SIGSTOP");
    };
    return { host, ready, ended, kill, cable };
  }

  async #namespace(number: number): Promise<{ name: string; link: string; address: string }> {
    const name = nameOf(number);
    const net = Deno.pid % 200;
    const link = `sv${Deno.pid % 100_000}n${number}`;
    const there = `${link}b`;
    const address = `10.${20 + net}.${number}.1`;
    for (
      const args of [
        ["netns", "add", name],
        ["link", "add", link, "type", "veth", "peer", "name", there],
        ["link", "set", there, "netns", name],
        ["addr", "add", `${address}/30`, "dev", link],
        ["link", "set", link, "up"],
        ["netns", "exec", name, "ip", "addr", "add", `10.${20 + net}.${number}.2/30`, "dev", there],
        ["netns", "exec", name, "ip", "link", "set", there, "up"],
        ["netns", "exec", name, "ip", "link", "set", "lo", "up"],
      ]
    ) if (!await ip(...args)) throw new Error(`ip ${args.join(" ")} failed`);
    this.#open.defer(async () => {
      await ip("link", "del", link);
      await ip("netns", "del", name);
    });
    return { name, link, address };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}

function nameOf(number: number): string {
  return `soar-${Deno.pid}-${number}`;
}

async function ip(...args: string[]): Promise<boolean> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command("ip", options).output()).success;
  } catch {
    return false; // no iproute2
  }
}
