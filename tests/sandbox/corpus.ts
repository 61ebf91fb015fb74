/**
 * Small programs of the kinds that models write, in plain Python, whole and flawed, for comparing
 * engines. None depends on what differs between versions of Python or between 32 and 64 bits: the
 * order of sets of anything but small integers, and texts of errors.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";

/** A program and what it is. */
export interface CorpusProgram {
  readonly name: string;
  readonly code: string;
}

/** What the programs are run on. */
export const CORPUS_INPUTS: readonly Grid[] = [
  [[1, 2], [3, 4]],
  [[0, 0, 5, 0], [0, 5, 5, 0], [3, 0, 0, 0], [0, 0, 7, 7], [0, 0, 0, 7]],
  [[0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8]],
  Array.from({ length: 13 }, (_, r) => Array.from({ length: 11 }, (_, c) => (r * c + r) % 4 * 2)),
];

/** Bodies of `transform(grid)`; `h`, `w` are the sides, and `out` is a copy to change. */
const BODIES: Record<string, string> = {
  identity: "return out",
  flip: "return [row[::-1] for row in grid]",
  turn: "return [list(row) for row in zip(*grid[::-1])]",
  transpose: "return list(map(list, zip(*grid)))",
  double: "return [[v for v in row for _ in range(2)] for row in grid for _ in range(2)]",
  crop: `cells = [(r, c) for r in range(h) for c in range(w) if grid[r][c]]
r0, r1 = min(r for r, _ in cells), max(r for r, _ in cells)
c0, c1 = min(c for _, c in cells), max(c for _, c in cells)
return [row[c0:c1 + 1] for row in grid[r0:r1 + 1]]`,
  commonest: `from collections import Counter
top = Counter(v for row in grid for v in row).most_common(1)[0][0]
return [[top]]`,
  recolor: "return [[{0: 0, 1: 5}.get(v, (v * 3 + 1) % 10) for v in row] for row in grid]",
  gravity: `for c in range(w):
    column = [grid[r][c] for r in range(h) if grid[r][c]]
    column = [0] * (h - len(column)) + column
    for r in range(h):
        out[r][c] = column[r]
return out`,
  flood: `def fill(r, c):
    if 0 <= r < h and 0 <= c < w and out[r][c] == 0:
        out[r][c] = 4
        fill(r + 1, c); fill(r - 1, c); fill(r, c + 1); fill(r, c - 1)
fill(0, 0)
return out`,
  components: `seen = [[False] * w for _ in range(h)]
n = 0
for r in range(h):
    for c in range(w):
        if grid[r][c] and not seen[r][c]:
            n += 1
            todo = [(r, c)]
            seen[r][c] = True
            while todo:
                a, b = todo.pop()
                out[a][b] = n % 9 + 1
                for p, q in ((a + 1, b), (a - 1, b), (a, b + 1), (a, b - 1)):
                    if 0 <= p < h and 0 <= q < w and grid[p][q] and not seen[p][q]:
                        seen[p][q] = True
                        todo.append((p, q))
return out`,
  bfs: `from collections import deque
queue, far = deque([(0, 0)]), {(0, 0): 0}
while queue:
    r, c = queue.popleft()
    for p, q in ((r + 1, c), (r, c + 1)):
        if p < h and q < w and (p, q) not in far:
            far[p, q] = far[r, c] + 1
            queue.append((p, q))
return [[far[r, c] % 10 for c in range(w)] for r in range(h)]`,
  heap: `import heapq
values = [v for row in grid for v in row]
heapq.heapify(values)
return [[heapq.heappop(values) for _ in range(w)] for _ in range(h)]`,
  sorted_rows: "return sorted((list(row) for row in grid), key=lambda row: (-sum(row), row))",
  dedupe: `kept = []
for row in grid:
    if row not in kept:
        kept.append(row)
return kept`,
  lines: `for r in range(h):
    hits = [c for c in range(w) if grid[r][c] == 5]
    if len(hits) > 1:
        for c in range(hits[0], hits[-1] + 1):
            out[r][c] = 5
return out`,
  border: `for r in range(h):
    for c in range(w):
        if r in (0, h - 1) or c in (0, w - 1):
            out[r][c] = 3
return out`,
  tile: "return [(row * 3)[:30] for row in grid]",
  mirror: "return [list(row) + list(row)[::-1] for row in grid]",
  diagonal: "for i in range(min(h, w)): out[i][i] = i % 10\nreturn out",
  count: "return [[min(9, sum(v == k for row in grid for v in row)) for k in range(10)]]",
  memo: `from functools import lru_cache
@lru_cache(None)
def paths(r, c):
    return 1 if r == 0 or c == 0 else paths(r - 1, c) + paths(r, c - 1)
return [[paths(r, c) % 10 for c in range(w)] for r in range(h)]`,
  classes: `class Cell:
    def __init__(self, r, c, v): self.r, self.c, self.v = r, c, v
    def __lt__(self, other): return (self.v, self.r, self.c) < (other.v, other.r, other.c)
cells = sorted(Cell(r, c, grid[r][c]) for r in range(h) for c in range(w))
return [[cells[r * w + c].v for c in range(w)] for r in range(h)]`,
  generators: `def spiral():
    t, l, b, r = 0, 0, h - 1, w - 1
    while t <= b and l <= r:
        yield from ((t, c) for c in range(l, r + 1))
        yield from ((i, r) for i in range(t + 1, b + 1))
        if t < b: yield from ((b, c) for c in range(r - 1, l - 1, -1))
        if l < r: yield from ((i, l) for i in range(b - 1, t, -1))
        t, l, b, r = t + 1, l + 1, b - 1, r - 1
for i, (r, c) in enumerate(spiral()): out[r][c] = i % 10
return out`,
  itertools: `from itertools import groupby, chain, product
runs = [(k, len(list(g))) for k, g in groupby(chain.from_iterable(grid))]
return [[k, min(n, 9)] for k, n in runs][:30]`,
  strings: `text = "/".join("".join(str(v) for v in row) for row in grid)
return [[int(ch) for ch in part] for part in text.replace("0", "9").split("/")]`,
  regex: `import re
return [[int(d) for d in re.sub(r"(\\d)0+", r"\\g<1>", "".join(map(str, row)) + "1")] for row in grid[:1]]`,
  fractions: `from fractions import Fraction
mean = Fraction(sum(map(sum, grid)), h * w)
return [[int(v > mean) for v in row] for row in grid]`,
  decimal: `from decimal import Decimal, getcontext
getcontext().prec = 30
digits = str(Decimal(2).sqrt()).replace(".", "")
return [[int(d) for d in digits[:w]]]`,
  big_numbers: "return [[int(d) for d in str(3 ** (h * w + 50))[:30]]]",
  floats: "import math\nreturn [[int(math.sqrt(v * 9) + 1e-9) % 10 for v in row] for row in grid]",
  bits: `import random
return [[(v ^ random.getrandbits(3)) % 10 for v in row] for row in grid]`,
  chance: `import random
random.seed(h * w)
rows = [list(row) for row in grid]
random.shuffle(rows)
return rows`,
  unseeded: "import random\nreturn [[random.randrange(10) for _ in row] for row in grid]",
  clock: "import time\nreturn [[int(time.time() * 1000) % 10 for _ in row] for row in grid]",
  system_chance: "import os\nreturn [[b % 10 for b in os.urandom(w)]]",
  deep: `import sys
sys.setrecursionlimit(5000)
def down(n): return 0 if n == 0 else 1 + down(n - 1)
return [[down(3000) % 10]]`,
  through_sort: `def down(n): return 0 if n == 0 else sorted([n], key=lambda v: down(n - 1))[0] % 10
return [[down(60)]]`,
  exceptions: `try:
    grid[h]
except IndexError as error:
    return [[type(error).__name__.index("E") % 10]]
finally:
    del out[1:]`,
  state: "global calls\ncalls = globals().get('calls', 0) + 1\nreturn [[calls]]",
  changed_input: "grid[0][0] = 9\nreturn grid",
  match: `match len(grid[0]) % 3:
    case 0: return [[3]]
    case 1 | 2 as rest: return [[rest]]`,
  dataclass: `from dataclasses import dataclass, field
@dataclass(order=True)
class Box:
    size: int
    row: list = field(compare=False)
return [box.row for box in sorted(Box(sum(row), list(row)) for row in grid)]`,
  typing: `from typing import List, Dict, Optional, Tuple
def first(rows: List[List[int]]) -> Optional[Tuple[int, ...]]: return tuple(rows[0]) if rows else None
return [list(first(grid))]`,
  sets_of_small_integers: "return [sorted({v for row in grid for v in row})]",
  text_format: 'return [[int(f"{v:02d}"[-1]) for v in row] for row in grid]',
  json: "import json\nreturn json.loads(json.dumps(grid))",
  copy: "import copy\nother = copy.deepcopy(grid)\nother[0][0] = 1\nreturn other",
  walrus: "return [[y if (y := v + 1) < 10 else 0 for v in row] for row in grid]",
  prints: 'print("debug", grid)\nreturn out',
};

