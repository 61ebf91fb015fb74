/**
 * Attacks by using up time, memory and room: 29 to 40.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import { type Attack, attack, burning, type Details, NUMPY, transform } from "./attack.ts";

function memory(number: number, name: string, body: string, details: Details = {}): Attack {
  return transform(number, name, "grows", body, {
    timeoutMs: 10_000,
    ends: ["memory"],
    ...details,
  });
}

function flood(name: string, body: string, details: Details = {}): Attack {
  return transform(37, name, "floods", body, {
    timeoutMs: 10_000,
    ends: ["output_limit"],
    ...details,
  });
}

function source(name: string, code: string, details: Details): Attack {
  const none = { none: "Python refuses it by itself" };
  return { number: 39, name, code, control: none, ends: ["syntax_error"], ...details };
}

const TOO_MUCH: Details = { control: { none: "the control may not have so much either" } };
const BROKEN: readonly Outcome[] = ["killed", "memory", "runtime_error"];
const DEEP = `sys.setrecursionlimit(10**9)
x = []
for _ in range(200000): x = [x]
`;
const GUARDED: Details = {
  timeoutMs: 10_000,
  ends: BROKEN,
  differs: "how deep is too deep depends on the stack",
  control: { seen: "dies", by: "python", refusedBy: "a Python that guards its stack" },
};

/** Attacks 29 to 40. */
export const EXHAUSTION_ATTACKS: readonly Attack[] = [
  burning(29, "a loop", "while True: pass"),
  { ...burning(29, "a loop while loading", ""), code: "while True: pass" },
  burning(30, "a big power", "9 ** 9 ** 9"),
  burning(30, "digits of a number", "sys.set_int_max_str_digits(0)\nstr(1 << 10**8)"),
  burning(30, "a number of digits", `sys.set_int_max_str_digits(0)\nint("9" * 10**7)`),
  burning(31, "a regular expression", `import re\nre.match(r"(a+)+$", "a" * 40 + "b")`),
  burning(32, "sleep", "import time\ntime.sleep(1e6)"),
  burning(
    32,
    "a lock",
    `import _thread
lock = _thread.allocate_lock()
lock.acquire()
while not lock.acquire(False): pass`,
  ),
  burning(
    32,
    "a lock that blocks",
    `import _thread
lock = _thread.allocate_lock()
lock.acquire()
lock.acquire()
while True: pass`,
  ),
  transform(32, "input()", "runs", "return input()", { ends: ["runtime_error"] }),

  memory(33, "blocks", "a = []\nwhile True: a.append(bytearray(1 << 24))"),
  memory(33, "doubling", "a = [0]\nwhile True: a = a + a"),
  memory(33, "small objects", "a = []\nwhile True: a = [a, a[:]]", {
    ends: ["memory", "killed", "timeout"],
    differs: "which limit comes first depends on the size of an object",
  }),
  memory(35, "one huge block", "bytearray(3 << 30)"),
  memory(35, "a huge list", "[0] * 10**10", TOO_MUCH),
  memory(35, "a huge array", "import numpy as np\nnp.zeros(10**10).sum()", {
    ...NUMPY,
    ...TOO_MUCH,
  }),
  memory(35, "a large array", "import numpy as np\nnp.ones(10**8)", NUMPY),

  transform(
    36,
    "deep recursion",
    "dies",
    `sys.setrecursionlimit(10**9)
def f(n): return repr([n, R()])
class R:
    def __repr__(self): return f(0)
return f(0)`,
    GUARDED,
  ),
  transform(36, "repr of a deep list", "dies", `${DEEP}return repr(x)`, GUARDED),
  transform(
    36,
    "comparing deep lists",
    "dies",
    `${DEEP}y = []
for _ in range(200000): y = [y]
return x == y`,
    GUARDED,
  ),
  transform(36, "json of a deep list", "dies", `${DEEP}import json\nreturn json.dumps(x)`, GUARDED),
  transform(36, "a deep list to be freed", "says", `${DEEP}del x\nreturn [[0]]`, {
    ends: ["ok", "killed"],
    differs: GUARDED.differs,
    control: { none: "Python frees it by itself" },
  }),

  flood("print", `while True: print("x" * 10**5)`),
  flood(
    "a print that catches all",
    `while True:
    try: print("x" * 10**5)
    except: pass`,
  ),
  flood("a line of a gigabyte", `print("x" * (1 << 30))`, {
    ends: ["memory"],
    control: { seen: "grows", by: "python" },
  }),
  flood("a long line", `print("x" * 10**7)\nreturn g`),
  flood("standard error", `while True: sys.stderr.write("x" * 10**5)`),
  flood(
    "warnings",
    `import warnings
warnings.simplefilter("always")
while True: warnings.warn("x" * 10**5)`,
  ),
  flood("descriptors 1 and 2", `while True: os.write(1, b"x" * 10**5) + os.write(2, b"x")`, {
    ends: ["runtime_error"],
  }),
  flood("an error's huge message", `raise ValueError("x" * 10**7)`, { ends: ["runtime_error"] }),
  flood(
    "an error that prints",
    `class E(Exception):
    def __str__(self):
        while True: print("x" * 10**5)
raise E`,
  ),

  attack(
    38,
    "10,000 threads",
    "says",
    `import _thread, time
started = 0
for _ in range(10000):
    try: _thread.start_new_thread(time.sleep, (600,))
    except RuntimeError: break
    started += 1
return started`,
    { timeoutMs: 10_000 },
  ),
  attack(
    38,
    "a thread",
    "says",
    `import threading
one = threading.Thread(target=int)
one.start()
return True`,
  ),
  burning(
    38,
    "a task that never ends",
    `import asyncio
async def never():
    while True: await asyncio.sleep(0)
asyncio.run(never())`,
    { ends: ["timeout", "runtime_error"], differs: "an event loop takes sockets" },
  ),
  burning(38, "a generator that never ends", "for _ in iter(int, 1): pass"),
  transform(38, "a result that never ends", "runs", "while True: yield [1]", {
    ends: ["invalid_grid"],
  }),

  source("50 MB", `def transform(g):\n    return [[1]]\n#${"x".repeat(50 << 20)}`, {
    control: { seen: "says", by: "python" },
  }),
  source("10,000 parentheses", "(".repeat(10_000), {}),
  source("a long sum", `def transform(g):\n    return [[${"-".repeat(300_000)}1]]`, {
    ends: ["syntax_error"],
  }),
  source("a null byte", "def transform(g): return [[1]]\n\0", {}),
  source("half a character", "def transform(g): return [[1]]\nx\ud800 = 1", {}),
  source("another encoding", "# coding: utf-7\ndef transform(g): return +AFsAWw-1]]", {
    control: { seen: "says", by: "python" },
  }),

  transform(40, "a huge grid", "grows", "return [[0] * 10**6] * 10**6", { ends: ["invalid_grid"] }),
  transform(40, "a text as a cell", "floods", `return [["1" * 10**8]]`, { ends: ["invalid_grid"] }),
  transform(40, "a text as a row", "floods", `return ["1" * 10**8]`, { ends: ["invalid_grid"] }),
  transform(40, "a number as a cell", "says", "return [[10 ** 10 ** 6]]", {
    ends: ["invalid_grid"],
    control: { none: "its repr is refused by newer Pythons" },
  }),
];
