import { assertEquals, assertRejects } from "@std/assert";
import { Journal } from "../../data/journal.ts";
import { JournalStore } from "../../data/journal_store.ts";
import { StoreError } from "../../data/store_error.ts";

Deno.test("each answer covers all that was journalled before the question", async () => {
  const directory = await Deno.makeTempDir();
  const journal = Journal.open(directory, 0);
  const store = new JournalStore(directory);
  const note = (message: string) =>
    journal.append({
      kind: "event",
      level: "info",
      event: "test",
      generation: null,
      taskId: null,
      message,
    }).written;
  await journal.append({
    kind: "run_opened",
    runId: "1",
    seed: 1,
    resumed: false,
    config: {},
    codeVersion: "0",
  }).written;
  const messages = async () => {
    const { rows } = await store.query("select message from events order by seq");
    return rows.map(([message]) => message);
  };
  await note("a");
  assertEquals(await messages(), ["a"]);
  await note("b");
  await note("c");
  assertEquals(await messages(), ["a", "b", "c"]);
  await assertRejects(() => store.query("select nonsense"), StoreError, "nonsense");
  assertEquals(await messages(), ["a", "b", "c"]);
  await store.close();
  assertEquals(await messages(), ["a", "b", "c"]);
  await store.close();
  await journal.close();
});
