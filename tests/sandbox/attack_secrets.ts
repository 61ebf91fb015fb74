/**
 * Attacks on what is to stay secret: the environment (26 to 28) and the answers (59 and 60).
 *
 * @module
 */
import { type Attack, attack, call, type Details, NO_CTYPES, SEALED, transform } from "./attack.ts";

/**
 * Looks for the cells of the hidden answer in the memory around every object it can name: 8 marks
 * tell where, and the 22 after them are only compared cell by cell, so that it cannot find itself.
 * rt_sigprocmask says which pages can be read without dying.
 */
const SCAN = `import ctypes, gc
libc = ctypes.CDLL(None)
page, marks, rest = 4096, bytes([$MARKS]), [$REST]
pages, done, hits = {id(o) // page for o in gc.get_objects()}, set(), 0
gc.unfreeze()
pages |= {id(o) // page for o in gc.get_objects()}
pages |= {id(o) // page for o in (None, 0, b"x", "x", sys, os)}
def readable(n):
    return libc.syscall(${call(14, 135)}, 0, ctypes.c_void_p(n * page), None, 8) == 0
for seed in sorted(pages):
    for step in (1, -1):
        n = seed if step == 1 else seed - 1
        while n not in done and abs(n - seed) < 4096 and readable(n):
            done.add(n)
            n += step
run = b""
for n in sorted(done):
    if n - 1 not in done: run = b""
    run = run[-64:] + ctypes.string_at(n * page, page)
    at = run.find(marks)
    while at >= 0:
        after = run[at + 8:at + 30]
        if len(after) == 22 and all(a ^ 85 == b for a, b in zip(after, rest)): hits += 1
        at = run.find(marks, at + 1)
return hits`;

/** Where the hidden answer is its own input, it has to find it. */
const FINDS: Details = { finds: true, timeoutMs: 20_000 };

/** Attacks 26 to 28. */
export const SECRET_ATTACKS: readonly Attack[] = [
  attack(26, "the environment", "says", `return os.environ.get("SOAR_CANARY", "")`),
  attack(
    26,
    "the environment of the C library",
    "says",
    `names = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
found, i = "", 0
while names and names[i]:
    found += names[i].decode().partition("SOAR_CANARY=")[2][:12]
    i += 1
return found`,
  ),
  attack(
    26,
    "the environment in memory",
    "says",
    `import gc
for one in gc.get_objects():
    for held in gc.get_referents(one):
        if type(held) is dict and b"SOAR_CANARY" in held:
            return os.fsdecode(held[b"SOAR_CANARY"])
return ""`,
  ),
  attack(26, "arguments and path", "says", `return len(sys.argv[0]) > 8 or bool(sys.path)`),
  attack(26, "the interpreter's path", "says", `return bool(sys.executable)`),

  attack(
    27,
    "descriptors",
    "says",
    `found = []
for fd in [fd for fd in range(256) if fd != 3]:
    for act in (lambda: os.fstat(fd), lambda: os.write(fd, b"\\n"), lambda: os.dup(fd)):
        try: act()
        except OSError: continue
        found.append(fd)
return found`,
    { only: ["python", "0, 1 and 2 are there, cut off: the next"] },
  ),
  attack(
    27,
    "what descriptors hold",
    "says",
    `found = []
for fd in [fd for fd in range(256) if fd != 3]:
    try: os.write(fd, b"\\n")
    except OSError: continue
    found.append(fd)
return found`,
  ),
  attack(
    27,
    "reading the standard input",
    "runs",
    `return os.read(0, 1) != b"?"`,
    { ends: ["runtime_error"] },
  ),
  attack(27, "one more descriptor", "says", "return os.dup(1) > 0", { differs: SEALED }),
  attack(27, "a pipe", "says", "return os.pipe()[0] > 0"),

  attack(28, "the name of the machine", "says", "return os.uname().nodename", {
    only: ["python", "it is the same everywhere"],
    control: { none: "a name need not be a secret" },
    ends: ["runtime_error"],
  }),
];

/** Attacks 59 and 60. */
export const LEAK_ATTACKS: readonly Attack[] = [
  attack(
    59,
    "frames of the harness",
    "says",
    `wanted = [$MARKS]
def holds(value, depth=4):
    if type(value) is not list or not depth: return False
    if len(value) > 8 and value[:8] == wanted: return True
    return any(holds(one, depth - 1) for one in value[:99])
frame = sys._getframe()
while frame:
    if any(holds(value) for value in list(frame.f_locals.values())): return True
    frame = frame.f_back
return False`,
    FINDS,
  ),
  attack(
    59,
    "objects of the harness",
    "says",
    `import gc
wanted = [$MARKS]
gc.unfreeze()
return any(type(o) is list and o[:8] == wanted and len(o) > 8 for o in gc.get_objects())`,
    FINDS,
  ),
  attack(
    59,
    "closures and referrers",
    "says",
    `import gc, types
wanted = [$MARKS]
todo, seen, frame = [], set(), sys._getframe()
while frame:
    todo += frame.f_locals.values()
    frame = frame.f_back
todo += [f for f in gc.get_objects() if type(f) is types.FunctionType]
for one in todo:
    if id(one) in seen or one is wanted or one is todo: continue
    seen.add(id(one))
    if type(one) is list and one[:8] == wanted and len(one) > 8: return True
    if len(todo) < 500000: todo += gc.get_referents(one)
return False`,
    FINDS,
  ),
  attack(59, "all memory", "says", SCAN, { ...FINDS, only: NO_CTYPES }),
  attack(59, "its own memory as a file", "says", `return open("/proc/self/mem", "rb") is not None`),
  attack(
    59,
    "tracemalloc",
    "says",
    `import tracemalloc
return tracemalloc.get_traced_memory() is not None and bool(sys.path)`,
  ),

  transform(
    60,
    "answer by the number of the call",
    "says",
    `global n
n = globals().get("n", 0) + 1
return [[1 if n > 1 else 0]]`,
    { inputs: [[[1, 2]], [[3, 4]], [[5, 6]]] },
  ),
  transform(
    60,
    "keep earlier inputs",
    "says",
    `import builtins
builtins.kept = getattr(builtins, "kept", []) + [g]
return [[1 if len(builtins.kept) > 1 else 0]]`,
    { inputs: [[[1, 2]], [[3, 4]], [[5, 6]]] },
  ),
];
