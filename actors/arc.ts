/**
 * The Abstraction and Reasoning Corpus as a domain: the one a search is about unless told otherwise.
 *
 * @module
 */
import { loadTasks } from "../data/load_tasks.ts";
import { extractProgram } from "../models/extract_program.ts";
import { FIRST_EXAMPLE } from "../models/few_shot_example.ts";
import { answerText, crossoverPrompt, refinePrompt, samplePrompt } from "../models/prompts.ts";
import { judge } from "../sandbox/judge.ts";
import { isHardCoded } from "../search/hard_coding.ts";
import { keepFault } from "../search/keep.ts";
import type { Domain } from "./domain.ts";

/** Grids in, grids out, by a program that defines `transform`. */
export const ARC: Domain = {
  name: "arc",
  loadTasks,
  prompts: {
    sample: samplePrompt,
    refine: refinePrompt,
    crossover: crossoverPrompt,
    answer: answerText,
    extract: extractProgram,
    firstExample: FIRST_EXAMPLE,
  },
  runnable: (code) => code,
  judge,
  features: { isHardCoded, keepFault },
};
