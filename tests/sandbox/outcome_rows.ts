/**
 * Programs and their outcomes: at least one of each outcome, and the rule for each kind of value.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";

/** A program and what is to be said of it. */
export interface Row {
  readonly name: string;
  readonly code: string;
  readonly outcome: Outcome;
  /** Output on [[1,2],[3,4]] when ok. */
  readonly output?: Grid;
  /** The whole error text, where it does not depend on the version of Python. */
  readonly error?: string | RegExp;
  readonly needs?: "numpy" | "scipy" | "ctypes";
  readonly timeoutMs?: number;
}

/** What the programs are run on. */
export const INPUT: Grid = [[1, 2], [3, 4]];
/** A program that returns the value of an expression of the input `g`. */
export function returning(expression: string): string {
  return `def transform(g):\n    return ${expression}`;
}

function withNumpy(expression: string): string {
  return `import numpy as np\n${returning(expression)}`;
}

function classy(body: string): string {
  return `class E(Exception):\n    ${body}\ndef transform(g):\n    raise E()`;
}

/** One row and more for each outcome. */
export const ROWS: readonly Row[] = [
  { name: "identity", code: returning("g"), outcome: "ok", output: INPUT },
  { name: "1x1", code: returning("[[0]]"), outcome: "ok", output: [[0]] },
  { name: "30x30", code: returning("[[9] * 30 for _ in range(30)]"), outcome: "ok" },
  { name: "alias rows", code: returning("[[1, 2]] * 2"), outcome: "ok", output: [[1, 2], [1, 2]] },
  {
    name: "a main guard",
    code: `${returning("g")}\nif __name__ == "__main__":\n    1 / 0`,
    outcome: "ok",
  },
  {
    name: "a dataclass",
    code: `from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n${
      returning("[[P(3).x]]")
    }`,
    outcome: "ok",
    output: [[3]],
  },
  { name: "prints", code: `def transform(g):\n    print("x")\n    return g`, outcome: "ok" },
  {
    name: "a rare module",
    code: `import colorsys, xml.etree.ElementTree\n${returning("g")}`,
    outcome: "ok",
  },
  {
    name: "array",
    code: withNumpy("np.rot90(np.array(g))"),
    outcome: "ok",
    output: [[2, 4], [1, 3]],
    needs: "numpy",
  },
  {
    name: "array of bools",
    code: withNumpy("np.array(g) > 2"),
    outcome: "ok",
    output: [[0, 0], [1, 1]],
    needs: "numpy",
  },
  {
    name: "numpy integers in lists",
    code: withNumpy("[[np.uint8(7), np.int64(1)]]"),
    outcome: "ok",
    output: [[7, 1]],
    needs: "numpy",
  },
  {
    name: "numpy without an import",
    code: returning("np.array(g)"),
    outcome: "ok",
    output: INPUT,
    needs: "numpy",
  },
  {
    name: "numpy by a hidden import",
    code: returning(`__import__("num" + "py").array(g)`),
    outcome: "ok",
    output: INPUT,
    needs: "numpy",
  },
  {
    name: "numpy, failure swallowed",
    code: `try:\n    n = __import__("num" + "py")\nexcept BaseException:\n    n = None\n${
      returning("[[int(n is None)]]")
    }`,
    outcome: "ok",
    output: [[0]],
    needs: "numpy",
  },
  {
    name: "numpy.random late",
    code: withNumpy("[[int(np.random.RandomState(3).randint(5, 6))]]"),
    outcome: "ok",
    output: [[5]],
    needs: "numpy",
  },
  {
    name: "ndimage",
    code: `from scipy.ndimage import label\n${returning("label(np.array(g) > 2)[0]")}`,
    outcome: "ok",
    output: [[0, 0], [1, 1]],
    needs: "scipy",
  },
  {
    name: "scipy.spatial by a hidden import",
    code: `d = __import__("scipy.spat" + "ial").spatial.distance\n${
      returning("[[int(d.cityblock([0], [4]))]]")
    }`,
    outcome: "ok",
    output: [[4]],
    needs: "scipy",
  },

  { name: "no colon", code: "def transform(g)\n    return g", outcome: "syntax_error" },
  { name: "deep parentheses", code: "(".repeat(10_000), outcome: "syntax_error" },
  { name: "a null byte", code: "x = 1\0", outcome: "syntax_error" },
  {
    name: "a long source",
    code: "#".repeat(2 << 20),
    outcome: "syntax_error",
    error: "source is longer than 1048576 bytes",
  },

  {
    name: "raises",
    code: returning("g[9]"),
    outcome: "runtime_error",
    error: "IndexError: list index out of range",
  },
  {
    name: "raises while loading",
    code: "1 / 0",
    outcome: "runtime_error",
    error: "ZeroDivisionError: division by zero",
  },
  {
    name: "empty",
    code: "",
    outcome: "runtime_error",
    error: "NameError: name 'transform' is not defined",
  },
  {
    name: "recursion",
    code: "def transform(g):\n    return transform(g)",
    outcome: "runtime_error",
    error: /^RecursionError: /,
  },
  {
    name: "sys.exit",
    code: "import sys\ndef transform(g):\n    sys.exit(0)",
    outcome: "runtime_error",
    error: "SystemExit: 0",
  },
  {
    name: "keyboard interrupt",
    code: "def transform(g):\n    raise KeyboardInterrupt",
    outcome: "runtime_error",
    error: "KeyboardInterrupt",
  },
  {
    name: "two-line message",
    code: `def transform(g):\n    raise ValueError("a\\nb")`,
    outcome: "runtime_error",
    error: "ValueError: a",
  },
  {
    name: "huge message",
    code: `def transform(g):\n    raise ValueError("🙂" * 10**6)`,
    outcome: "runtime_error",
    error: /^ValueError: .{1,188}$/,
  },
  {
    name: "lone surrogate",
    code: `def transform(g):\n    raise ValueError("\\ud800")`,
    outcome: "runtime_error",
    error: "ValueError:",
  },
  {
    name: "__str__ that raises",
    code: classy("def __str__(self): raise self"),
    outcome: "runtime_error",
    error: "E",
  },
  {
    name: "__str__ of another type",
    code: classy("def __str__(self): return 5"),
    outcome: "runtime_error",
    error: "E",
  },
  {
    name: "__str__ that loops",
    code: classy("def __str__(self):\n        while True: pass"),
    outcome: "timeout",
    timeoutMs: 300,
  },
  { name: "input()", code: returning("input()"), outcome: "runtime_error", error: /^EOFError/ },

  {
    name: "unknown module",
    code: "import no_such_module",
    outcome: "missing_module",
    error: "ModuleNotFoundError: No module named 'no_such_module'",
  },
  { name: "unknown submodule", code: "import collections.nothing", outcome: "missing_module" },

  {
    name: "loop",
    code: "def transform(g):\n    while True: pass",
    outcome: "timeout",
    timeoutMs: 300,
    error: "no result within 300 ms",
  },
  { name: "loop while loading", code: "while True: pass", outcome: "timeout", timeoutMs: 300 },
  {
    name: "loop that catches all",
    code:
      "def transform(g):\n    while True:\n        try:\n            while True: pass\n        except: pass",
    outcome: "timeout",
    timeoutMs: 300,
  },
  { name: "big power", code: "def transform(g):\n    9**9**9", outcome: "timeout", timeoutMs: 300 },
  {
    name: "regex",
    code: `import re\ndef transform(g):\n    re.match(r"(a+)+$", "a" * 40 + "b")`,
    outcome: "timeout",
    timeoutMs: 300,
  },
  {
    name: "sleep",
    code: "import time\ndef transform(g):\n    time.sleep(1e6)",
    outcome: "timeout",
    timeoutMs: 300,
  },

  {
    name: "list of bytes",
    code: "def transform(g):\n    a = []\n    while True: a.append(bytearray(1 << 24))",
    outcome: "memory",
    error: "MemoryError",
  },
  { name: "one block", code: "def transform(g):\n    bytearray(3 << 30)", outcome: "memory" },
  { name: "a huge list", code: "def transform(g):\n    [0] * 10**10", outcome: "memory" },
  {
    name: "a huge array",
    code: "import numpy as np\ndef transform(g):\n    np.ones(10**10)",
    outcome: "memory",
    needs: "numpy",
  },

  {
    name: "prints a lot",
    code: `def transform(g):\n    print("x" * 10**7)`,
    outcome: "output_limit",
  },
  {
    name: "prints without end",
    code:
      `def transform(g):\n    while True:\n        try: print("x" * 10**5)\n        except: pass`,
    outcome: "output_limit",
  },
  {
    name: "stderr",
    code: `import sys\ndef transform(g):\n    while True: sys.stderr.write("x" * 10**5)`,
    outcome: "output_limit",
  },

  {
    name: "nothing",
    code: "def transform(g): pass",
    outcome: "invalid_grid",
    error: "expected a list of rows, got NoneType",
  },
  { name: "tuple of rows", code: returning("tuple(g)"), outcome: "invalid_grid" },
  {
    name: "tuple rows",
    code: returning("[tuple(r) for r in g]"),
    outcome: "invalid_grid",
    error: "row 0: expected a list, got tuple",
  },
  { name: "generator", code: "def transform(g): yield [1]", outcome: "invalid_grid" },
  {
    name: "bool cells",
    code: returning("[[True]]"),
    outcome: "invalid_grid",
    error: "row 0: expected integers, got bool",
  },
  {
    name: "float cells",
    code: returning("[[1.0]]"),
    outcome: "invalid_grid",
    error: "row 0: expected integers, got float",
  },
  { name: "text cells", code: returning(`[["1"]]`), outcome: "invalid_grid" },
  {
    name: "ragged",
    code: returning("[[1, 2], [3]]"),
    outcome: "invalid_grid",
    error: "row 1: expected 2 cells, got 1",
  },
  {
    name: "no rows",
    code: returning("[]"),
    outcome: "invalid_grid",
    error: "expected 1..30 rows, got 0",
  },
  {
    name: "no cells",
    code: returning("[[]]"),
    outcome: "invalid_grid",
    error: "row 0: expected 1..30 cells, got 0",
  },
  {
    name: "31 rows",
    code: returning("[[1]] * 31"),
    outcome: "invalid_grid",
    error: "expected 1..30 rows, got 31",
  },
  { name: "31 columns", code: returning("[[1] * 31]"), outcome: "invalid_grid" },
  {
    name: "10",
    code: returning("[[10]]"),
    outcome: "invalid_grid",
    error: "row 0: expected 0..9, got 10",
  },
  { name: "-1", code: returning("[[-1]]"), outcome: "invalid_grid" },
  { name: "10**100", code: returning("[[10**100]]"), outcome: "invalid_grid" },
  {
    name: "list subclass",
    code: `class L(list): pass\n${returning("L(g)")}`,
    outcome: "invalid_grid",
    error: "expected a list of rows, got L",
  },
  {
    name: "int subclass",
    code: `class I(int): pass\n${returning("[[I(1)]]")}`,
    outcome: "invalid_grid",
  },
  {
    name: "float array",
    code: withNumpy("np.array(g) * 1.0"),
    outcome: "invalid_grid",
    error: "expected integers, got an array of float64",
    needs: "numpy",
  },
  {
    name: "three dimensions",
    code: withNumpy("np.zeros((2, 2, 2), int)"),
    outcome: "invalid_grid",
    error: "expected 2 dimensions, got 3",
    needs: "numpy",
  },
  {
    name: "wide array",
    code: withNumpy("np.zeros((1, 10**6), int)"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "list of arrays",
    code: withNumpy("[np.array(r) for r in g]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "masked array",
    code: withNumpy("np.ma.masked_array(g)"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "numpy bool cell",
    code: withNumpy("[[np.bool_(True)]]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "timedelta cell",
    code: withNumpy("[[np.timedelta64(1)]]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },

  { name: "os._exit", code: "import os\ndef transform(g):\n    os._exit(0)", outcome: "killed" },
  {
    name: "crash",
    code: "import ctypes\ndef transform(g):\n    ctypes.string_at(0)",
    outcome: "killed",
    error: "ended by signal 11",
    needs: "ctypes",
  },
  { name: "abort", code: "import os\ndef transform(g):\n    os.abort()", outcome: "killed" },
];
