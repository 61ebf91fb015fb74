import { assertEquals } from "@std/assert";
import { readConfig } from "../../cli/config.ts";
import { tuning } from "../../examples/smollm/main.ts";

Deno.test("example:smollm gives a run the checkpoint to fine-tune, its shards and the trainer's flags", () => {
  const flags = tuning("/a checkpoint", "/others/g001");
  const { train } = readConfig({
    flags: { model: { endpoint: "http://127.0.0.1:1/v1", name: "/a checkpoint" } },
    set: flags.filter((flag) => flag !== "--set"),
    environment: {},
    file: null,
  });
  assertEquals([train.base, train.swap, train.shards], ["/a checkpoint", "path", ["/others/g001"]]);
  assertEquals(train.args.slice(0, 2), ["--rank", "64"]);
});
