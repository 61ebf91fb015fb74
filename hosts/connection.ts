/**
 * The connection to a NATS server: the one place that names the transport.
 *
 * It is kept up for as long as its owner wants it: after a loss it is made again, without an end.
 * Credentials are given apart from the address, which is written into run.json and the journal.
 *
 * @module
 */
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import {
  createInbox,
  credsAuthenticator,
  headers,
  type MsgHdrs,
  type NatsConnection,
} from "@nats-io/transport-node";
import { HostsError } from "./hosts_error.ts";
import { connectSteadily } from "./transport.ts";

/** Who one is to the server; all empty where it asks for nothing. */
export interface NatsAccess {
  /** User name. */
  readonly user?: string;
  /** Password of the user. */
  readonly password?: string;
  /** Token, where the server wants one in place of a user. */
  readonly token?: string;
  /** Text of a `.creds` file: a user's JWT and its seed. */
  readonly credentials?: string;
  /** Paths of PEM files; any of them asks for TLS, and so does a `tls://` address. */
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
}

/** Options of {@link connectNats}. */
export interface NatsOptions extends NatsAccess {
  /** `nats://host:4222` or `tls://host:4222`; several, joined by commas, are one cluster. */
  readonly url: string;
  /** Shown in the server's own lists. */
  readonly name: string;
  /** First part of the subjects that answers come to; a server may allow one host only its own. */
  readonly inboxPrefix?: string;
}

/** Longest wait to be let in, in milliseconds: a server may hang up on who has no certificate. */
const CONNECT_MS = 10_000;

/** How long between tries of a lost connection, in milliseconds. */
const RECONNECT_MS = 250;

/** A dead connection is noticed after two of these, in milliseconds. */
const PING_MS = 5000;

/** Connects. @throws {HostsError} naming the address when nobody answers or lets one in */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const { url, name, inboxPrefix, user, password, token, credentials, tls } = options;
  try {
    return await connectSteadily({
      servers: url.split(","),
      name,
      ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
      ...(user === undefined ? {} : { user, pass: password }),
      ...(token === undefined ? {} : { token }),
      ...(credentials === undefined
        ? {}
        : { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) }),
      ...(tls === undefined && !url.includes("tls://") ? {} : { tls: { ...tls, ...namedBy(url) } }),
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: PING_MS,
    });
  } catch (error) {
    throw new HostsError(`NATS at ${url}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * How a server's certificate is compared with an address that is a number: the package leaves its name
 * out then, and "localhost" would be looked for.
 */
function namedBy(urls: string): object {
  const addresses = urls.split(",").map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ""));
  const numbers = addresses.filter((address) => isIP(address) !== 0);
  if (numbers.length === 0) return {};
  return {
    checkServerIdentity: (name: string, certificate: PeerCertificate) => {
      const faults = (addresses.includes(name) ? [name] : numbers)
        .map((address) => checkServerIdentity(address, certificate));
      return faults.includes(undefined) ? undefined : faults[0];
    },
  };
}

/** A subject that nobody else knows, for answers. */
export function newInbox(): string {
  return createInbox();
}

/** A message's headers. */
export function messageHeaders(of: Readonly<Record<string, string>>): MsgHdrs {
  const made = headers();
  for (const [name, value] of Object.entries(of)) made.set(name, value);
  return made;
}

/**
 * Refuses addresses that are not NATS', or hold a password.
 *
 * @throws {TypeError} naming what is wrong with an address, without repeating a password in it
 */
export function checkNatsUrl(urls: string): void {
  for (const text of urls.split(",")) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !["nats:", "tls:"].includes(url.protocol) || url.hostname === "") {
      throw new TypeError("expected nats://host:port or tls://host:port");
    }
    if (url.username !== "" || url.password !== "") {
      throw new TypeError("credentials do not belong into the address: see NATS_USER, NATS_TOKEN");
    }
  }
}
