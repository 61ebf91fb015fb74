/**
 * Programs and whether they may share a fork.
 *
 * @module
 */

/** Bodies of `transform(g)`, after `import numpy as np`, that may share a fork. */
export const SHARED: readonly (readonly [name: string, body: string])[] = [
  ["lists", "return [row[::-1] for row in g]"],
  ["numpy", "a = np.array(g)\nreturn np.where(a == a.max(), 0, a.T if a.shape[0] == 9 else a)"],
  ["linalg", "return (np.linalg.matrix_rank(np.array(g)) * np.ones((2, 2), int)).astype(int)"],
  ["methods with names of modules", "a = np.array(g)\nreturn a.copy() if a.trace() >= 0 else a"],
  ["indexing helpers", "return np.r_[np.array(g), np.array(g)]"],
  ["sliding windows", "np.lib.stride_tricks.sliding_window_view(np.array(g), (1, 1))\nreturn g"],
  [
    "collections",
    "from collections import Counter, defaultdict, deque\nd = defaultdict(list)\nd[1].append(2)\nreturn g",
  ],
  ["a cache", "import functools\n@functools.lru_cache(None)\ndef f(n): return n\nreturn [[f(1)]]"],
  [
    "a named tuple",
    "from collections import namedtuple\nP = namedtuple('P', 'x y')\nreturn [[P(1, 2).x]]",
  ],
  ["typing", "from typing import List, Optional\nx: List[int] = [1]\nreturn [x]"],
  ["its own private name", "def _mine(x): return x\nreturn _mine(g)"],
  ["globals of its own", "global total\ntotal = 1\nreturn g"],
  ["an error of its own", "try:\n    raise ValueError('x')\nexcept ValueError:\n    return g"],
  ["formatting", "x = '{}'.format(len(g))\nreturn [[int(x)]]"],
  ["prints", "print(g)\nreturn g"],
  ["deepcopy", "from copy import deepcopy\nreturn deepcopy(g)"],
  ["regular expressions", "import re\nreturn [[len(re.findall('a', 'aa'))]]"],
];

/** Bodies that must run alone, by what they reach. */
export const ALONE: readonly (readonly [name: string, body: string])[] = [
  ["attribute of a module", "np.array = None\nreturn g"],
  ["attribute of a function", "np.sum.x = 1\nreturn g"],
  ["attribute deleted", "del np.array\nreturn g"],
  ["attribute in a loop", "for np.array in [1]: pass\nreturn g"],
  ["attribute by walrus of a comprehension", "[0 for np.array in [1]]\nreturn g"],
  ["attribute by with", "with open('x') as np.array: pass\nreturn g"],
  ["attribute in a nested function", "def f():\n    def h():\n        np.x = 1\n    h()\nreturn g"],
  ["attribute in a lambda's default", "f = lambda x=setattr: x\nreturn g"],
  ["a class", "class A: pass\nreturn g"],
  ["type()", "A = type('A', (), {})\nreturn g"],
  ["setattr", "setattr(np, 'array', None)\nreturn g"],
  ["getattr", "getattr(np, 'array')\nreturn g"],
  ["globals", "globals()['x'] = 1\nreturn g"],
  ["vars", "vars(np)['array'] = None\nreturn g"],
  ["eval", "return eval('g')"],
  ["exec", "exec('import sys')\nreturn g"],
  ["compile", "compile('1', '', 'eval')\nreturn g"],
  ["open", "open('/etc/passwd')\nreturn g"],
  ["__import__", "__import__('sys')\nreturn g"],
  ["builtins by name", "__builtins__['len'] = None\nreturn g"],
  ["a dunder attribute", "np.__dict__['array'] = None\nreturn g"],
  ["subclasses", "().__class__.__base__.__subclasses__()\nreturn g"],
  ["function globals", "np.rot90.__globals__['array'] = None\nreturn g"],
  ["numpy's core", "np._core.x\nreturn g"],
  ["a wide letter that is an attribute", "ｓetattr(np, 'x', 1)\nreturn g"],
  ["a frame", "(x for x in g).gi_frame\nreturn g"],
  ["attrgetter", "import operator\noperator.attrgetter('__dict__')(np)['x'] = 1\nreturn g"],
  ["methodcaller", "from operator import methodcaller as m\nreturn g"],
  ["type hints", "import typing\ntyping.get_type_hints(transform)\nreturn g"],
  ["os", "import os\nreturn g"],
  ["sys", "import sys\nsys.modules.clear()\nreturn g"],
  ["ctypes", "import ctypes\nreturn g"],
  ["random", "import random\nreturn [[random.randrange(10)]]"],
  ["numpy.random", "np.random.seed(1)\nreturn g"],
  ["numpy.random from", "from numpy import random as r\nreturn g"],
  ["time", "import time\nreturn g"],
  ["a private module", "import numpy._core.multiarray as m\nreturn g"],
  ["scipy elsewhere", "from scipy import signal\nreturn g"],
  ["numpy's errors", "np.seterr(all='raise')\nreturn g"],
  ["numpy's printing", "np.set_printoptions(precision=2)\nreturn g"],
  ["memory beside an array", "np.lib.stride_tricks.as_strided(np.array(g), (99, 99))\nreturn g"],
  ["numpy's ctypes", "np.array(g).ctypes\nreturn g"],
  ["a pickle by numpy's format", "np.lib.format.read_array(g, True)\nreturn g"],
  ["a pickle", "np.load('x', allow_pickle=True)\nreturn g"],
  ["a shared dictionary", "np.typecodes['All'] = ''\nreturn g"],
  ["abc.register", "import collections.abc as c\nc.Sized.register(int)\nreturn g"],
  ["update_wrapper", "import functools\nfunctools.update_wrapper(np.rot90, len)\nreturn g"],
  ["the decorator of a wrapper", "from functools import wraps\nreturn g"],
  ["a module by way of another", "import typing\ntyping.types.FunctionType\nreturn g"],
  ["another way", "import copy\ncopy.types.CodeType\nreturn g"],
  ["warnings", "import warnings\nwarnings.simplefilter('error')\nreturn g"],
  ["recursion limit", "import sys\nsys.setrecursionlimit(9)\nreturn g"],
  ["decimal context", "from decimal import getcontext\nreturn g"],
  ["addresses", "return [[id(g) % 10]]"],
];

/** A whole program from a body. */
export function bodied(body: string): string {
  return `import numpy as np\ndef transform(g):\n${body.replaceAll(/^/gm, "    ")}\n`;
}
