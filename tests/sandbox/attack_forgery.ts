/**
 * Attacks on the verdict: 41 to 51. Nobody tells them the answer.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import { type Attack, attack, type Control, type Details, NUMPY, transform } from "./attack.ts";

const INVALID: Details = { ends: ["invalid_grid"] };

/** A wrong grid that a judge in the same process takes for right. */
function fooling(number: number, name: string, body: string, details: Details = {}): Attack {
  return transform(number, name, "passes", body, details);
}

/** A value that is not a grid. */
function value(number: number, name: string, expression: string, details: Details = {}): Attack {
  return fooling(number, name, `return ${expression}`, { ...INVALID, ...details });
}

/** The same, of a class of its own. */
function classed(number: number, name: string, body: string, expression: string): Attack {
  return fooling(number, name, `${body}\nreturn ${expression}`, INVALID);
}

/** What a value could gain is shown by a judge that compares with `==` or cell by cell. */
const NO_GAIN: { control: Control } = {
  control: { none: "it gains nothing anywhere; the rule is what is tested" },
};

const FRAME = "bytes([0, 1, 1, 7])";
const EVERYWHERE = `for fd in range(256):
    for raw in (${FRAME}, b"\\npassed\\n"):
        try: os.write(fd, raw)
        except OSError: pass
`;

function ending(
  name: string,
  body: string,
  ends: readonly Outcome[],
  details: Details = {},
): Attack {
  return transform(49, name, "dies", body, { ends, ...details });
}

