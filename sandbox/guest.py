"""What happens in a fork: its jobs, from their bytes to their frames.

Part of launcher.py, which see.
"""
import io
import os
import resource
import signal
import sys
import types

from confine import libc
from frames import MEMORY, OUTPUT_LIMIT, RUNTIME_ERROR, SYNTAX_ERROR, make_frames

OUT_OF_MEMORY = 80  # exit status; protocol.ts
RESULT_FD = 3


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
    """The functions that compile a job, make it a namespace, and play it; and the one that does all
    of it for a lone program. Names are bound here, before any program has run, as a program may
    replace every builtin and every attribute of a module."""
    grid, failed, fault, describe = make_frames(numpy)
    list_, int_, range_, exec_, compile_ = list, int, range, exec, compile
    write, exit_ = os.write, os._exit
    sys_, module_type, modules = sys, types.ModuleType, sys.modules
    BaseException_ = BaseException
    null_input = io.StringIO

    def compiled(job):
        """The code of a job, or the frame of what is wrong with its syntax, and the exception."""
        try:
            source = job[4:4 + int_.from_bytes(job[:4], "little")].decode("utf-8")
            return compile_(source, "<program>", "exec", 0, True), None, None
        except BaseException_ as error:  # also MemoryError, the parser's word for "too deep"
            return None, fault(SYNTAX_ERROR, describe(error)), error

    def namespace_for():
        module = module_type("program")
        modules["program"] = module
        if numpy is not None:
            module.__dict__["np"] = numpy
        return module.__dict__

    def play(code, namespace, job, count, leave):
        """Runs compiled code on the inputs of its job, one frame each, written as it is there.
        Where nothing more should run in this fork, calls `leave`, which does not return."""
        owed = [count]

        def send(frame):
            write(RESULT_FD, frame)
            owed[0] -= 1

        def send_rest(frame):
            while owed[0]:
                send(frame)

        def overrun():
            send_rest(fault(OUTPUT_LIMIT, "more than %d characters of output" % output_bytes))
            leave()

        sys_.stdin = sys_.__stdin__ = null_input("")
        sys_.stdout = sys_.stderr = sys_.__stdout__ = sys_.__stderr__ = Sink(output_bytes, overrun)
        try:
            exec_(code, namespace)
            transform = namespace.get("transform")
        except BaseException_ as error:
            frame = failed(error, RUNTIME_ERROR)
            send_rest(frame)
            if frame[0] == MEMORY:
                leave()
            return
        if transform is None:
            send_rest(fault(RUNTIME_ERROR, "NameError: name 'transform' is not defined"))
            return
        at = 4 + int_.from_bytes(job[:4], "little")
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
                    leave()
                del error
            send(frame)

    def run(job, count):
        code, frame, _ = compiled(job)
        if code is None:
            for _ in range_(count):
                write(RESULT_FD, frame)
        else:
            play(code, namespace_for(), job, count, lambda: exit_(0))
        exit_(0)

    return compiled, namespace_for, play, run


def read_exactly(fd, size):
    """`size` bytes, or fewer at the end of the stream."""
    parts = b""
    while len(parts) < size:
        part = os.read(fd, size - len(parts))
        if not part:
            break
        parts += part
    return parts


def fork_main(server, job_bytes, cpu_seconds, pipe, program, work, seed):
    """The whole life of a fork: reads its job and hands it to `work`. It never returns."""
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
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        if libc.prctl(set_seccomp, filter_mode, program, 0, 0) == 0:
            work(job)
        status = 1
    except MemoryError:
        pass
    except BaseException:
        status = 1
    finally:
        leave(status)
