/**
 * Steps with numpy and scipy.ndimage.
 *
 * @module
 */
import type { Dice, Kind, Step } from "./program.ts";

function step(name: string, write: (f: string, dice: Dice) => string, kind: Kind = "numpy"): Step {
  return { name, of: "array", kind, write };
}

/** Steps from arrays to arrays. */
export const ARRAY_STEPS: readonly Step[] = [
  step("turn", (f, dice) =>
    `def ${f}(a):
    return ${
      dice.pick(["np.rot90(a, 1)", "np.rot90(a, 3)", "np.flipud(a)", "np.fliplr(a)", "a.T"])
    }`),
  step("swap", (f, dice) =>
    `def ${f}(a):
    """Exchange two colours."""
    first, second = ${dice.colour()}, ${dice.colour()}
    out = a.copy()
    out[a == first] = second
    out[a == second] = first
    return out`),
  step("crop", (f) =>
    `def ${f}(a):
    """Cut out the part that is not background."""
    ys, xs = np.where(a != 0)
    if ys.size == 0:
        return a
    return a[ys.min():ys.max() + 1, xs.min():xs.max() + 1]`),
  step("frame", (f, dice) =>
    `def ${f}(a, colour=${dice.colour()}):
    out = a.copy()
    out[0, :] = colour
    out[-1, :] = colour
    out[:, 0] = colour
    out[:, -1] = colour
    return out`),
  step("by_count", (f, dice) =>
    `def ${f}(a):
    # paint the ${dice.pick(["most", "least"])} frequent colour
    values, counts = np.unique(a[a > 0], return_counts=True)
    if len(values) == 0:
        return a
    chosen = values[${dice.pick(["np.argmax", "np.argmin"])}(counts)]
    return np.where(a == chosen, ${dice.colour()}, a)`),
  step("symmetry", (f, dice) =>
    `def ${f}(a):
    """Complete the picture under a reflection."""
    flipped = ${dice.pick(["a[:, ::-1]", "a[::-1, :]", "a[::-1, ::-1]"])}
    return np.where(a == 0, flipped, a)`),
  step("shift", (f, dice) =>
    `def ${f}(a):
    moved = np.zeros_like(a)
    dy, dx = ${dice.whole(0, 3)}, ${dice.whole(0, 3)}
    h, w = a.shape
    for y in range(h):
        for x in range(w):
            if a[y, x] and 0 <= y + dy < h and 0 <= x + dx < w:
                moved[y + dy, x + dx] = a[y, x]
    return moved`),
  step("lines", (f, dice) =>
    `def ${f}(a):
    """Extend every marked cell along its ${dice.pick(["row", "column"])}."""
    out = a.copy()
    for y, x in np.argwhere(a == ${dice.colour()}):
        out[${dice.pick(["y, :", ":, x", "y, x:", "y:, x"])}] = ${dice.colour()}
    return np.maximum(out, a)`),
  step("halves", (f, dice) =>
    `def ${f}(a):
    h, w = a.shape
    left, right = a[:, :w // 2], a[:, w - w // 2:]
    if left.shape[1] == 0:
        return a
    both = ${dice.pick(["np.logical_and", "np.logical_or", "np.logical_xor"])}(left > 0, right > 0)
    return np.where(both, ${dice.colour()}, 0)`),
  step("pad", (f, dice) =>
    `def ${f}(a, width=${dice.whole(1, 2)}):
    padded = np.pad(a, width, mode=${dice.pick(["'constant'", "'edge'", "'wrap'"])})
    return padded[:30, :30]`),
  step("rank", (f) =>
    `def ${f}(a):
    # order the columns by how full they are
    fill = np.count_nonzero(a, axis=0)
    order = np.argsort(fill, kind="stable")
    return a[:, order]`),
  step("fill_between", (f, dice) =>
    `def ${f}(a):
    """Fill between the first and the last cell of a row."""
    result = np.array(a)
    for i in range(a.shape[0]):
        marks = np.flatnonzero(a[i])
        if len(marks) >= 2:
            start, stop = int(marks[0]), int(marks[-1])
            gap = result[i, start:stop + 1]
            gap[gap == 0] = ${dice.colour()}
    return result`),
  step("blocks", (f, dice) =>
    `def ${f}(a, size=${dice.whole(2, 3)}):
    h, w = (a.shape[0] // size) * size, (a.shape[1] // size) * size
    if h == 0 or w == 0:
        return a
    tiles = a[:h, :w].reshape(h // size, size, w // size, size)
    return ${
      dice.pick(["tiles.max(axis=(1, 3))", "tiles.min(axis=(1, 3))", "tiles[:, 0, :, 0]"])
    }`),
  step("flood", (f, dice) =>
    `def ${f}(a):
    """Flood the background from the border."""
    h, w = a.shape
    outside = np.zeros((h, w), dtype=bool)
    stack = [(r, c) for r in range(h) for c in range(w) if r in (0, h - 1) or c in (0, w - 1)]
    while stack:
        r, c = stack.pop()
        if not (0 <= r < h and 0 <= c < w) or outside[r, c] or a[r, c] != 0:
            continue
        outside[r, c] = True
        stack.extend([(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)])
    out = a.copy()
    out[(a == 0) & ~outside] = ${dice.colour()}
    return out`),
  step("labels", (f, dice) =>
    `def ${f}(a):
    """Paint objects by size."""
    labelled, count = ndimage.label(a > 0${dice.pick(["", ", structure=np.ones((3, 3))"])})
    out = np.zeros_like(a)
    for index in range(1, count + 1):
        mask = labelled == index
        out[mask] = ${dice.colour()} if mask.sum() > ${dice.whole(1, 5)} else ${dice.colour()}
    return out`, "ndimage"),
  step("holes", (f, dice) =>
    `def ${f}(a):
    solid = ndimage.binary_fill_holes(a != 0)
    return np.where(solid & (a == 0), ${dice.colour()}, a)`, "ndimage"),
  step("largest", (f) =>
    `def ${f}(a):
    """Keep the largest object."""
    labelled, count = ndimage.label(a != 0)
    if count == 0:
        return a
    sizes = ndimage.sum(a != 0, labelled, range(1, count + 1))
    return np.where(labelled == int(np.argmax(sizes)) + 1, a, 0)`, "ndimage"),
  step("boxes", (f, dice) =>
    `def ${f}(a):
    labelled, count = ndimage.label(a > 0)
    out = a.copy()
    for region in ndimage.find_objects(labelled)[:${dice.whole(3, 9)}]:
        part = out[region]
        part[part == 0] = ${dice.colour()}
    return out`, "ndimage"),
  step("grow", (f, dice) =>
    `def ${f}(a):
    grown = ndimage.binary_dilation(a > 0, iterations=${dice.whole(1, 2)})
    return np.where(grown & (a == 0), ${dice.colour()}, a)`, "ndimage"),
  step("vote", (f, dice) =>
    `def ${f}(a):
    smooth = ndimage.${dice.pick(["maximum_filter", "minimum_filter", "median_filter"])}(a, size=3)
    return np.where(a == 0, smooth, a)`, "ndimage"),
];
