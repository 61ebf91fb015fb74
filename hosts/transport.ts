/**
 * The package's transport on sockets that always have a listener for errors.
 *
 * It takes all listeners off a socket that it lets go of or hands on; a reset, or the TLS alert of a
 * server that rejects a client's certificate, would end the process if it came then. Here it ends the
 * connecting that is under way; what a socket in use loses the package notices by itself.
 *
 * @module
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  type NatsConnection,
  NatsConnectionImpl,
  type NodeConnectionOptions,
  setTransportFactory,
} from "@nats-io/transport-node";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/**
 * As the package's `connect`, but no socket's error ends the process, and the loss of the only server
 * while it lets one in is told at once.
 */
export async function connectSteadily(options: NodeConnectionOptions): Promise<NatsConnection> {
  const lost = Promise.withResolvers<never>();
  const several = Array.isArray(options.servers) && options.servers.length > 1;
  const heed = several ? () => {} : lost.reject;
  setTransportFactory({ factory: () => new SteadyTransport(heed), dnsResolveFn: nodeResolveHost });
  const connecting = NatsConnectionImpl.connect(options);
  // Whichever comes second has nobody to tell.
  connecting.catch(() => {});
  lost.promise.catch(() => {});
  return await Promise.race([connecting, lost.promise]);
}

class SteadyTransport extends NodeTransport {
  constructor(readonly heed: (error: Error) => void) {
    super();
  }

  override async dial(address: { hostname: string; port: number }): Promise<Socket> {
    return heard(await super.dial(address), this.heed);
  }

  /** An alert may follow the handshake in the same read, so the socket is heard from its start. */
  override async startTLS() {
    const { tls } = this.options;
    const { ca, cert, key } = (tls ? await this.loadClientCerts() : null) ?? {};
    const socket = connectTls({
      socket: this.socket,
      servername: this.tlsName,
      rejectUnauthorized: true,
      ...tls,
      ca,
      cert,
      key,
    });
    heard(socket, this.heed);
    await once(socket, "secureConnect");
    return socket;
  }
}

/** A socket that keeps one listener for errors, whatever is taken off it. */
function heard<S extends Socket>(socket: S, heed: (error: Error) => void): S {
  const removeAllListeners = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...events) => {
    removeAllListeners(...events);
    return socket.on("error", heed);
  };
  return socket.on("error", heed);
}
