/**
 * First module of a guest worker: takes away what lets code in it leave the realm or reach others,
 * before Pyodide is evaluated, and keeps privately what the worker itself needs.
 *
 * This hardens; the boundaries are the permissions of the worker and the process around it.
 *
 * @module
 */

/** The global of a worker, as a bag of names. */
export const realm = globalThis as unknown as Record<string, unknown>;

/** Sends a message to the process around the worker. */
export const send: (message: unknown, transfer?: Transferable[]) => void = (realm
  .postMessage as typeof send).bind(globalThis);

/** Queries permissions; taken before it is removed. */
export const permissions = (realm.Deno as typeof Deno).permissions;

const { stdin, stdout } = realm.Deno as typeof Deno;
/** Reads from the pipe to the process. @returns how many bytes, or null at its end */
export const readPipe: (into: Uint8Array) => number | null = stdin.readSync.bind(stdin);
/** Writes to the pipe from the process. @returns how many bytes it took */
export const writePipe: (bytes: Uint8Array) => number = stdout.writeSync.bind(stdout);

/** What Pyodide must not find when it starts, as it would take Deno for Node. */
const EARLY = ["Deno", "process", "Buffer", "global"];

/** What the language itself has; everything else goes once Pyodide has started. */
const KEPT = new Set([
  ...["Object", "Function", "Array", "Number", "parseFloat", "parseInt", "Infinity", "NaN"],
  ...["undefined", "Boolean", "String", "Symbol", "Date", "Promise", "RegExp", "Error"],
  ...["AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError"],
  ...["URIError", "globalThis", "JSON", "Math", "Intl", "ArrayBuffer", "Uint8Array", "Int8Array"],
  ...["Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float32Array", "Float64Array"],
  ...["Uint8ClampedArray", "BigUint64Array", "BigInt64Array", "DataView", "Map", "BigInt", "Set"],
  ...["WeakMap", "WeakSet", "WeakRef", "Proxy", "Reflect", "FinalizationRegistry", "decodeURI"],
  ...["decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "unescape", "eval"],
  ...["isFinite", "isNaN", "console", "TextDecoder", "TextEncoder", "performance", "crypto"],
  "queueMicrotask", // the loop of messages uses it
]);

for (const name of EARLY) remove(name);

/**
 * Leaves only the language in the realm, with a source of chance that always gives the same and a
 * clock that moves a millisecond a reading; `rewind` sets both back.
 */
export function bareRealm(): { rewind(): void; names(): number } {
  for (const name of Object.getOwnPropertyNames(globalThis)) if (!KEPT.has(name)) remove(name);
  const now = performance.now.bind(performance);
  let reading = 0;
  let chance = 0;
  function getRandomValues(view: Uint8Array): Uint8Array {
    for (let i = 0; i < view.length; i++) {
      chance = Math.imul(chance, 1_664_525) + 1_013_904_223 | 0; // Numerical Recipes, ranqd1
      view[i] = chance >>> 24;
    }
    return view;
  }
  function random(): number {
    chance = Math.imul(chance, 1_664_525) + 1_013_904_223 | 0;
    return (chance >>> 0) / 2 ** 32;
  }
  Date.now = () => 1_700_000_000_000 + reading++;
  Math.random = random;
  const silent = () => {};
  replace("crypto", Object.freeze({ getRandomValues }));
  replace("performance", Object.freeze({ now, timeOrigin: 0 }));
  replace("console", Object.freeze({ log: silent, warn: silent, error: silent, info: silent }));
  return {
    rewind() {
      reading = 0;
      chance = 0;
    },
    names: () => Object.getOwnPropertyNames(globalThis).length,
  };
}

function remove(name: string): void {
  if (!Reflect.deleteProperty(realm, name)) Reflect.set(realm, name, undefined);
}

function replace(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: false, configurable: true });
}
