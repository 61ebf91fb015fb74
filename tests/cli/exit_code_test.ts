import { assertEquals } from "@std/assert";
import { exitCodeOf, Interrupted } from "../../cli/exit_code.ts";
import { UsageError } from "../../cli/usage_error.ts";
import {
  JournalError,
  ModelError,
  NoRunError,
  RunLockedError,
  SandboxError,
  ShardError,
  StoreError,
  TaskError,
  TrainerError,
} from "../../mod.ts";

const CODES: readonly [error: unknown, code: number][] = [
  [new UsageError(""), 2],
  [new TaskError("wrong_use", ""), 2],
  [new TaskError("malformed", ""), 2],
  [new TaskError("not_found", ""), 3],
  [new NoRunError(""), 3],
  [new ModelError("unreachable", ""), 4],
  [new ModelError("unauthorised", ""), 4],
  [new Interrupted(""), 130],
  [new RunLockedError(""), 1],
  [new JournalError(""), 1],
  [new SandboxError(""), 1],
  [new ShardError(""), 1],
  [new StoreError("sql", ""), 1],
  [new TrainerError(""), 1],
  [new Error(""), 1],
  ["text", 1],
  [undefined, 1],
];

for (const [error, code] of CODES) {
  const name = error instanceof TaskError
    ? `TaskError ${error.fault}`
    : error instanceof Error
    ? error.name
    : String(error);
  Deno.test(`exitCodeOf() is ${code} for ${name}`, () => {
    assertEquals(exitCodeOf(error), code);
  });
}
