/**
 * What an engine makes of the hosts that answer it: who was heard of, and who is heard no longer.
 *
 * @module
 */

/** Messages of a host that are refused before it is ignored. */
const MAX_REFUSED = 3;

/** Names kept: a hostile host may make up any number of them. */
const MAX_KEPT = 1000;

/** See above. */
export class Hosts {
  readonly #tell: (event: string, message: string) => void;
  readonly #known = new Set<string>();
  readonly #refused = new Map<string, number>();
  readonly #told = new Set<string>();

  constructor(tell: (event: string, message: string) => void) {
    this.#tell = tell;
  }

  /** Told once a host. */
  welcome(host: string): void {
    if (this.#known.has(host) || this.#known.size >= MAX_KEPT) return;
    this.#known.add(host);
    this.#tell("host_joined", `host ${host} runs programs`);
  }

  /** Notes a message that is not what it has to be; the third makes a host ignored. */
  refuse(host: string, why: string): void {
    const count = (this.#refused.get(host) ?? 0) + 1;
    if (count > MAX_REFUSED || (count === 1 && this.#refused.size >= MAX_KEPT)) return;
    this.#refused.set(host, count);
    const end = count === MAX_REFUSED ? "; it is ignored from now on" : "";
    this.#tell("result_refused", `host ${host}: ${why}${end}`);
  }

  isIgnored(host: string): boolean {
    return (this.#refused.get(host) ?? 0) >= MAX_REFUSED;
  }

  /** Tells what may recur by the thousand, the first time. */
  tellOnce(about: string, message: string, event = about): void {
    if (this.#told.has(about) || this.#told.size >= MAX_KEPT) return;
    this.#told.add(about);
    this.#tell(event, message);
  }
}
