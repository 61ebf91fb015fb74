import { assertEquals } from "@std/assert";
import { type Format, formatted, type Rows } from "../../cli/result_formats.ts";

function rowsOf(names: readonly string[], ...rows: unknown[][]): Rows {
  return { columns: names.map((name) => ({ name, type: "VARCHAR" })), rows };
}

const FILE = { terminal: false, columns: 120 };
const TERMINAL = { terminal: true, columns: 40 };

const SAID = rowsOf(["id", "said"], [1, 'a,"b"\nc|d'], [2, null], [3, [["x"], { y: 1.5 }]]);

const FORMS: readonly [Exclude<Format, "parquet">, string][] = [
  ["csv", 'id,said\r\n1,"a,""b""\nc|d"\r\n2,\r\n3,"[[""x""],{""y"":1.5}]"\r\n'],
  [
    "json",
    '[{"id":1,"said":"a,\\"b\\"\\nc|d"},{"id":2,"said":null},{"id":3,"said":[["x"],{"y":1.5}]}]\n',
  ],
  [
    "jsonl",
    '{"id":1,"said":"a,\\"b\\"\\nc|d"}\n{"id":2,"said":null}\n{"id":3,"said":[["x"],{"y":1.5}]}\n',
  ],
  [
    "markdown",
    '| id | said |\n| --- | --- |\n| 1 | a,"b"<br>c\\|d |\n| 2 | NULL |\n| 3 | [["x"],{"y":1.5}] |\n',
  ],
  [
    "box",
    [
      "┌────┬───────────────────┐",
      "│ id │ said              │",
      "├────┼───────────────────┤",
      '│  1 │ a,"b"             │',
      "│    │ c|d               │",
      "├────┼───────────────────┤",
      "│  2 │ NULL              │",
      "├────┼───────────────────┤",
      '│  3 │ [["x"],{"y":1.5}] │',
      "└────┴───────────────────┘",
      "",
    ].join("\n"),
  ],
];

for (const [format, wanted] of FORMS) {
  Deno.test(`formatted() as ${format}`, () => assertEquals(formatted(SAID, format, FILE), wanted));
}

Deno.test("formatted() of no rows", () => {
  const none = rowsOf(["a"]);
  assertEquals(formatted(none, "csv", FILE), "a\r\n");
  assertEquals(formatted(none, "json", FILE), "[]\n");
  assertEquals(formatted(none, "jsonl", FILE), "");
  assertEquals(formatted(none, "box", FILE), "┌───┐\n│ a │\n├───┤\n└───┘\n");
});

Deno.test("formatted() never lets a cell steer the terminal", () => {
  const hostile = rowsOf(["\x1b[2J"], ["\x1b]0;title\x07\r\u202eabc"]);
  for (const format of ["box", "markdown", "csv"] as const) {
    const text = formatted(hostile, format, TERMINAL);
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assertEquals(/[\x00-\x09\x0b\x0c\x0e-\x1f\u202e]/.test(text), false, text);
  }
  assertEquals(formatted(hostile, "csv", FILE), '\x1b[2J\r\n"\x1b]0;title\x07\r\u202eabc"\r\n');
});

Deno.test("formatted() as a box counts wide characters, cuts long cells and says so", () => {
  const wide = formatted(rowsOf(["g", "n"], ["🟦⬛", 1], ["ab", 2]), "box", FILE);
  assertEquals(wide.split("\n").slice(3, 5), ["│ 🟦⬛ │ 1 │", "│ ab   │ 2 │"]);
  const long = formatted(rowsOf(["t"], ["x".repeat(61)], ["\n".repeat(40)]), "box", FILE);
  const lines = long.split("\n");
  assertEquals(lines[3], `│ ${"x".repeat(59)}… │`);
  assertEquals(lines.length, 3 + 1 + 1 + 31 + 1 + 1);
});

Deno.test("formatted() of one row too wide for the terminal lists it, whole", () => {
  const one = rowsOf(["id", "code"], [7, `def f():\n    ${"x".repeat(80)}`]);
  assertEquals(
    formatted(one, "box", TERMINAL),
    `  id  7\ncode  def f():\n          ${"x".repeat(80)}\n`,
  );
});
