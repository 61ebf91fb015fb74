/**
 * The fake server as an endpoint of whole runs: its completions hold programs.
 */
import { answerText } from "../../models/prompts.ts";
import { PROGRAMS } from "../actors/scripted_run.ts";
import { FakeServer, type FakeServerOptions } from "../models/fake_server.ts";

/** A server whose completions hold programs, each by its seed. */
export function programServer(options: FakeServerOptions = {}): FakeServer {
  return new FakeServer({
    textOf: (seed) => {
      const mixed = Math.imul(seed, 0x9e3779b1) >>> 0;
      const program = PROGRAMS[mixed % PROGRAMS.length];
      return program === null ? "I do not know." : answerText(`${program}\n# ${seed}`);
    },
    ...options,
  });
}

/** Text of a soar.toml with these models; fields as TOML lines. */
export function modelList(models: readonly (readonly [FakeServer, ...string[]])[]): string {
  return models.map(([{ baseUrl }, ...fields], i) => {
    const label = `label = "${"abc"[i]}"`;
    return ["[[model]]", `endpoint = "${baseUrl}"`, `name = "tiny"`, label, ...fields].join("\n");
  }).join("\n\n") + "\n";
}
