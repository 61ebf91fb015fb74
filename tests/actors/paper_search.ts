import type { SearchOptions } from "../../actors/search_options.ts";
import { compatRules } from "../../search/compat.ts";

/** The science of a search, as a run has it that says nothing of it. */
export const PAPER_SEARCH = {
  allocation: { policy: "fixed", enoughSampled: 100, enoughRefined: 100, totals: null },
  rules: compatRules("paper"),
  refining: { parents: "rex" },
  voting: { voter: "whole" },
  refinementStrategy: "balanced",
  dedup: "none",
  embeddings: null,
} as const satisfies
  & Pick<SearchOptions, "allocation" | "rules" | "refining" | "voting">
  & Partial<SearchOptions["selection"]>
  & { allocation: { totals: null } };
