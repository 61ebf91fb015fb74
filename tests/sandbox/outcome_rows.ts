/**
 * Programs and their outcomes: at least one of each.
 *
 * @module
 */
import { GRID_ROWS } from "./grid_rows.ts";
import { returning, type Row } from "./outcome_row.ts";

function classy(body: string): string {
  return `class E(Exception):\n    ${body}\ndef transform(g):\n    raise E()`;
}

const FAULT_ROWS: readonly Row[] = [
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

/** One row and more for each outcome. */
export const ROWS: readonly Row[] = [...GRID_ROWS, ...FAULT_ROWS];
