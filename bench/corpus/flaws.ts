/**
 * Flaws put into working programs.
 *
 * @module
 */
import type { Dice, Flaw } from "./program.ts";

const EXCEPTIONS: readonly string[] = [
  "    value = grid[len(grid)][0]\n",
  "    value = {cell: 1 for cell in grid[0]}['missing']\n",
  "    value = 1 // (len(grid) - len(grid))\n",
  "    value = undefined_helper(grid)\n",
  "    if len(grid) > 6:\n        raise ValueError('unexpected size %d' % len(grid))\n",
  "    value = grid.shape\n",
  "    first, second = grid[0][:1]\n",
  "    assert len(grid) == len(grid[0]), 'not a square'\n",
  "    value = max([])\n",
  "    value = int('x')\n",
];

const WRONG_VALUES: readonly string[] = [
  "None",
  "tuple(tuple(row) for row in grid)",
  "[[float(cell) for cell in row] for row in grid]",
  "'\\n'.join(''.join(map(str, row)) for row in grid)",
  "grid[0]",
  "[row[:i + 1] for i, row in enumerate(grid)]",
  "[[cell + 10 for cell in row] for row in grid]",
  "[]",
  "{'output': grid}",
  "[[0] * 31 for _ in range(31)]",
];

const LOOPS: readonly string[] = [
  "    while True:\n        grid = grid[::-1]\n",
  "    i = 0\n    while i < len(grid):\n        row = grid[i]\n",
  "    queue = deque([(0, 0)])\n    while queue:\n        queue.append(queue.popleft())\n",
  "    changed = True\n    while changed:\n        changed = any(grid) or True\n",
  "    total = sum(x * x for x in range(10 ** 11))\n",
];

const BOMBS: readonly string[] = [
  "    pile = []\n    while True:\n        pile.append(bytearray(1 << 22))\n",
  "    pile = [0]\n    while True:\n        pile = pile + pile\n",
  "    pile = {}\n    while True:\n        pile[len(pile)] = [len(pile)] * 1000\n",
  "    text = 'x'\n    while True:\n        text += text\n",
  "    pile = [[0] * (10 ** 10)]\n",
  "    paths = [[0]]\n    while True:\n        paths = [p + [i] for p in paths for i in range(9)]\n",
];

/** Puts a flaw into a program. */
export function breaking(code: string, flaw: Flaw, dice: Dice): string {
  switch (flaw) {
    case "none":
      return code;
    case "exception":
      return afterHead(code, dice.pick(EXCEPTIONS));
    case "wrong_type":
      return code.replace(/return [^\n]*\n$/, () => `return ${dice.pick(WRONG_VALUES)}\n`);
    case "syntax":
      return misspelt(code, dice);
    case "loop":
      return afterHead(code, dice.pick(LOOPS));
    case "memory":
      return afterHead(code, dice.pick(BOMBS));
  }
}

/** As the first lines of `transform`. */
function afterHead(code: string, lines: string): string {
  return code.replace(/def transform\(grid\):\n/, (head) => head + lines);
}

function misspelt(code: string, dice: Dice): string {
  const head = "def transform(grid):\n";
  switch (dice.whole(0, 3)) {
    case 0:
      return code.replace(head, "def transform(grid)\n");
    case 1:
      return code.replace(/return [^\n]*\n$/, (line) => `return (${line.slice(7)}`);
    case 2:
      return code.replace(head, `${head}  x = 1\n`);
    default: // cut off in the middle, as by a limit on tokens
      return code.slice(0, code.indexOf(head)) + "def transform(grid):\n    result = [";
  }
}