/** Ways to spoil a body. */
const FLAWS: Record<string, (body: string) => string> = {
  "index out of range": (body) => `grid[h + 1][w]\n${body}`,
  "unknown name": (body) => `undefined_helper(grid)\n${body}`,
  "fails on one input": (body) => `1 // (w - 2)\n${body}`,
  "wrong key": (body) => `{1: 2}["a"]\n${body}`,
  "wrong types": (body) => `grid + 1\n${body}`,
  "no such attribute": (body) => `grid.shape\n${body}`,
  assertion: (body) => `assert h > 100, "too small"\n${body}`,
  "syntax: bracket": (body) => `${body}\nx = (1,`,
  "syntax: indentation": (body) => `${body}\n  x = 1`,
  "syntax: statement": (body) => `${body}\nreturn return`,
  "returns nothing": (body) => body.replaceAll(/\breturn \S.*$/gm, "pass"),
  "returns a tuple": (body) => body.replace(/\breturn (.*)$/m, "return ($1,)"),
  "returns text": (body) => body.replace(/\breturn (.*)$/m, "return str($1)"),
  "float cells": () => "return [[v / 1 for v in row] for row in grid]",
  "bool cells": () => "return [[v > 1 for v in row] for row in grid]",
  "far colours": () => "return [[v + 7 for v in row] for row in grid]",
  ragged: () => "return [row[:i + 1] for i, row in enumerate(grid)]",
  "too tall": () => "return [[1]] * (29 + h)",
  "empty rows": () => "return [[] for _ in grid]",
  nested: () => "return [grid]",
  "tuple rows": () => "return [tuple(row) for row in grid]",
  "a generator": () => "yield from grid",
  numpy: (body) => `import no_such_numpy as np\n${body}`,
  exits: () => "raise SystemExit(0)",
  "leaves early": () => "import os\nos._exit(3)",
  "endless recursion": () => "return transform(grid)",
  "too much memory": () => "return [bytearray(1 << 40)]",
  "prints without end": () => 'while True: print("x" * 10000)',
  input: () => "return [[int(input())]]",
};

