"""What happens in a fork: one job, from its bytes to its frames.

Part of launcher.py, which see.
"""
import io
import os
import resource
import signal
import sys
import types

from confine import libc

# Codes of frames: indices of OUTCOMES in data/candidate.ts; the others are not a fork's to say.
OK, SYNTAX_ERROR, RUNTIME_ERROR, MISSING_MODULE = 0, 2, 3, 4
MEMORY, OUTPUT_LIMIT, INVALID_GRID = 6, 7, 8
OUT_OF_MEMORY = 80  # exit status; protocol.ts
RESULT_FD = 3
MAX_SIDE = 30  # ARC-AGI
MAX_ERROR = 200  # characters


class Sink(io.TextIOBase):
    """Standard output and error of a program: counted, dropped."""

    encoding = "utf-8"

    def __init__(self, limit, overrun):
        self._left, self._overrun, self.buffer = limit, overrun, self

    def writable(self):
        return True

    def write(self, text):
        self._left -= len(text)
        if self._left < 0:
            self._overrun()
        return len(text)


def make_guest(numpy, output_bytes):
    """The function that runs a job in a fork. Names are bound here, before any program has run, as
    a program may replace every builtin and every attribute of a module."""
    type_, len_, list_, int_, str_, id_, bytes_, bytearray_ = (
        type, len, list, int, str, id, bytes, bytearray)
    range_, exec_, compile_, write, exit_ = range, exec, compile, os.write, os._exit
    sys_, module_type, modules = sys, types.ModuleType, sys.modules
    BaseException_, MemoryError_, ModuleNotFoundError_ = (
        BaseException, MemoryError, ModuleNotFoundError)
    raw_name_of = type.__dict__["__name__"].__get__
    null_input = io.StringIO
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

    def run(job, count):
        position = [0]

        def send(frame):
            write(RESULT_FD, frame)
            position[0] += 1

        def send_rest(frame):
            while position[0] < count:
                send(frame)
            exit_(0)

        def overrun():
            send_rest(fault(OUTPUT_LIMIT, "more than %d characters of output" % output_bytes))

        sys_.stdin = sys_.__stdin__ = null_input("")
        sys_.stdout = sys_.stderr = sys_.__stdout__ = sys_.__stderr__ = Sink(output_bytes, overrun)
        at = 4 + int_.from_bytes(job[:4], "little")
        try:
            code = compile_(job[4:at].decode("utf-8"), "<program>", "exec", 0, True)
        except BaseException_ as error:  # also MemoryError, the parser's word for "too deep"
            send_rest(fault(SYNTAX_ERROR, describe(error)))
        module = module_type("program")
        modules["program"] = module
        namespace = module.__dict__
        if numpy is not None:
            namespace["np"] = numpy
        del module
        try:
            exec_(code, namespace)
            transform = namespace.get("transform")
        except BaseException_ as error:
            send_rest(failed(error, RUNTIME_ERROR))
        if transform is None:
            send_rest(fault(RUNTIME_ERROR, "NameError: name 'transform' is not defined"))
        for _ in range_(count):
            height, width = job[at], job[at + 1]
            at += 2
            argument = []
            for _ in range_(height):
                argument.append(list_(job[at:at + width]))
                at += width
            try:
                frame = grid(transform(argument))
            except BaseException_ as error:
                frame = failed(error, RUNTIME_ERROR)
                if frame[0] == MEMORY:  # a second try would cost as much again
                    send_rest(frame)
                del error
            send(frame)
        exit_(0)

    return run


def read_exactly(fd, size):
    """`size` bytes, or fewer at the end of the stream."""
    parts = b""
    while len(parts) < size:
        part = os.read(fd, size - len(parts))
        if not part:
            break
        parts += part
    return parts


def fork_main(server, job_bytes, count, timeout_ms, pipe, program, guest, seed):
    """The whole life of a fork. It never returns."""
    status, leave = OUT_OF_MEMORY, os._exit  # a program may replace what os holds
    try:
        death_signal, set_seccomp, filter_mode = 1, 22, 2
        libc.prctl(death_signal, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != server:
            leave(1)
        job = read_exactly(0, job_bytes)
        os.dup2(pipe, RESULT_FD)
        os.closerange(0, RESULT_FD)
        os.closerange(RESULT_FD + 1, 64)
        os.write(RESULT_FD, b"R")  # the server's input is in step
        seed(0)  # `random` has seeded itself from the system after the fork
        seconds = timeout_ms // 1000 + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        if libc.prctl(set_seccomp, filter_mode, program, 0, 0) == 0:
            guest(job, count)
        status = 1
    except MemoryError:
        pass
    except BaseException:
        status = 1
    finally:
        leave(status)
