/**
 * An operator, an account with JetStream and a user, as `nsc` makes them: the server's configuration
 * and the user's `.creds` file.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** See above. */
export function accountOf(name: string) {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const user = nkeys.createUser();
  const system = nkeys.createAccount();
  const limits = { subs: -1, data: -1, payload: -1 };
  const operatorJwt = jwtOf(operator, operator, name, {
    type: "operator",
    version: 2,
    system_account: system.getPublicKey(),
  });
  const ofAccounts = { imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const ofStreams = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const accountJwts = [[account, ofStreams], [system, {}]] as const;
  const preloaded = accountJwts.map(([one, more]) => {
    const claims = { type: "account", version: 2, limits: { ...limits, ...ofAccounts, ...more } };
    return `${one.getPublicKey()}: ${jwtOf(operator, one, name, claims)}`;
  });
  const userJwt = jwtOf(account, user, name, { ...limits, type: "user", version: 2 });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: `operator: ${operatorJwt}\nsystem_account: ${system.getPublicKey()}\n` +
      `resolver: MEMORY\nresolver_preload: { ${preloaded.join(", ")} }`,
    credentials: block("NATS USER JWT", userJwt) + block("USER NKEY SEED", seed),
  };
}

function block(title: string, text: string): string {
  return `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n\n`;
}

/** A claim about `of`, signed by `by` (NATS JWT version 2). */
function jwtOf(by: KeyPair, of: KeyPair, name: string, nats: Record<string, unknown>): string {
  const claim = { iat: 1, iss: by.getPublicKey(), name, sub: of.getPublicKey(), nats, jti: "" };
  claim.jti = createHash("sha256").update(JSON.stringify(claim)).digest("hex");
  const head = base64({ typ: "JWT", alg: "ed25519-nkey" });
  const signed = `${head}.${base64(claim)}`;
  const signature = by.sign(new TextEncoder().encode(signed));
  return `${signed}.${Buffer.from(signature).toString("base64url")}`;
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
