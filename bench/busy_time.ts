/**
 * How much of their time some places were taken.
 *
 * @module
 */

/** Counts the time of places that are taken and given back. */
export class BusyTime {
  readonly #places: number;
  readonly #now: () => number;
  #taken = 0;
  #busyMs = 0;
  #changedAt: number;

  /** @param now milliseconds */
  constructor(places: number, now: () => number) {
    this.#places = places;
    this.#now = now;
    this.#changedAt = now();
  }

  begin(): void {
    this.#account();
    this.#taken++;
  }

  end(): void {
    this.#account();
    this.#taken--;
  }

  /** Time of all places together so far, in milliseconds. */
  get busyMs(): number {
    this.#account();
    return this.#busyMs;
  }

  /** Share of `wallMs` that the places were taken, 0..1. */
  share(wallMs: number): number {
    return this.busyMs / (this.#places * wallMs);
  }

  #account(): void {
    const now = this.#now();
    this.#busyMs += this.#taken * (now - this.#changedAt);
    this.#changedAt = now;
  }
}
