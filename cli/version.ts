/**
 * The version of this code, as deno.json states it.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };

/** Version of soar. */
export const VERSION: string = manifest.version;
