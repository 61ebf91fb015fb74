/**
 * Steps in plain Python.
 *
 * @module
 */
import type { Dice, Step } from "./program.ts";

function step(name: string, write: (f: string, dice: Dice) => string): Step {
  return { name, of: "list", kind: "pure", write };
}

/** Steps from lists of rows to lists of rows. */
export const LIST_STEPS: readonly Step[] = [
  step("recolour", (f, dice) =>
    `def ${f}(grid, old=${dice.colour()}, new=${dice.colour()}):
    """Replace one colour by another."""
    result = []
    for row in grid:
        result.append([new if cell == old else cell for cell in row])
    return result`),
  step("mirror", (f, dice) =>
    `def ${f}(grid):
    # ${dice.pick(["reflect", "flip", "mirror"])} the picture
    return ${
      dice.pick(["[row[::-1] for row in grid]", "grid[::-1]", "[list(r) for r in zip(*grid)]"])
    }`),
  step("most_common", (f) =>
    `def ${f}(grid):
    """Keep everything but paint the rarest colour like the most common one."""
    counts = Counter(cell for row in grid for cell in row if cell != 0)
    if not counts:
        return grid
    ranked = counts.most_common()
    top, rare = ranked[0][0], ranked[-1][0]
    return [[top if cell == rare else cell for cell in row] for row in grid]`),
  step("components", (f, dice) =>
    `def ${f}(grid):
    """Colour connected regions by their size."""
    h, w = len(grid), len(grid[0])
    seen = [[False] * w for _ in range(h)]
    out = [row[:] for row in grid]
    for r in range(h):
        for c in range(w):
            if seen[r][c] or grid[r][c] == 0:
                continue
            colour = grid[r][c]
            stack, cells = [(r, c)], []
            seen[r][c] = True
            while stack:
                y, x = stack.pop()
                cells.append((y, x))
                for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                    ny, nx = y + dy, x + dx
                    if 0 <= ny < h and 0 <= nx < w and not seen[ny][nx]:
                        if grid[ny][nx] == colour:
                            seen[ny][nx] = True
                            stack.append((ny, nx))
            if len(cells) >= ${dice.whole(2, 6)}:
                for y, x in cells:
                    out[y][x] = ${dice.colour()}
    return out`),
  step("breadth_first", (f, dice) =>
    `def ${f}(grid, limit=${dice.whole(2, 6)}):
    # distance from the nearest coloured cell
    h, w = len(grid), len(grid[0])
    distance = {}
    queue = deque()
    for r in range(h):
        for c in range(w):
            if grid[r][c] != 0:
                distance[(r, c)] = 0
                queue.append((r, c))
    while queue:
        r, c = queue.popleft()
        if distance[(r, c)] >= limit:
            continue
        for dr, dc in [(-1, 0), (1, 0), (0, -1), (0, 1)]:
            spot = (r + dr, c + dc)
            if 0 <= spot[0] < h and 0 <= spot[1] < w and spot not in distance:
                distance[spot] = distance[(r, c)] + 1
                queue.append(spot)
    return [[grid[r][c] or distance.get((r, c), 0) % 10 for c in range(w)] for r in range(h)]`),
  step("gravity", (f, dice) =>
    `def ${f}(grid):
    """Let the coloured cells of each column fall."""
    h, w = len(grid), len(grid[0])
    out = [[0] * w for _ in range(h)]
    for c in range(w):
        column = [grid[r][c] for r in range(h) if grid[r][c] != 0]
        for i, value in enumerate(${dice.pick(["reversed(column)", "column"])}):
            out[h - 1 - i][c] = value
    return out`),
  step("bounding_box", (f, dice) =>
    `def ${f}(grid):
    """Crop to what is not background."""
    background = ${dice.chance(0.7) ? 0 : dice.colour()}
    rows = [i for i, row in enumerate(grid) if any(v != background for v in row)]
    cols = [j for j in range(len(grid[0])) if any(row[j] != background for row in grid)]
    if not rows or not cols:
        return grid
    top, bottom, left, right = min(rows), max(rows), min(cols), max(cols)
    return [row[left:right + 1] for row in grid[top:bottom + 1]]`),
  step("rays", (f, dice) =>
    `def ${f}(grid):
    # shoot a ray from each cell of one colour
    h, w = len(grid), len(grid[0])
    out = [list(row) for row in grid]
    dr, dc = ${dice.pick(["0, 1", "1, 0", "1, 1", "-1, 1"])}
    for r in range(h):
        for c in range(w):
            if grid[r][c] == ${dice.colour()}:
                y, x = r + dr, c + dc
                while 0 <= y < h and 0 <= x < w and grid[y][x] == 0:
                    out[y][x] = grid[r][c]
                    y, x = y + dr, x + dc
    return out`),
  step("sort_rows", (f, dice) =>
    `def ${f}(grid):
    def weight(row):
        return ${dice.pick(["sum(row)", "len(set(row))", "sum(1 for v in row if v)", "max(row)"])}
    return sorted(grid, key=weight${dice.pick(["", ", reverse=True"])})`),
  step("neighbours", (f, dice) =>
    `def ${f}(grid, rounds=${dice.whole(1, 3)}):
    """A cellular automaton."""
    height, width = len(grid), len(grid[0])
    for _ in range(rounds):
        following = [row[:] for row in grid]
        for r in range(height):
            for c in range(width):
                near = 0
                for dr in (-1, 0, 1):
                    for dc in (-1, 0, 1):
                        if (dr or dc) and 0 <= r + dr < height and 0 <= c + dc < width:
                            near += grid[r + dr][c + dc] != 0
                if grid[r][c] == 0 and near == ${dice.whole(2, 4)}:
                    following[r][c] = ${dice.colour()}
                elif near > ${dice.whole(4, 7)}:
                    following[r][c] = 0
        grid = following
    return grid`),
  step("period", (f) =>
    `def ${f}(grid):
    # find the shortest period of the rows and repeat it
    @lru_cache(maxsize=None)
    def matches(length):
        return all(grid[i] == grid[i % length] for i in range(len(grid)))
    length = next((n for n in range(1, len(grid) + 1) if matches(n)), len(grid))
    return [list(grid[i % length]) for i in range(len(grid))]`),
  step("pairs", (f, dice) =>
    `def ${f}(grid):
    """Join cells of the same colour that share a row or column."""
    spots = defaultdict(list)
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if value == ${dice.colour()} or value == ${dice.colour()}:
                spots[value].append((r, c))
    out = [list(row) for row in grid]
    for value, cells in spots.items():
        for (r1, c1), (r2, c2) in combinations(cells[:12], 2):
            if r1 == r2:
                for c in range(min(c1, c2), max(c1, c2) + 1):
                    out[r1][c] = value
            elif c1 == c2:
                for r in range(min(r1, r2), max(r1, r2) + 1):
                    out[r][c1] = value
    return out`),
];
