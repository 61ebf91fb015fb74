/**
 * Attacks by evading the clock: 57 and 58.
 *
 * @module
 */
import { type Attack, burning, NUMPY } from "./attack.ts";

/** Attacks 57 and 58. The control of 57 has a clock of its own, as naive harnesses do. */
export const EVASION_ATTACKS: readonly Attack[] = [
  burning(
    57,
    "a loop that catches all",
    `def spin():
    while True: pass
while True:
    try: spin()
    except BaseException: pass`,
  ),
  burning(
    57,
    "a loop in finally",
    `def spin():
    while True: pass
while True:
    try: spin()
    finally: continue`,
  ),
  burning(
    57,
    "a finalizer that loops",
    `class D:
    def __del__(self):
        while True: pass
D()
while True: D()`,
  ),
  burning(
    57,
    "other handlers",
    `import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError, RuntimeError): pass
while True: pass`,
  ),
  burning(
    57,
    "stopping the timer",
    `import signal
for which in (0, 1, 2):
    try: signal.setitimer(which, 0)
    except (OSError, AttributeError): pass
while True: pass`,
  ),
  burning(
    57,
    "blocking signals",
    `import signal
try: signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
except (OSError, AttributeError, ValueError): pass
while True: pass`,
  ),
  burning(
    57,
    "disabling faulthandler",
    `import signal
try:
    import faulthandler
    faulthandler.disable()
    faulthandler.cancel_dump_traceback_later()
    signal.alarm(0)
except (ImportError, OSError, AttributeError): pass
while True: pass`,
  ),
  burning(
    57,
    "an error whose text loops",
    `class E(Exception):
    def __str__(self):
        def spin():
            while True: pass
        while True:
            try: spin()
            except BaseException: pass
try: raise E
except E as error: str(error)`,
  ),

  burning(58, "a sum in C", "sum(range(10**12))"),
  burning(
    58,
    "a sort",
    `class E:
    def __lt__(self, other):
        while True: pass
sorted([E(), E()])`,
  ),
  burning(
    58,
    "replacing bytes",
    `one = b"ab" * 10**6
while True: one.replace(b"a", b"bc").count(b"b")`,
  ),
  burning(
    58,
    "linear algebra",
    `import numpy as np
one = np.ones((700, 700))
while True: np.linalg.svd(one)`,
    NUMPY,
  ),
  burning(58, "a large sort", "while True: sorted(range(10**6), key=lambda x: -x)"),
];
