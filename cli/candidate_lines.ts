/**
 * A candidate as a line: of fixed columns, or by a template of the user's.
 *
 * @module
 */
import type { CandidateView } from "../mod.ts";
import { binOf } from "./candidate_filter.ts";
import { printable } from "./result_formats.ts";
import { UsageError } from "./usage_error.ts";

/** What a template may name. */
const FIELDS: Readonly<Record<string, (view: CandidateView) => string | number>> = {
  seq: ({ seq }) => seq,
  time: ({ at }) => new Date(at).toISOString(),
  id: ({ id }) => id,
  generation: ({ generation }) => generation,
  task: ({ taskId }) => taskId,
  operator: ({ operator }) => operator,
  parents: ({ parents }) => parents.join(","),
  model: ({ model }) => model,
  outcome: ({ outcome }) => outcome,
  state: stateOf,
  train: ({ trainRight, trainCount }) => `${trainRight}/${trainCount}`,
  train_acc: ({ trainRight, trainCount }) => +(trainRight / trainCount).toFixed(4),
  gain: ({ gain }) => gain ?? "",
  test: ({ testRight, testCount }) => `${testRight ?? "-"}/${testCount}`,
  bin: binOf,
  duplicate: ({ duplicate }) => String(duplicate),
  chars: ({ codeLength }) => codeLength,
};

/** One candidate as a line of fixed columns. */
export function lineOf(view: CandidateView): string {
  const gain = view.gain === null || view.gain === 0
    ? ""
    : ` (${view.gain > 0 ? "+" : ""}${view.gain})`;
  return printable(
    [
      `#${view.seq}`.padEnd(9),
      new Date(view.at).toTimeString().slice(0, 8),
      `g${view.generation}`,
      view.taskId.padEnd(9),
      view.operator.padEnd(6),
      `train ${view.trainRight}/${view.trainCount}${gain}`.padEnd(16),
      `test ${FIELDS.test(view)}`.padEnd(8),
      stateOf(view).padEnd(14),
      `${view.codeLength} chars`,
      view.duplicate ? "copy" : "",
      view.parents.length > 0 ? `<-${view.parents[0].slice(-6)}` : "",
    ].join("  ").trimEnd(),
  );
}

/**
 * A maker of lines by a template: `{field}` stands for a value, `{{` for a brace, `\t` and `\n` for
 * tab and line feed.
 *
 * @throws UsageError naming a field that there is not
 */
export function lineTemplate(template: string): (view: CandidateView) => string {
  const parts = template.split(/(\{\{|\{[^{}]*\}|\\[tn])/).map((part, i) => {
    if (i % 2 === 0) return () => part;
    if (part === "{{") return () => "{";
    if (part === "\\t") return () => "\t";
    if (part === "\\n") return () => "\n";
    const name = part.slice(1, -1);
    if (!Object.hasOwn(FIELDS, name)) {
      throw new UsageError(
        `--template: unknown field ${name}; fields: ${Object.keys(FIELDS).join(", ")}`,
      );
    }
    return (view: CandidateView) => printable(String(FIELDS[name](view)));
  });
  return (view) => parts.map((part) => part(view)).join("");
}

function stateOf(view: CandidateView): string {
  if (view.solved) return view.testRight === null ? "train-perfect" : "SOLVED";
  return view.transduction ? "hard-coded" : view.outcome;
}
