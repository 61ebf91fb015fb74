/**
 * The command `soar` that `deno install -g` makes: main.ts under its own name, in any folder.
 *
 * @module
 */
import { main } from "./main.ts";

Deno.exit(await main(Deno.args));
