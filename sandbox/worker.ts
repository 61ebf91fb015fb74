/**
 * A cell: a Deno worker that may run one Python and nothing else, with its fork-servers.
 *
 * It moves bytes and parses no program. A server that dies is replaced: the order that was running
 * is run once more, and reported `lost` if its server dies again; orders behind it just go on. A batch
 * is reported `lost` at once: its members are better run alone.
 *
 * @module
 */
import type { CellReply, CellRequest, ForkEnd, ServerOptions } from "./protocol.ts";
import { REPLY_KINDS, type ServerReply, SIGSYS } from "./protocol.ts";
import { ForkServer, type ServerEnd } from "./server.ts";
import type { Tier } from "./tier.ts";

/** Starts of a tier in a row that may fail before its orders do. */
const MAX_FAILED_STARTS = 3;

/** The global of a Deno worker, as far as it is used. */
interface CellScope {
  onmessage: ((event: MessageEvent<CellRequest>) => void) | null;
  postMessage(reply: CellReply): void;
  close(): void;
}

const scope = globalThis as unknown as CellScope;
/** The server of each tier that takes new orders. */
const current = new Map<Tier, ForkServer>();
/** Every process not yet gone. */
const alive = new Set<ForkServer>();
const forksOf = new WeakMap<ForkServer, number>();
const failedStarts = new Map<Tier, number>();
/** Orders whose server died while it ran them. */
const bereaved = new Set<number>();
const released = new Set<number>();
let options: ServerOptions | undefined;
let opened = false;
let closing = false;

scope.onmessage = ({ data }) => {
  switch (data.type) {
    case "open":
      options = data.options;
      serverOf(0);
      break;
    case "run":
      serverOf(data.order.tier).send(data.order);
      break;
    case "release":
      release(data.id);
      break;
    case "close":
      close();
  }
};

function serverOf(tier: Tier): ForkServer {
  const there = current.get(tier);
  if (there !== undefined) return there;
  if (options === undefined) throw new TypeError("a cell must be opened before it runs a program");
  const server = new ForkServer(options, tier, {
    onReady: (layers) => {
      failedStarts.delete(tier);
      if (!opened) scope.postMessage({ type: "opened", layers });
      opened = true;
    },
    onReply,
    onEnd,
  });
  current.set(tier, server);
  alive.add(server);
  return server;
}

function onReply(reply: ServerReply, server: ForkServer): void {
  const how = REPLY_KINDS[reply.kind] as ForkEnd["how"];
  finish(reply.id, { how, detail: reply.detail, micros: reply.micros, bytes: reply.bytes });
  const forks = (forksOf.get(server) ?? 0) + 1;
  forksOf.set(server, forks);
  const suspicious = how === "signalled" && reply.detail === SIGSYS;
  if (suspicious || forks >= options!.recycleAfter) {
    if (current.get(server.tier) === server) current.delete(server.tier);
  }
  if (current.get(server.tier) !== server && server.load === 0) server.leave();
  for (const id of released) if (server.place(id) === "running") server.kill();
}

function onEnd(end: ServerEnd, server: ForkServer): void {
  alive.delete(server);
  if (current.get(server.tier) === server) current.delete(server.tier);
  if (closing) return;
  if (end.fault !== null) {
    failStart(server.tier, end);
    return;
  }
  for (const [i, order] of end.unanswered.entries()) {
    const wasRunning = i === 0;
    const none = { detail: 0, bytes: new Uint8Array(0) };
    if (released.has(order.id)) {
      finish(order.id, { how: "lost", micros: 0, ...none });
    } else if (wasRunning && end.overdue) {
      finish(order.id, { how: "timed_out", micros: order.timeoutMs * 1000, ...none });
    } else if (wasRunning && (order.members > 0 || bereaved.has(order.id))) {
      finish(order.id, { how: "lost", micros: 0, ...none });
    } else {
      if (wasRunning) bereaved.add(order.id);
      serverOf(order.tier).send(order);
    }
  }
}

function failStart(tier: Tier, end: ServerEnd): void {
  const failures = (failedStarts.get(tier) ?? 0) + 1;
  failedStarts.set(tier, failures);
  const error = end.overdue ? "python was not ready in time" : end.fault!;
  if (!opened) {
    scope.postMessage({ type: "failed", id: null, error });
  } else if (failures < MAX_FAILED_STARTS) {
    for (const order of end.unanswered) serverOf(tier).send(order);
  } else {
    failedStarts.delete(tier);
    for (const { id } of end.unanswered) {
      if (released.delete(id)) scope.postMessage({ type: "released", id });
      else scope.postMessage({ type: "failed", id, error });
    }
  }
}

function finish(id: number, end: ForkEnd): void {
  bereaved.delete(id);
  if (released.delete(id)) scope.postMessage({ type: "released", id });
  else scope.postMessage({ type: "ended", id, end });
}

/** Gives up on a job: kills the server if it is running it, else lets it pass unheard. */
function release(id: number): void {
  for (const server of alive) {
    const place = server.place(id);
    if (place !== null) released.add(id);
    if (place === "running") server.kill();
  }
}

async function close(): Promise<void> {
  closing = true;
  await Promise.all([...alive].map((server) => server.leave()));
  scope.postMessage({ type: "closed" });
  scope.close();
}
