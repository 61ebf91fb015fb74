/**
 * The main process's end of a cell.
 *
 * A cell that throws, or that nobody can hear any more, is dead: `onDeath` is called once and the
 * orders it had are the caller's again. Its processes end by themselves, as their input hangs up.
 *
 * @module
 */
import { SandboxError } from "./engine.ts";
import type { CellReply, CellRequest, ForkEnd, Order, ServerOptions } from "./protocol.ts";

/** How long a cell may take to end its processes. */
const CLOSE_MS = 5_000;

/** What a {@link Cell} tells about its orders; each gets exactly one of these, or `onDeath`. */
export interface CellEvents {
  onEnded(id: number, end: ForkEnd): void;
  onReleased(id: number): void;
  onFailed(id: number, error: string): void;
  onDeath(error: string): void;
}

/** A Deno worker whose only permission is to run one Python. */
export class Cell {
  #worker: Worker;
  #events: CellEvents;
  #opened = Promise.withResolvers<string>();
  #closed = Promise.withResolvers<void>();
  #over = false;

  /** Starts a cell; `ready` tells when it is of use. */
  constructor(options: ServerOptions, events: CellEvents) {
    this.#events = events;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "cell",
      deno: {
        permissions: {
          run: [options.python],
          env: false,
          ffi: false,
          import: false,
          net: false,
          read: false,
          sys: false,
          write: false,
        },
      },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<CellReply>) => this.#accept(data);
    this.#worker.onmessageerror = () => this.#die("sent something unreadable");
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message);
    };
    this.#tell({ type: "open", options });
  }

  /**
   * Resolves to the layers that hold once its first fork-server is confined.
   * @throws {SandboxError} naming the layer or program that is missing.
   */
  get ready(): Promise<string> {
    return this.#opened.promise;
  }

  /** Hands it an order; ids are unique within the cell's life. */
  run(order: Order): void {
    this.#tell({ type: "run", order });
  }

  /** Gives up on an order; answered by `onReleased`, or crosses with its end. */
  release(id: number): void {
    this.#tell({ type: "release", id });
  }

  /** Ends its processes, then the worker. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      this.#opened.promise.catch(() => {});
      this.#opened.reject(new SandboxError("a cell was closed before it was ready"));
      this.#tell({ type: "close" });
      const timer = setTimeout(() => this.#closed.resolve(), CLOSE_MS);
      await this.#closed.promise;
      clearTimeout(timer);
    }
    this.#worker.terminate();
  }

  #tell(request: CellRequest): void {
    this.#worker.postMessage(request);
  }

  #accept(reply: CellReply): void {
    if (reply.type === "closed") this.#closed.resolve();
    if (this.#over) return;
    if (reply.type === "opened") this.#opened.resolve(reply.layers);
    else if (reply.type === "ended") this.#events.onEnded(reply.id, reply.end);
    else if (reply.type === "released") this.#events.onReleased(reply.id);
    else if (reply.type === "failed" && reply.id !== null) {
      this.#events.onFailed(reply.id, reply.error);
    } else if (reply.type === "failed") this.#die(reply.error);
  }

  #die(error: string): void {
    this.#closed.resolve();
    if (this.#over) return;
    this.#over = true;
    this.#worker.terminate();
    this.#opened.promise.catch(() => {}); // whoever awaits it is told; nobody has to
    this.#opened.reject(new SandboxError(error));
    this.#events.onDeath(error);
  }
}
