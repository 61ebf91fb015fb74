/**
 * Attacks on the next program: 52 to 56, and on what is to be the same each time: 28.
 *
 * @module
 */
import type { EngineName } from "./attack.ts";

/** What one program does, and an expression that tells the next. */
export interface Trace {
  readonly number: number;
  readonly name: string;
  /** Run while a program loads. */
  readonly dirt: string;
  readonly probe: string;
  /** The one engine it applies to, and why not to the other. */
  readonly only?: readonly [EngineName, string];
  /** The verdict of the dirt, where its layer refuses it; else it is felt where it is made. */
  readonly refused?: boolean;
  /** Why a naive harness does not show it. */
  readonly noControl?: string;
}

function trace(
  number: number,
  name: string,
  dirt: string,
  probe: string,
  more: Partial<Trace> = {},
): Trace {
  return { number, name, dirt, probe, ...more };
}

const NUMPY: Partial<Trace> = { only: ["python", "there is no numpy"] };
const ALONE: Partial<Trace> = { only: ["python", "nothing of the sort is there"] };
/** Pauses in a naive harness, and is over at once where clocks stand still. */
const WAIT = "[__import__('time').sleep(0.01) for _ in range(20)] and ";

/** The traces, by what they are left in. */
export const TRACES: readonly Trace[] = [
  trace(28, "chance", "", "__import__('random').random()"),
  trace(28, "bytes of chance", "", "os.urandom(8)"),
  trace(28, "an identifier", "", "__import__('uuid').uuid4()"),
  trace(28, "hashes", "", "hash('a text')"),
  trace(28, "the time", "", "__import__('time').time()"),
  trace(28, "the date", "", "__import__('datetime').datetime.now()"),
  trace(28, "the date in words", "", "__import__('time').ctime()", {
    noControl: "it changes once a second only",
  }),
  trace(28, "times of files", "", "__import__('os').stat('/').st_mtime", {
    only: ["wasm", "python has no files"],
    noControl: "the naive harness has files that keep their times",
  }),
  trace(28, "time spent", "", "__import__('time').perf_counter()"),
  trace(
    28,
    "numpy's chance",
    "",
    "__import__('numpy').random.default_rng().integers(1 << 40)",
    NUMPY,
  ),

  trace(
    56,
    "the library, opened by O_PATH",
    "import os; os.pwrite(os.open('/lib/python314.zip', 0o10000000), b'x', 1 << 22)",
    "__import__('os').stat('/lib/python314.zip').st_size",
    {
      only: ["wasm", "python has no files"],
      refused: true,
      noControl: "the naive harness has no such library",
    },
  ),
  trace(52, "builtins", "import builtins; builtins.sum = lambda *_: 9", "sum([])"),
  trace(52, "json", "import json; json.loads = lambda *_: 9", "__import__('json').loads('0')"),
  trace(52, "math", "import math; math.sqrt = lambda *_: 9", "__import__('math').sqrt(4)"),
  trace(
    52,
    "a class",
    "import collections; collections.Counter.total = lambda s: 9",
    "getattr(__import__('collections').Counter(), 'total', int)()",
  ),
  trace(52, "numpy's functions", "import numpy; numpy.rot90 = 9", "__import__('numpy').rot90", {
    ...NUMPY,
  }),
  trace(
    52,
    "numpy's errors",
    "import numpy; numpy.seterr(all='raise')",
    "__import__('numpy').geterr()",
    NUMPY,
  ),
  trace(
    52,
    "numpy's printing",
    "import numpy; numpy.set_printoptions(precision=1)",
    "__import__('numpy').array([1/3])",
    NUMPY,
  ),
  trace(52, "numpy's seed", "import numpy; numpy.random.seed(7)", "np.random.randint(10**6)", {
    ...NUMPY,
    noControl: "its chance differs without the seed too",
  }),

  trace(53, "a planted module", "sys.modules['plant'] = sys", "'plant' in sys.modules"),
  trace(53, "a replaced module", "sys.modules['json'] = sys", "__import__('json').__name__"),
  trace(53, "a finder", "sys.meta_path.insert(0, 1)", "1 in sys.meta_path"),
  trace(53, "a path hook", "sys.path_hooks.insert(0, 1)", "1 in sys.path_hooks"),
  trace(
    53,
    "a codec",
    "import codecs; codecs.register(lambda name: codecs.lookup('ascii') if name == 'plant' else None)",
    "tried(__import__('codecs').lookup, 'plant')",
  ),
  trace(
    53,
    "an exit handler",
    "import atexit; atexit.register(print)",
    "__import__('atexit')._ncallbacks()",
  ),
  trace(
    53,
    "a finalizer",
    "import weakref, collections; weakref.finalize(collections.Counter, print)",
    "len(__import__('weakref').finalize._registry)",
  ),
  trace(
    53,
    "a signal handler",
    "import signal; signal.signal(2, signal.SIG_IGN)",
    "__import__('signal').getsignal(2)",
  ),
  trace(53, "tracing", "sys.settrace(lambda *_: None)", "bool(sys.gettrace())"),
  trace(53, "profiling", "sys.setprofile(lambda *_: None)", "bool(sys.getprofile())"),
  trace(
    53,
    "an audit hook",
    "sys.addaudithook(lambda event, _: 1 / 0 if event == 'compile' else 0)",
    "eval('1 + 1')",
  ),
  trace(
    53,
    "a callback of collection",
    "import gc; gc.callbacks.append(print)",
    "len(__import__('gc').callbacks)",
  ),
  trace(53, "garbage collection", "import gc; gc.disable()", "__import__('gc').isenabled()"),
  trace(53, "the hook of exceptions", "sys.excepthook = print", "sys.excepthook is print"),
  trace(53, "the hook of display", "sys.displayhook = print", "sys.displayhook is print"),

  trace(54, "chance", "import random; random.seed(7)", "__import__('random').randrange(10**6)", {
    noControl: "its chance differs without the seed too",
  }),
  trace(
    54,
    "decimal",
    "import decimal; decimal.getcontext().prec = 3",
    "__import__('decimal').getcontext().prec",
  ),
  trace(54, "the recursion limit", "sys.setrecursionlimit(99)", "sys.getrecursionlimit()"),
  trace(
    54,
    "the limit of digits",
    "sys.set_int_max_str_digits(0)",
    "sys.get_int_max_str_digits()",
  ),
  trace(
    54,
    "warnings",
    "import warnings; warnings.filters[:] = []",
    "len(__import__('warnings').filters)",
  ),
  trace(54, "the environment", "os.environ['x'] = '1'", "os.environ.get('x')"),
  trace(
    54,
    "the locale",
    "import locale; locale.localeconv = lambda: {'decimal_point': '!'}",
    "__import__('locale').localeconv()['decimal_point']",
  ),
  trace(54, "the interval of threads", "sys.setswitchinterval(1)", "sys.getswitchinterval()"),
  trace(54, "the folder", "os.chdir('/usr')", "os.getcwd()", { ...ALONE, refused: true }),
  trace(
    54,
    "the mask of files",
    "os.umask(0o777)",
    "[line for line in open('/proc/self/status') if line[:5] == 'Umask']",
    { ...ALONE, refused: true },
  ),

  trace(
    55,
    "a thread",
    `import builtins, threading, time
threading.Thread(target=lambda: (time.sleep(0.05), setattr(builtins, "fired", 1)), daemon=True).start()`,
    `${WAIT}hasattr(__import__('builtins'), 'fired')`,
    { refused: true },
  ),
  trace(
    55,
    "a timer",
    `import builtins, signal
signal.signal(signal.SIGALRM, lambda *_: setattr(builtins, "fired", 1))
signal.setitimer(signal.ITIMER_REAL, 0.05)`,
    `${WAIT}hasattr(__import__('builtins'), 'fired')`,
    { refused: true },
  ),
  trace(
    55,
    "a task",
    `import builtins, asyncio
async def fire(): builtins.fired = 1
builtins.loop = asyncio.new_event_loop()
builtins.loop.create_task(fire())`,
    `hasattr(__import__('builtins'), 'loop') and __import__('builtins').loop.run_until_complete(` +
      `__import__('asyncio').sleep(0)) or hasattr(__import__('builtins'), 'fired')`,
    { refused: true },
  ),

  trace(
    56,
    "a file in /tmp",
    "open('$FOLDER/left', 'w').write('x')",
    "os.path.exists('$FOLDER/left')",
    { refused: true },
  ),
  trace(56, "an open descriptor", "os.dup2(1, 100)", "tried(os.fstat, 100)", { refused: true }),
  trace(56, "a closed descriptor", "os.close(1)", "tried(os.fstat, 1)", ALONE),
  trace(
    56,
    "interned texts",
    "import builtins; builtins.kept = sys.intern('pla' + 'nt' * 3)",
    "hasattr(__import__('builtins'), 'kept')",
  ),
  trace(
    56,
    "counted clocks",
    "import time; [time.time() for _ in range(9)]",
    "__import__('time').time()",
    {
      noControl: "its clock differs without it too",
    },
  ),
  trace(
    56,
    "counted dates",
    "import datetime; [datetime.datetime.now() for _ in range(9)]",
    "__import__('datetime').datetime.now()",
    { only: ["wasm", "its dates are real"], noControl: "its clock differs without it too" },
  ),
];

/** A program that does the dirt and tells what the probe gives. */
export function tracing(dirt: string, { probe }: Trace): string {
  return `import os, sys
def tried(act, *args):
    try: act(*args)
    except Exception: return False
    return True
${dirt}
def transform(g):
    raise ValueError(repr(${probe}))`;
}
