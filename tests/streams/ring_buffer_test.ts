import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RingBuffer } from "../../streams/ring_buffer.ts";

Deno.test("RingBuffer behaves as an array bounded by its capacity", () => {
  const steps = fc.array(fc.constantFrom("push", "push", "shift", "clear"), { maxLength: 80 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), steps, (capacity, steps) => {
    const buffer = new RingBuffer<number>(capacity);
    const model: number[] = [];
    for (const [i, step] of steps.entries()) {
      if (step === "clear") {
        if (i % 5 > 0) continue; // rare, so that most runs fill up
        buffer.clear();
        model.length = 0;
      } else if (step === "push") {
        if (model.length === capacity) {
          assertThrows(() => buffer.push(i), RangeError, `all ${capacity} slots are taken`);
        } else {
          buffer.push(i);
          model.push(i);
        }
      } else if (model.length === 0) {
        assertThrows(() => buffer.shift(), RangeError, "the buffer is empty");
      } else {
        assertEquals(buffer.shift(), model.shift());
      }
      assertEquals([buffer.size, buffer.full], [model.length, model.length === capacity]);
    }
  }));
});

Deno.test("RingBuffer() refuses a capacity that is not an integer >= 1", () => {
  for (const capacity of [0, -1, 2.5, NaN]) {
    assertThrows(() => new RingBuffer(capacity), RangeError, `got ${capacity}`);
  }
});
