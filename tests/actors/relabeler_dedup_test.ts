import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type RelabelerOptions } from "../../actors/relabeler.ts";
import { ModelError } from "../../models/client.ts";
import { embeddingClient } from "../../models/embeddings.ts";
import { Recorded } from "./recorded.ts";
import { relabel, RIGHT, TASK } from "./relabeling.ts";

for (const [status, asksOnce] of [[404, true], [501, true], [500, false]] as const) {
  Deno.test(`an endpoint that answers ${status} to embeddings: ${asksOnce ? "tokens are compared, and it is told once" : "the relabeler fails"}`, async () => {
    await using recorded = new Recorded();
    const body = "def transform(grid):\n" + "    grid = [row[::-1] for row in grid]\n".repeat(20);
    for (const [draw, end] of ["    return grid", "    return grid ", "    return 5"].entries()) {
      const code = draw === 2 ? "def transform(grid):\n    return grid[::-1]" : body + end;
      await recorded.program({ taskId: "a", draw, code }, RIGHT);
      await recorded.program({ taskId: "b", draw, code }, RIGHT);
    }
    let asked = 0;
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
      asked++;
      return Response.json({ error: { message: "no" } }, { status });
    });
    const embeddings = embeddingClient({
      baseUrl: `http://127.0.0.1:${server.addr.port}/v1`,
      ...{ apiKey: null, model: "rank", timeoutMs: 10_000, now: () => 0, random: () => 0 },
      retry: { maxAttempts: 1 },
    });
    const changes: Partial<RelabelerOptions> = {
      ...{ tasks: [TASK, { ...TASK, id: "b" }], dedup: "embedding", embeddings, concurrency: 1 },
      ...{ strategy: "correct", refinementRows: 0 },
    };
    if (!asksOnce) {
      await assertRejects(() => relabel(recorded, changes), ModelError, "500");
      return;
    }
    const { rows, events } = await relabel(recorded, changes);
    assertEquals(rows.length, 4, "of two that differ in a space one stays, in each task");
    const told = events.filter(({ event }) => event === "no_embeddings");
    assertEquals(told.map(({ level }) => level), ["warning"]);
    assertMatch(told[0].message, new RegExp(`compared by their tokens: .*${status}`));
    assertEquals(asked, 1);
  });
}

Deno.test("select.dedup=embedding without an embedding model goes by tokens, and says so", async () => {
  await using recorded = new Recorded();
  for (const [draw, code] of ["x = 1", "x =  1"].entries()) {
    await recorded.program({ taskId: "a", draw, code }, RIGHT);
  }
  const { events } = await relabel(recorded, { dedup: "embedding" });
  const told = events.filter(({ event }) => event === "no_embeddings");
  assertEquals(told.map(({ message }) => message), [
    "programs are compared by their tokens: no embedding model is named",
  ]);
});
