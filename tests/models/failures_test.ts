import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { redactor } from "../../models/failures.ts";

/** Ways a server may repeat what it was sent, and what is to be left of it. */
const ECHOES: [echo: (key: string) => string, left: string][] = [
  [(key) => `you sent Bearer ${key}.`, "you sent Bearer [key]."],
  [(key) => `/v1?key=${encodeURIComponent(key)}&n=1`, "/v1?key=[key]&n=1"],
  [(key) => `/${encodeURIComponent(key).toLowerCase()}/`, "/[key]/"],
  [(key) => JSON.stringify({ key }), '{"key":"[key]"}'],
  [
    (key) => JSON.stringify({ said: JSON.stringify({ key }) }),
    '{"said":"{\\"key\\":\\"[key]\\"}"}',
  ],
  [
    (key) => key.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    "[key]",
  ],
];

Deno.test("redactor() takes the key out however it is written", () => {
  const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  // A key that ends in a backslash takes the escape behind it along.
  const key = fc.string({ unit: printable, maxLength: 60 }).map((rest) => `sk-${rest}.`);
  fc.assert(fc.property(key, (key) => {
    const redact = redactor(key);
    for (const [echo, left] of ECHOES) {
      // Lower case hits the letters of the key too: only a key without capitals survives it.
      if (echo === ECHOES[2][0] && key !== key.toLowerCase()) continue;
      assertEquals(redact(echo(key)), left);
    }
  }));
});

Deno.test("redactor() leaves other text alone", () => {
  const redact = redactor("sk-1.2+3");
  assertEquals(redact("sk-1x2+3 and sk-1.2"), "sk-1x2+3 and sk-1.2");
  assertEquals(redactor(null)("sk-1.2+3"), "sk-1.2+3");
});
