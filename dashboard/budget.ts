/**
 * The budget of a live run's next generation, to be changed over the same route as `soar control`.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { post } from "./ask.ts";
import { html, type View } from "./html.ts";
import { look, type NextBudget } from "./live.ts";
import { number } from "./table.ts";

/** Programs a task, as a form. */
export function Budget({ of }: { readonly of: NextBudget }): View {
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const change = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const budget = Object.fromEntries([...given].map(([name, value]) => [name, Number(value)]));
    setBusy(true);
    try {
      const { budget: made } = await post("control", { action: "budget", budget }) as {
        budget: { generation: number; fields: string[] };
      };
      setTold(
        made.fields.length === 0
          ? "this is the budget already"
          : `${made.fields.join(", ")}, from generation ${made.generation} on`,
      );
      await look();
    } catch (error) {
      setTold((error as Error).message);
    }
    setBusy(false);
  };
  const field = (name: "samples" | "refinements") =>
    html`<label>${name} <input type="number" name=${name} min="0" max="1000000" step="1" required
      key=${of[name]} defaultValue=${of[name]} /></label>`;
  return html`
    <section class="card">
      <h2>Budget a task from generation ${of.generation} on: ${number(
        of.samples,
      )} samples, ${number(
        of.refinements,
      )} refinements</h2>
      <form class="row" onSubmit=${change}>
        ${field("samples")} ${field("refinements")}
        <button disabled=${busy}>Change the budget</button>
        <span role="status">${told}</span>
      </form>
    </section>
  `;
}
