/**
 * Certificates of an authority of their own, made by openssl for one test.
 */

const [NET, HOSTS] = [20 + Deno.pid % 200, 9];

/** This side of the cables of worker_processes.ts, and loopback. */
const ADDRESSES = [
  "127.0.0.1",
  ...Array.from({ length: HOSTS }, (_, i) => `10.${NET}.${i + 1}.1`),
];

async function openssl(...args: string[]): Promise<boolean> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command("openssl", options).output()).success;
  } catch {
    return false; // not there
  }
}

/** Tests that need certificates are passed over, by name, where none can be made. */
export const WITHOUT_OPENSSL = !await openssl("version");

/** A pair of PEM files. */
export interface KeyPair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** See above; the files go with it. */
export class Certificates implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<Certificates> {
    const made = new Certificates(Deno.makeTempDirSync());
    const { certFile, keyFile } = made.#pair("authority");
    await done(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "2", "-subj", "/CN=soar test", "-keyout", keyFile, "-out", certFile],
    );
    await made.#sign("server", ADDRESSES.map((address) => `IP:${address}`).join(","));
    await made.#sign("client", "DNS:client");
    return made;
  }

  get authority(): string {
    return this.#pair("authority").certFile;
  }
  get client(): KeyPair {
    return this.#pair("client");
  }

  /** The server's part of a configuration. */
  serverConfig({ verify = false } = {}): string {
    const { certFile, keyFile } = this.#pair("server");
    return `tls { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${this.authority}", ` +
      `verify: ${verify} }`;
  }

  #pair(name: string): KeyPair {
    return { certFile: `${this.#folder}/${name}.pem`, keyFile: `${this.#folder}/${name}.key` };
  }

  async #sign(name: string, names: string): Promise<void> {
    const { certFile, keyFile } = this.#pair(name);
    const [request, extensions] = ["csr", "ext"].map((end) => `${this.#folder}/${name}.${end}`);
    await Deno.writeTextFile(extensions, `subjectAltName=${names}\n`);
    await done(
      ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-subj", `/CN=${name}`, "-keyout", keyFile, "-out", request],
    );
    const { certFile: authority, keyFile: authorityKey } = this.#pair("authority");
    await done(
      ...["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-days", "2"],
      ...["-CAcreateserial", "-extfile", extensions, "-out", certFile],
    );
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

async function done(...args: string[]): Promise<void> {
  if (!await openssl(...args)) throw new Error(`openssl ${args[0]} failed`);
}
