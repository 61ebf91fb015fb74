import { assertEquals } from "@std/assert";
import { asInvoked } from "../../cli/invocation.ts";

Deno.test("asInvoked() writes commands as they are typed", () => {
  const text = "go on with: deno task soar --resume a, or see deno task runs";
  assertEquals(asInvoked(text, true), "go on with: soar --resume a, or see soar runs");
  assertEquals(asInvoked(text, false), text);
});
