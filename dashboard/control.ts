/**
 * The levers of a live run, over the same route as `soar control`; each change is journalled.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { post } from "./ask.ts";
import { html, type View } from "./html.ts";
import { look } from "./live.ts";

/** Pause or resume; with a task, stops it. */
export function Control(
  { paused = false, task }: { readonly paused?: boolean; readonly task?: string },
): View {
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const steer = async (action: string) => {
    setBusy(true);
    try {
      const { changed } = await post("control", { action, task }) as { changed: boolean };
      setTold(task === undefined ? "" : changed ? "stopped" : "was stopped already");
      await look();
    } catch (error) {
      setTold((error as Error).message);
    }
    setBusy(false);
  };
  const action = task !== undefined ? "stop-task" : paused ? "resume" : "pause";
  const label = { "stop-task": "Stop this task", resume: "Resume", pause: "Pause" }[action];
  return html`
    <span
      class="row"><button disabled=${busy} onClick=${() => steer(action)}>${label}</button>${told &&
        html`<span role="status">${told}</span>`}</span>
  `;
}
