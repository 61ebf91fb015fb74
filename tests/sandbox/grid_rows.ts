/**
 * Programs that return something: the rule for each kind of value.
 *
 * @module
 */
import { INPUT, returning, type Row, withNumpy } from "./outcome_row.ts";

/** What is a grid, and what is not. */
export const GRID_ROWS: readonly Row[] = [
  { name: "identity", code: returning("g"), outcome: "ok", output: INPUT },
  { name: "1x1", code: returning("[[0]]"), outcome: "ok", output: [[0]] },
  { name: "30x30", code: returning("[[9] * 30 for _ in range(30)]"), outcome: "ok" },
  { name: "alias rows", code: returning("[[1, 2]] * 2"), outcome: "ok", output: [[1, 2], [1, 2]] },
  {
    name: "a main guard",
    code: `${returning("g")}\nif __name__ == "__main__":\n    1 / 0`,
    outcome: "ok",
  },
  {
    name: "a dataclass",
    code: `from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n${
      returning("[[P(3).x]]")
    }`,
    outcome: "ok",
    output: [[3]],
  },
  { name: "prints", code: `def transform(g):\n    print("x")\n    return g`, outcome: "ok" },
  {
    name: "a rare module",
    code: `import colorsys, xml.etree.ElementTree\n${returning("g")}`,
    outcome: "ok",
  },
  {
    name: "array",
    code: withNumpy("np.rot90(np.array(g))"),
    outcome: "ok",
    output: [[2, 4], [1, 3]],
    needs: "numpy",
  },
  {
    name: "array of bools",
    code: withNumpy("np.array(g) > 2"),
    outcome: "ok",
    output: [[0, 0], [1, 1]],
    needs: "numpy",
  },
  {
    name: "numpy integers in lists",
    code: withNumpy("[[np.uint8(7), np.int64(1)]]"),
    outcome: "ok",
    output: [[7, 1]],
    needs: "numpy",
  },
  {
    name: "numpy without an import",
    code: returning("np.array(g)"),
    outcome: "ok",
    output: INPUT,
    needs: "numpy",
  },
  {
    name: "numpy by a hidden import",
    code: returning(`__import__("num" + "py").array(g)`),
    outcome: "ok",
    output: INPUT,
    needs: "numpy",
  },
  {
    name: "numpy, failure swallowed",
    code: `try:\n    n = __import__("num" + "py")\nexcept BaseException:\n    n = None\n${
      returning("[[int(n is None)]]")
    }`,
    outcome: "ok",
    output: [[0]],
    needs: "numpy",
  },
  {
    name: "numpy.random late",
    code: withNumpy("[[int(np.random.RandomState(3).randint(5, 6))]]"),
    outcome: "ok",
    output: [[5]],
    needs: "numpy",
  },
  {
    name: "ndimage",
    code: `from scipy.ndimage import label\n${returning("label(np.array(g) > 2)[0]")}`,
    outcome: "ok",
    output: [[0, 0], [1, 1]],
    needs: "scipy",
  },
  {
    name: "scipy.spatial by a hidden import",
    code: `d = __import__("scipy.spat" + "ial").spatial.distance\n${
      returning("[[int(d.cityblock([0], [4]))]]")
    }`,
    outcome: "ok",
    output: [[4]],
    needs: "scipy",
  },

  {
    name: "nothing",
    code: "def transform(g): pass",
    outcome: "invalid_grid",
    error: "expected a list of rows, got NoneType",
  },
  { name: "tuple of rows", code: returning("tuple(g)"), outcome: "invalid_grid" },
  {
    name: "tuple rows",
    code: returning("[tuple(r) for r in g]"),
    outcome: "invalid_grid",
    error: "row 0: expected a list, got tuple",
  },
  { name: "generator", code: "def transform(g): yield [1]", outcome: "invalid_grid" },
  {
    name: "bool cells",
    code: returning("[[True]]"),
    outcome: "invalid_grid",
    error: "row 0: expected integers, got bool",
  },
  {
    name: "float cells",
    code: returning("[[1.0]]"),
    outcome: "invalid_grid",
    error: "row 0: expected integers, got float",
  },
  { name: "text cells", code: returning(`[["1"]]`), outcome: "invalid_grid" },
  {
    name: "ragged",
    code: returning("[[1, 2], [3]]"),
    outcome: "invalid_grid",
    error: "row 1: expected 2 cells, got 1",
  },
  {
    name: "no rows",
    code: returning("[]"),
    outcome: "invalid_grid",
    error: "expected 1..30 rows, got 0",
  },
  {
    name: "no cells",
    code: returning("[[]]"),
    outcome: "invalid_grid",
    error: "row 0: expected 1..30 cells, got 0",
  },
  {
    name: "31 rows",
    code: returning("[[1]] * 31"),
    outcome: "invalid_grid",
    error: "expected 1..30 rows, got 31",
  },
  { name: "31 columns", code: returning("[[1] * 31]"), outcome: "invalid_grid" },
  {
    name: "10",
    code: returning("[[10]]"),
    outcome: "invalid_grid",
    error: "row 0: expected 0..9, got 10",
  },
  { name: "-1", code: returning("[[-1]]"), outcome: "invalid_grid" },
  { name: "10**100", code: returning("[[10**100]]"), outcome: "invalid_grid" },
  {
    name: "list subclass",
    code: `class L(list): pass\n${returning("L(g)")}`,
    outcome: "invalid_grid",
    error: "expected a list of rows, got L",
  },
  {
    name: "int subclass",
    code: `class I(int): pass\n${returning("[[I(1)]]")}`,
    outcome: "invalid_grid",
  },
  {
    name: "float array",
    code: withNumpy("np.array(g) * 1.0"),
    outcome: "invalid_grid",
    error: "expected integers, got an array of float64",
    needs: "numpy",
  },
  {
    name: "three dimensions",
    code: withNumpy("np.zeros((2, 2, 2), int)"),
    outcome: "invalid_grid",
    error: "expected 2 dimensions, got 3",
    needs: "numpy",
  },
  {
    name: "wide array",
    code: withNumpy("np.zeros((1, 10**6), int)"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "list of arrays",
    code: withNumpy("[np.array(r) for r in g]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "masked array",
    code: withNumpy("np.ma.masked_array(g)"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "numpy bool cell",
    code: withNumpy("[[np.bool_(True)]]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
  {
    name: "timedelta cell",
    code: withNumpy("[[np.timedelta64(1)]]"),
    outcome: "invalid_grid",
    needs: "numpy",
  },
];
