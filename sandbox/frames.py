"""Frames: what a fork may say of a program's result (protocol.ts).

Part of launcher.py, which see.
"""
# Codes of frames: indices of OUTCOMES in data/candidate.ts; the others are not a fork's to say.
OK, SYNTAX_ERROR, RUNTIME_ERROR, MISSING_MODULE = 0, 2, 3, 4
MEMORY, OUTPUT_LIMIT, INVALID_GRID = 6, 7, 8
MAX_SIDE = 30  # ARC-AGI
MAX_ERROR = 200  # characters


def make_frames(numpy):
    """The functions that make frames: of a value, of an exception, of a text. Names are bound here,
    before any program has run, as a program may replace every builtin and every attribute of a
    module."""
    type_, len_, list_, int_, str_, id_, bytes_, bytearray_ = (
        type, len, list, int, str, id, bytes, bytearray)
    range_ = range
    BaseException_, MemoryError_, ModuleNotFoundError_ = (
        BaseException, MemoryError, ModuleNotFoundError)
    raw_name_of = type.__dict__["__name__"].__get__
    ndarray = numpy.ndarray if numpy is not None else ()
    codes = "bhilqBHILQ" if numpy is not None else ""
    integers = {id(numpy.dtype(code).type) for code in codes}

    def name_of(kind):
        return "".join((raw_name_of(kind), ""))  # a name may be set to a subclass of str

    def fault(outcome, text):
        """A frame without a grid; `text` is an exact str of any length and content."""
        line = text[: 4 * MAX_ERROR].strip().split("\n", 1)[0]
        shown = "".join([c if c.isprintable() else " " for c in line[:MAX_ERROR]]).rstrip()
        raw = shown.encode("utf-8", "replace")
        return bytes_((outcome,)) + len_(raw).to_bytes(2, "little") + raw

    def describe(error):
        name = name_of(type_(error))
        try:
            text = str_(error)
        except BaseException_:
            text = ""
        return name + ": " + text if type_(text) is str_ and text else name

    def grid(value):
        """The frame of a value: an exact list of exact lists of exact ints (or numpy integers), or
        a two-dimensional numpy array of integers or bools. Nothing else is a grid."""
        if type_(value) is ndarray:
            if value.dtype.kind not in "iub":
                return fault(INVALID_GRID, "expected integers, got an array of " + value.dtype.name)
            if value.ndim != 2:
                return fault(INVALID_GRID, "expected 2 dimensions, got %d" % value.ndim)
            height, width = value.shape
            if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
                return fault(INVALID_GRID, "expected sides of 1..30, got %dx%d" % (height, width))
            rows = value.tolist()
        elif type_(value) is list_:
            rows, height = value, len_(value)
            if not 1 <= height <= MAX_SIDE:
                return fault(INVALID_GRID, "expected 1..30 rows, got %d" % height)
            width = len_(rows[0]) if type_(rows[0]) is list_ else 0
        else:
            return fault(INVALID_GRID, "expected a list of rows, got " + name_of(type_(value)))
        cells = bytearray_((OK, height, width & 255))
        booleans = type_(value) is ndarray
        for r in range_(height):
            row = rows[r]
            if type_(row) is not list_:
                text = "row %d: expected a list, got %s" % (r, name_of(type_(row)))
                return fault(INVALID_GRID, text)
            if len_(row) != width or not 1 <= width <= MAX_SIDE:
                wanted = width if r else "1..30"
                text = "row %d: expected %s cells, got %d" % (r, wanted, len_(row))
                return fault(INVALID_GRID, text)
            for cell in row:
                kind = type_(cell)
                if kind is not int_:
                    if not (booleans or id_(kind) in integers):
                        text = "row %d: expected integers, got %s" % (r, name_of(kind))
                        return fault(INVALID_GRID, text)
                    cell = int_(cell)
                if not 0 <= cell <= 9:
                    shown = "%d" % cell if -999999 < cell < 999999 else "a far number"
                    return fault(INVALID_GRID, "row %d: expected 0..9, got %s" % (r, shown))
                cells.append(cell)
        return bytes_(cells)

    def failed(error, outcome):
        try:
            raise error
        except MemoryError_:
            return fault(MEMORY, "MemoryError")
        except ModuleNotFoundError_:
            return fault(MISSING_MODULE, describe(error))
        except BaseException_:
            return fault(outcome, describe(error))

    return grid, failed, fault, describe
