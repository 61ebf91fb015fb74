/**
 * Who one is to a NATS server: from the environment, by the names that NATS' own tools read. Nothing
 * of it is written anywhere.
 *
 * @module
 */
import type { NatsAccess } from "../hosts/connection.ts";
import { UsageError } from "./usage_error.ts";

/** @throws {UsageError} when a file that is named is not there, or a user has no password */
export function natsAccess(environment: Readonly<Record<string, string>>): NatsAccess {
  const { NATS_USER: user, NATS_PASSWORD: password, NATS_TOKEN: token } = environment;
  if ((user === undefined) !== (password === undefined)) {
    throw new UsageError("NATS_USER and NATS_PASSWORD go together");
  }
  const { NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile } = environment;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("NATS_CERT and NATS_KEY go together");
  }
  for (const name of ["NATS_CREDS", "NATS_CA", "NATS_CERT", "NATS_KEY"]) {
    const path = environment[name];
    if (path !== undefined && !isFile(path)) {
      throw new UsageError(`${name} = ${path}: no such file`);
    }
  }
  const asksForTls = caFile !== undefined || certFile !== undefined;
  const { NATS_CREDS: creds } = environment;
  return {
    user,
    password,
    token,
    credentials: creds === undefined ? undefined : Deno.readTextFileSync(creds),
    tls: asksForTls ? { caFile, certFile, keyFile } : undefined,
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
