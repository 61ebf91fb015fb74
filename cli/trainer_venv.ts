/**
 * The Python that language models are fine-tuned on: `.venv-trainer` of this folder, made by
 * `deno task trainer:setup` only, since torch takes gigabytes.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { homeDirectory } from "./home.ts";
import { UsageError } from "./usage_error.ts";
import { isMade, prepareVenv } from "./venv.ts";

const VENV = ".venv-trainer";
/** The trainer's Python package. */
export const TRAINER = fileURLToPath(new URL("../trainer", import.meta.url));

/** Makes it. @throws NoPythonError with the remedy */
export async function setUpTrainer(): Promise<void> {
  const python = await prepareVenv({
    folder: VENV,
    holds: "torch, transformers, trl and peft",
    install: ["--requirement", `${TRAINER}/requirements.txt`],
    wanted: await wanted(),
  }, (line) => console.log(line));
  console.log(`the trainer is ready: PYTHONPATH=trainer ${python} -m soar_trainer --help`);
}

/** The absolute path of its interpreter. @throws UsageError where it has not been made */
export async function trainerPython(): Promise<string> {
  if (isMade({ folder: VENV, wanted: await wanted() })) {
    return `${homeDirectory()}/${VENV}/bin/python`;
  }
  throw new UsageError("the trainer is not set up: run `deno task trainer:setup` (some 6 GB)");
}

function wanted(): Promise<string> {
  return Deno.readTextFile(`${TRAINER}/requirements.txt`);
}
