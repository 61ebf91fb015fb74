/**
 * A real nats-server for tests: found, or installed where this machine can, on a free port.
 */
import { until } from "../until.ts";

/** The server's program, or why there is none. */
export const NATS: { readonly path: string } | { readonly missing: string } = await findNats();

/** Tests that need the server are passed over, by name, where there is none. */
export const WITHOUT_NATS = "missing" in NATS;

/** A server that keeps its streams on disk and can be killed and started again. */
export class NatsServer implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly port = freePort();
  readonly url: string;
  readonly #config: string;
  readonly #inside: readonly string[];
  #child: Deno.ChildProcess | null = null;

  /**
   * @param config lines of its configuration beside port and storage
   * @param host address to listen at, and a command prefix that starts it elsewhere
   */
  constructor(config = "", { host = "127.0.0.1", inside = [] as readonly string[] } = {}) {
    this.url = `nats://${host}:${this.port}`;
    this.#inside = inside;
    this.#config = `${this.folder}/nats.conf`;
    Deno.writeTextFileSync(
      this.#config,
      `listen: "${host}:${this.port}"\njetstream { store_dir: "${this.folder}/js" }\n${config}\n`,
    );
  }

  /** Starts it; resolves when it takes connections. */
  async start(): Promise<this> {
    if ("missing" in NATS) throw new Error(NATS.missing);
    const [command, ...args] = [...this.#inside, NATS.path, "-c", this.#config];
    const log = `${this.folder}/log`;
    Deno.writeTextFileSync(log, "");
    this.#child = new Deno.Command(command, {
      args: [...args, "-l", log],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const ready = async () => {
      await new Promise((go) => setTimeout(go, 20));
      return (await Deno.readTextFile(log)).includes("Server is ready");
    };
    await until("the NATS server is ready", ready);
    return this;
  }

  /** Kills it at once; its files stay. */
  async kill(): Promise<void> {
    this.#child!.kill("SIGKILL");
    await this.#child!.status;
  }

  /** Stops it from answering without ending it, and lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child!.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function findNats(): Promise<typeof NATS> {
  const gopath = `${Deno.env.get("HOME") ?? ""}/go/bin/nats-server`;
  const places = ["nats-server", "/usr/sbin/nats-server", gopath];
  const found = () => firstThatRuns(places);
  return await found() ??
    (Deno.uid() === 0 && await runs("apt-get", "install", "-y", "nats-server")
      ? await found()
      : null) ??
    (await runs("go", "install", "github.com/nats-io/nats-server/v2@v2.11.9")
      ? await found()
      : null) ??
    { missing: "no nats-server, and neither apt-get (as root) nor go to install it with" };
}

async function firstThatRuns(paths: readonly string[]): Promise<{ path: string } | null> {
  for (const path of paths) if (await runs(path, "--version")) return { path };
  return null;
}

async function runs(command: string, ...args: string[]): Promise<boolean> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, options).output()).success;
  } catch {
    return false; // not there
  }
}
