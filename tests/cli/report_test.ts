import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Config } from "../../cli/config.ts";
import { gridSvg } from "../../cli/grid_svg.ts";
import { reportOf } from "../../cli/report.ts";
import { reportHtml } from "../../cli/report_html.ts";
import { reportMarkdown } from "../../cli/report_markdown.ts";
import { commandOf } from "../../cli/reproduce.ts";
import { svgPlot } from "../../cli/svg_plot.ts";
import { makeRun } from "./made_run.ts";

const HOSTILE = `</td><script>alert(1)</script>' onload="x" | [a](javascript:b) \x1b[2J`;

Deno.test("the report of a run tells its figures, and escapes what models and files named", async () => {
  const run = await makeRun(Deno.makeTempDirSync());
  await run.recorded.recorder.record({
    kind: "task",
    taskId: HOSTILE,
    dataset: "made-up",
    split: "training",
    train: [["1", "2"]],
    testInputs: ["3"],
    testOutputs: ["4"],
  });
  await run.recorded.program({ taskId: "a", draw: 3, code: HOSTILE }, {
    outcome: "runtime_error",
    error: HOSTILE,
    outputs: [null, null, null],
    correctTrain: [false, false],
    correctTest: [false],
  });
  await run[Symbol.asyncDispose]();
  const report = await reportOf(run.directory);
  const figures = Object.fromEntries(report.figures);
  assertEquals(
    [figures.state, figures.tasks, figures["solved by a program"], figures.programs],
    ["ended", "3", "1", "6"],
  );
  const titles = report.sections.map(({ title }) => title);
  for (const title of ["Learning", "Scaling", "Diversity", "Cost", "Bottlenecks", "To reproduce"]) {
    assert(titles.includes(title), title);
  }
  const solved = report.sections.find(({ title }) => title === "Solved tasks")!;
  assertEquals(solved.tasks!.map(({ id, input }) => [id, input]), [["a", [[1]]]]);
  const missed = report.sections.find(({ title }) => title === "Missed tasks")!;
  assertEquals(missed.tasks!.map(({ id }) => id), ["b", HOSTILE]);

  const html = reportHtml(report);
  assertStringIncludes(html, "&lt;script&gt;alert(1)");
  for (const markup of ["<script", ' onload="', "\x1b", "http://", "https://"]) {
    assert(!html.includes(markup), markup);
  }
  assertStringIncludes(html, "default-src 'none'");
  assertStringIncludes(html, "<title>by either: 33.3");
  const markdown = reportMarkdown(report);
  assert(!/(?<!\\)<script|(?<!\\)\[a/.test(markdown), markdown);
  assertStringIncludes(markdown, "\n    deno task soar");
});

Deno.test("gridSvg() draws a run of cells as one piece, a path a colour", () => {
  const svg = gridSvg([[1, 1, 2], [1, 2, 2]]);
  assertStringIncludes(svg, 'd="M0 0h2v1h-2zM0 1h1v1h-1z"');
  assertStringIncludes(svg, 'd="M2 0h1v1h-1zM1 1h2v1h-2z"');
  assertStringIncludes(svg, 'viewBox="0 0 3 2"');
});

Deno.test("svgPlot() keeps its points between the axes, by logarithm where asked", () => {
  const line = { name: "<b>", points: [[1, 0], [10, 50], [100, 100]] as [number, number][] };
  const svg = svgPlot({ title: "t", x: "x", y: "y", logX: true, lines: [line] });
  assertStringIncludes(svg, "M52 260L256 144L460 28");
  assertStringIncludes(svg, "&lt;b&gt;");
  assertEquals(svgPlot({ title: "t", x: "x", y: "y", logX: false, lines: [] }), "");
});

Deno.test("commandOf() gives what differs from the defaults, quoted", () => {
  const config = Config.parse({ run: { tasks: "sample#2", seed: 7 }, train: { args: ["it's"] } });
  assertEquals(
    commandOf(config),
    "deno task soar \\\n  --set 'run.tasks=sample#2' \\\n  --set run.seed=7 \\\n" +
      `  --set 'train.args=["it'\\''s"]'`,
  );
});
