/**
 * Who is let in: TLS with and without certificates of clients, token, user and `.creds`, with a real
 * server; the same by the command line.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connectNats, type NatsAccess } from "../../hosts/connection.ts";
import { HostsError } from "../../hosts/hosts_error.ts";
import { MemoryEngine } from "../actors/memory_engine.ts";
import { Certificates, WITHOUT_OPENSSL } from "./certificates.ts";
import { jobOf, JoinedHosts } from "./joined_hosts.ts";
import { accountOf } from "./nats_account.ts";
import { NatsServer, WITHOUT_NATS } from "./nats_server.ts";
import { WorkerProcesses } from "./worker_processes.ts";

const programs = { same: (grid: readonly (readonly number[])[]) => grid };

/** A job goes there and back with the right access; none of the wrong ones is let in. */
async function letsIn(config: string, access: NatsAccess, wrong: readonly NatsAccess[]) {
  await using joined = await JoinedHosts.open(new MemoryEngine(programs), { config, access });
  await joined.host("alpha", new MemoryEngine(programs), access);
  const { host, settle } = await joined.engine.run(jobOf("same"));
  assertEquals(host, "alpha");
  settle!();
  for (const one of wrong) {
    await assertRejects(
      () => connectNats({ ...one, url: joined.server.url, name: "wrong" }),
      HostsError,
      "NATS at nats://127.0.0.1",
    );
  }
}

Deno.test({
  name: "a token lets in, another or none does not",
  ignore: WITHOUT_NATS,
  fn: () => letsIn(`authorization { token: "t0ken" }`, { token: "t0ken" }, [{ token: "x" }, {}]),
});

Deno.test({
  name: "a .creds file lets in, that of another account or none does not",
  ignore: WITHOUT_NATS,
  fn: async () => {
    const { config, credentials } = accountOf("soar");
    const stranger = accountOf("stranger");
    await letsIn(config, { credentials }, [{ credentials: stranger.credentials }, {}]);
  },
});

Deno.test({
  name: "TLS: the server's certificate has to be of the named authority",
  ignore: WITHOUT_NATS || WITHOUT_OPENSSL,
  fn: async () => {
    using files = await Certificates.make();
    using others = await Certificates.make();
    const tls = { caFile: files.authority };
    await letsIn(files.serverConfig(), { tls }, [{ tls: { caFile: others.authority } }, {
      tls: {},
    }]);
  },
});

Deno.test({
  name: "TLS: a server that asks for certificates of clients lets in who has one of its authority",
  ignore: WITHOUT_NATS || WITHOUT_OPENSSL,
  fn: async () => {
    using files = await Certificates.make();
    using others = await Certificates.make();
    const { authority: caFile, client: { certFile, keyFile } } = files;
    await letsIn(files.serverConfig({ verify: true }), { tls: { caFile, certFile, keyFile } }, [
      { tls: { caFile, ...others.client } },
    ]);
  },
});

Deno.test({
  name: "soar work takes NATS_CA and NATS_TOKEN, and says who was not let in without the token",
  ignore: WITHOUT_NATS || WITHOUT_OPENSSL,
  fn: async () => {
    using files = await Certificates.make();
    const config = `${files.serverConfig()}\nauthorization { token: "t0ken" }`;
    await using server = await new NatsServer(config, { host: "0.0.0.0" }).start();
    const environment = { NATS_CA: files.authority, NATS_TOKEN: "t0ken" };
    await using hosts = new WorkerProcesses(server.port, environment);
    const host = await hosts.start("one", { scheme: "tls" });
    await host.ready;
    host.kill("SIGTERM");
    assertEquals((await host.ended).code, 0);
    const stranger = { scheme: "tls", environment: { NATS_TOKEN: "no t0ken" } };
    const { code, stderr } = await (await hosts.start("two", stranger)).ended;
    assertEquals(code, 1);
    assertStringIncludes(stderr, "NATS at tls://");
    assert(!stderr.includes("t0ken"), stderr);
  },
});
