/**
 * Programs that mean harm, for the soak test: what they do and how they may end.
 *
 * @module
 */

/** Bodies of `transform(g)`. None of them may give anything but a typed verdict. */
export const HOSTILE: readonly string[] = [
  "import os\nos._exit(0)",
  "import os\nos.abort()",
  "import os\nos.kill(os.getppid(), 9)",
  "import os\nos.fork()\nreturn g",
  "import os\nos.system('true')\nreturn g",
  "import os\nos.write(3, bytes([0, 1, 1, 7]) * 50)\nreturn g",
  "import os\nfor fd in range(64):\n    try:\n        os.close(fd)\n    except OSError:\n        pass\nreturn g",
  "import ctypes\nctypes.string_at(0)",
  "import ctypes\nctypes.CDLL(None).syscall(101, 0, 0, 0, 0)\nreturn g",
  "import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return f(n + 1)\nf(0)",
  "import sys\nsys.modules.clear()\nreturn g",
  "import gc\nfor x in gc.get_objects():\n    if type(x) is dict:\n        x.clear()\nreturn g",
  "import builtins\nbuiltins.len = builtins.list = None\nreturn g",
  "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
  "import threading\nthreading.Thread(target=print).start()\nreturn g",
  "import socket\nsocket.socket()\nreturn g",
  "open('/etc/passwd').read()\nreturn g",
  "print('x' * 10**8)\nreturn g",
  "while True: print('x' * 10**5)",
  "return [[0] * 10**6] * 10**6",
  "raise SystemExit(0)",
  "class E(BaseException):\n    def __str__(self): raise self\nraise E()",
  "x = []\nfor _ in range(200000): x = [x]\nreturn repr(x)",
  "pile = [0]\nwhile True: pile = pile + pile",
  "while True: pass",
  "import numpy\nnumpy.array = None\nreturn g",
  "import os\nos._exit(82)",
  "import os\nos._exit(93)",
];