/** Attacks 41 to 51 that hold on one program. */
export const FORGERY_ATTACKS: readonly Attack[] = [
  fooling(41, "a frame everywhere, then a loop", `${EVERYWHERE}while True: pass`, {
    timeoutMs: 300,
    burns: true,
    ends: ["ok", "killed", "output_limit"],
    differs: "what is more than a frame is refused at once or at the end",
  }),
  fooling(41, "a frame everywhere, then the end", `${EVERYWHERE}os._exit(0)`, {
    ends: ["killed", "output_limit"],
    differs: "what is more than a frame is refused at once or at the end",
  }),
  attack(
    42,
    "the secret of the protocol",
    "says",
    `import gc, types
frame, names = sys._getframe(), {}
while frame:
    names.update(frame.f_locals)
    frame = frame.f_back
gc.unfreeze()
for one in gc.get_objects():
    if type(one) is types.FunctionType and one.__closure__:
        for name, cell in zip(one.__code__.co_freevars, one.__closure__):
            try: names[name] = cell.cell_contents
            except ValueError: pass
found = [names[n] for n in ("nonce", "token", "secret", "mark") if n in names]
return any(isinstance(one, (str, bytes)) and len(one) >= 8 for one in found)`,
  ),

  ...[
    ["json", "import json\njson.dumps = lambda *_, **__: ''\nreturn g"],
    ["pickle", "import pickle\npickle.dumps = lambda *_, **__: b''\nreturn g"],
    ["all and zip", "import builtins\nbuiltins.all = lambda *_: True\nreturn g"],
    [
      "len and isinstance",
      "import builtins\nbuiltins.len = lambda *_: 0\nbuiltins.isinstance = lambda *_: True\nbuiltins.zip = lambda *_: iter(())\nreturn g",
    ],
    [
      "sorted, map, type",
      "import builtins\nbuiltins.map = builtins.zip = lambda *_: iter(())\nbuiltins.sorted = lambda *_: []\nbuiltins.type = lambda *_: list\nreturn g",
    ],
    ["operator.eq", "import operator\noperator.eq = lambda *_: True\nreturn g"],
  ].map(([name, body]) => fooling(43, `a replaced ${name}`, body, { ends: ["ok"] })),
  fooling(
    43,
    "a replaced numpy.array_equal",
    `import numpy
numpy.array_equal = lambda *_, **__: True
return g`,
    { ...NUMPY, ends: ["ok"] },
  ),

  ...[
    ["==", "class X(list):\n    def __eq__(self, other): return True", "X(g)"],
    ["!=", "class X(list):\n    def __ne__(self, other): return False", "X(g)"],
    ["== of rows", "class X(list):\n    def __eq__(self, other): return True", "[X(g[0])]"],
    [
      "len and iter",
      "class X(list):\n    def __len__(self): return 0\n    def __iter__(self): return iter(())",
      "X(g)",
    ],
    [
      "getitem",
      "class X(list):\n    def __iter__(self): return iter([])\n    def __getitem__(self, i): return 1",
      "X(g)",
    ],
    [
      "== of a cell",
      "class X(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__",
      "[[X(7), X(7)]]",
    ],
    [
      "a text as a cell",
      "class X(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__",
      "[[X(7), X(7)]]",
    ],
    [
      "a false class",
      "class X:\n    __class__ = list\n    def __eq__(self, other): return True",
      "X()",
    ],
    [
      "reduce",
      "class X(list):\n    def __reduce__(self): return list, ()\n    def __eq__(self, other): return True",
      "X(g)",
    ],
    [
      "hash and index",
      "class M(type):\n    def __eq__(self, other): return True\n    def __hash__(self): return hash(int)\nclass X(metaclass=M):\n    __class__ = int\n    def __int__(self): return 7\n    __index__ = __int__\n    def __eq__(self, other): return True",
      "[[X(), X()]]",
    ],
  ].map(([name, body, expression]) => classed(44, `evil ${name}`, body, expression)),

  fooling(
    45,
    "a second reading that differs",
    `class X(list):
    n = 0
    def __iter__(self):
        self.n += 1
        return iter([[1, 2]] if self.n == 1 else [])
return X(g)`,
    INVALID,
  ),
  transform(45, "the input, emptied", "passes", "g.clear()\nreturn g", INVALID),
  transform(45, "a changed input", "says", "got = g[0][0] == 9\ng[0][0] = 9\nreturn [[int(got)]]", {
    inputs: [[[1, 2]], [[1, 2]]],
    ends: ["ok"],
  }),

  value(46, "a generator", "(row for row in ())"),
  value(46, "an iterator", "iter(())"),
  value(46, "a dict", "{}"),
  value(46, "a set", "set()"),
  value(46, "a tuple", "()"),
  value(46, "tuples as rows", "[()]"),
  value(46, "a text", `""`),
  value(46, "digits as text", `["12"]`, NO_GAIN),
  value(46, "nothing", "None", NO_GAIN),
  value(46, "an array of floats", "np.zeros((0, 0))", NUMPY),
  value(46, "an array of arrays", "[np.array(g[0])]", { ...NUMPY, ...NO_GAIN }),

  ...["True", "1.0", "None", "float('nan')", "float('inf')", "-0.0", "10 ** 100", "'1'", "b'1'"]
    .map(
      (cell) => value(47, cell, `[[${cell}, ${cell}]]`, /^(True|1\.0)$/.test(cell) ? {} : NO_GAIN),
    ),
  value(47, "np.bool_", "[[np.bool_(True)] * 2]", NUMPY),
  value(47, "np.float64", "[[np.float64(1)] * 2]", NUMPY),
  value(47, "an object array", "np.array([[1, 1]], object)", NUMPY),

  value(48, "no rows", "[]"),
  value(48, "no cells", "[[]]"),
  value(48, "ragged", "[[1, 1], [1]]", NO_GAIN),
  value(48, "31x31", "[[1] * 31] * 31", NO_GAIN),
  value(48, "10", "[[10, 1]]", NO_GAIN),
  value(48, "-1", "[[-1, 1]]", NO_GAIN),

  ending("sys.exit", "sys.exit(0)", ["runtime_error"]),
  ending("os._exit", "os._exit(0)", ["killed"]),
  ending("os.abort", "os.abort()", ["killed"]),
  ending("SystemExit", "raise SystemExit", ["runtime_error"]),
  ending("KeyboardInterrupt", "raise KeyboardInterrupt", ["runtime_error"]),
  ending("GeneratorExit", "raise GeneratorExit", ["runtime_error"]),
  ending(
    "a text that raises",
    `class E(BaseException):
    def __str__(self): raise self
raise E`,
    ["runtime_error"],
  ),
  ending(
    "a text that ends it",
    `class E(Exception):
    def __str__(self): os._exit(0)
raise E`,
    ["killed"],
  ),
  ending(
    "a text that loops",
    `class E(Exception):
    def __str__(self):
        while True: pass
raise E`,
    ["timeout"],
    { timeoutMs: 300, burns: true, control: { seen: "runs", by: "python" } },
  ),

  ...["MemoryError", "ModuleNotFoundError", "TimeoutError", "SandboxError"].map((name) =>
    transform(
      50,
      `an error called ${name}`,
      "dies",
      `class E(Exception): pass
E.__name__ = E.__qualname__ = "${name}"
E.__module__ = "builtins"
raise E("no result within 300 ms")`,
      { ends: ["runtime_error"] },
    )
  ),
];