function program(name: string, body: string): CorpusProgram {
  const lines = body.split("\n").map((line) => `    ${line}`).join("\n");
  const code = `def transform(grid):
    h, w = len(grid), len(grid[0])
    out = [list(row) for row in grid]
${lines}
`;
  return { name, code };
}

/** The whole corpus, always the same: every body, and bodies in turn with each flaw. */
export function corpus(): CorpusProgram[] {
  const bodies = Object.entries(BODIES);
  const programs = bodies.map(([name, body]) => program(name, body));
  let next = 0;
  for (const [flaw, spoil] of Object.entries(FLAWS)) {
    const constant = spoil("a") === spoil("b");
    for (let i = 0; i < (constant ? 1 : 7); i++) {
      const [name, body] = bodies[next++ % bodies.length];
      programs.push(program(constant ? flaw : `${name}, ${flaw}`, spoil(body)));
    }
  }
  programs.push(
    { name: "nothing", code: "" },
    { name: "no transform", code: "def solve(grid):\n    return grid" },
    { name: "transform is a number", code: "transform = 5" },
    { name: "a lambda", code: "transform = lambda grid: grid[:1]" },
    { name: "fails while loading", code: "raise ValueError('no')" },
    { name: "two parameters", code: "def transform(grid, other):\n    return grid" },
    program("a loop", "while True: pass"),
    program("a loop on one input", "while w == 2: pass\nreturn out"),
  );
  return programs;
}
