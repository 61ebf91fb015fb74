/**
 * Attacks with the layers removed: each has to succeed, or that it fails in the sandbox shows
 * nothing. Where the kernel refuses namespaces they are ignored, with the reason.
 */
// Has Deno fetch it: the controls themselves have no network.
import "pyodide/pyodide.mjs";
import { assert, assertEquals } from "@std/assert";
import { controlOf, type ControlRoom, type ControlRun, makeControlRoom } from "./attack_control.ts";
import { ATTACKS } from "./attack_list.ts";
import { TRACES, tracing } from "./attack_traces.ts";
import { type Attack, codeFor } from "./attack.ts";
import { findPython } from "./find_python.ts";

const python = await findPython();
const made = await makeControlRoom(python.path);
const ignore = typeof made === "string";
const because = ignore ? ` (ignored: ${made})` : "";
const room = made as ControlRoom;

/** Whether an attack on the bridge leaves the next in the same Pyodide alone: to start one is dear. */
function mayShare({ number, control }: Attack): boolean {
  return "by" in control && control.by === "pyodide" && control.seen === "says" &&
    ![8, 11, 51].includes(number);
}

Deno.test({
  name: `attacks succeed where nothing holds them${because}`,
  ignore,
  async fn(t) {
    const controls = ATTACKS.map((attack) => controlOf(attack, room.prey));
    const together = controls.filter((run, i) => run !== null && mayShare(ATTACKS[i]));
    const shared = { ...together[0]!, programs: together.flatMap((run) => run!.programs) };
    const alone = controls.filter((run) => run !== null && !together.includes(run)) as ControlRun[];
    const [first, ...sightings] = await room.run([shared, ...alone]);
    for (const [i, { number, name, control, code }] of ATTACKS.entries()) {
      const run = controls[i];
      const place = together.indexOf(run);
      const sighting = place < 0
        ? run && sightings[alone.indexOf(run)]
        : { ...first, lines: [first.lines[1 + place] ?? "nothing"] };
      const why = "none" in control
        ? control.none
        : /\bnp\b|numpy/.test(code) && !python.numpy
        ? "no numpy"
        : undefined;
      const succeeded = run !== null && room.succeeded(run, sighting!);
      const excuse = !succeeded && "refusedBy" in control ? control.refusedBy : undefined;
      const missed = why ?? excuse;
      await t.step({
        name: `${number} ${name}${missed ? ` (ignored: ${missed})` : ""}`,
        ignore: missed !== undefined,
        fn: () => assert(succeeded, JSON.stringify(sighting)),
      });
    }
  },
});

Deno.test({
  name: `traces of a program are felt by the next where nothing holds them${because}`,
  ignore,
  async fn(t) {
    const run = (programs: string[]): ControlRun => ({
      ...{ seen: "says", by: "python", inputs: [[[1, 2]]], answers: [[[0]]], alarm: 0 },
      programs: programs.map((code) => codeFor({ code }, room.prey)),
    });
    const runs = TRACES.flatMap((trace) => [
      run([tracing("", trace), tracing("", trace)]),
      run([tracing(trace.dirt, trace), tracing("", trace)]),
    ]);
    const sightings = await room.run(runs);
    for (const [i, { number, name, noControl, probe }] of TRACES.entries()) {
      const why = noControl ?? (/numpy/.test(probe) && !python.numpy ? "no numpy" : undefined);
      await t.step({
        name: `${number} ${name}${why ? ` (ignored: ${why})` : ""}`,
        ignore: why !== undefined,
        fn() {
          const [clean, soiled] = [sightings[2 * i].lines, sightings[2 * i + 1].lines];
          assert(clean.length >= 3, clean.join("\n"));
          assert(clean[2] !== soiled[2], `${clean.join("\n")}\n--\n${soiled.join("\n")}`);
        },
      });
    }
  },
});

Deno.test({
  name: `an honest program shows none of it${because}`,
  ignore,
  async fn() {
    const honest = "def transform(g):\n    return [row[::-1] for row in g]";
    const attack = { number: 1, name: "none", code: honest };
    for (
      const seen of [
        "says",
        "heard",
        "writes",
        "leaves",
        "runs",
        "grows",
        "floods",
        "dies",
        "passes",
      ] as const
    ) {
      const run = controlOf({ ...attack, control: { seen, by: "python" } }, room.prey)!;
      const [sighting] = await room.run([run]);
      assertEquals(room.succeeded(run, sighting), false, `${seen}: ${JSON.stringify(sighting)}`);
    }
  },
});
