import { assert, assertEquals } from "@std/assert";
import { ArmPools } from "../../actors/arm_pools.ts";
import { DRAWN_EACH, parentChoices } from "../../actors/parent_choice.ts";
import { seededRandom } from "../../search/random.ts";
import { Recorded } from "./recorded.ts";

const UNIT = { generation: 0, visible: null, draw: 0 };

/** A pool of so many arms, a third of them right on the train pair and unknown on the test. */
async function poolOf(recorded: Recorded, arms: number) {
  const { archive } = recorded;
  for (let draw = 0; draw < arms; draw++) {
    const right = draw % 3 === 0;
    const outputs = [right ? "2" : "9", String(draw)];
    void recorded.program({ taskId: "a", draw }, {
      outputs,
      correctTrain: [right],
      correctTest: null,
    });
  }
  await recorded.program({ taskId: "a", draw: arms }, { outcome: "timeout" });
  const pools = new ArmPools({ archive, sampleUnitsOf: () => arms + 1 });
  return { archive, pool: pools.of("a", UNIT) };
}

for (const arms of [30, DRAWN_EACH + 30]) {
  for (const parents of ["rex", "rex_no_discount"] as const) {
    Deno.test(`parentChoices() of ${parents} among ${arms} gives the best first, others after failures`, async () => {
      await using recorded = new Recorded();
      const { archive, pool } = await poolOf(recorded, arms);
      const firsts = [1, 1, 2, 3].map((seed) => {
        const choices = parentChoices(pool, { parents }, seededRandom(seed));
        const chosen: string[] = [];
        let failed: ReadonlySet<string> = new Set();
        for (let i = 0; i < 8; i++) {
          const { value } = choices.next(failed);
          const [{ id, h, theta }] = value!;
          assertEquals(archive.get(id)!.h, h);
          assertEquals(h, 1, "with ten right arms and more none of the wrong ones wins");
          assert(theta > 0.8);
          chosen.push(id);
          failed = new Set([id]);
        }
        assertEquals(new Set(chosen).size, 8);
        return chosen;
      });
      assertEquals(firsts[0], firsts[1]);
      assert(firsts[2].join() !== firsts[3].join());
    });
  }
}

Deno.test("parentChoices() ends when all have failed", async () => {
  await using recorded = new Recorded();
  const { pool } = await poolOf(recorded, 3);
  const choices = parentChoices(pool, { parents: "rex" }, seededRandom(1));
  let failed: ReadonlySet<string> = new Set();
  for (let i = 0; i < 3; i++) failed = new Set(choices.next(failed).value!.map(({ id }) => id));
  assertEquals(choices.next(failed).done, true);
});
