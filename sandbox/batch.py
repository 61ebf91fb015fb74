"""Several programs in one fork, one after the other.

Part of launcher.py, which see. Screening only: the members share a process, so what one does to it
the next may feel. Hence they are vetted before the first runs, and what they share is looked at
after each (vet.py); on the least doubt the fork ends, and whoever reads its records (batch.ts) has
the doubtful run alone.

A member's frames stand between a BEGIN and an END record, in order. A fork ends with status LEFT
after a member that hit a limit, and where a member turns out to be no company for others; it is
ended by SIGALRM when a member has had its time. Members not yet begun are then run in a new fork.
"""
import builtins
import ctypes
import gc
import os
import signal
import struct
import sys

from confine import libc
from guest import RESULT_FD
from vet import make_canary, make_import, make_vetting

# Records, as in batch.ts; frames start with a code below these.
BEGIN, END, ALONE = 0xB0, 0xE0, 0xA0
LEFT = 82  # exit status
MEMBER = struct.Struct("<IHHI")  # timeout ms, inputs, zero, bytes of the job
TOKEN_BYTES = 8
# Head room that a member may lack against the first: what allocators keep.
SLACK_BYTES = 16 << 20


def make_batch(guest, memory_bytes, clock, there):
    """The function that runs a batch in a fork. Names are bound as in guest.py."""
    compiled, namespace_for, play, _ = guest
    vetted, unharmed = make_vetting(), make_canary()
    write, exit_, timer, real = os.write, os._exit, signal.setitimer, signal.ITIMER_REAL
    collect, unpack = gc.collect, MEMBER.unpack_from
    bytes_, len_, range_, modules = bytes, len, range, sys.modules
    isinstance_, honest = isinstance, (SyntaxError, ValueError)
    checked_import = make_import(there, lambda: exit_(LEFT))
    builtins_ = dict(vars(builtins), __import__=checked_import)
    dict_ = dict
    mmap, munmap = libc.mmap, libc.munmap
    mmap.restype, size_t = ctypes.c_void_p, ctypes.c_size_t
    nothing = ctypes.c_void_p(-1).value
    pointer = ctypes.c_void_p

    def roomy(size):
        """Whether so much address space is to be had; takes none."""
        no_access, private_anonymous = 0, 0x22
        at = mmap(None, size_t(size), no_access, private_anonymous, -1, size_t(0))
        if at == nothing:
            return False
        munmap(pointer(at), size_t(size))
        return True

    def run(payload, members):
        token, at = payload[:TOKEN_BYTES], TOKEN_BYTES
        plans = []
        for index in range_(members):
            timeout_ms, count, _, size = unpack(payload, at)
            at += MEMBER.size
            job = payload[at:at + size]
            at += size
            mark = token + bytes_((index,))
            timer(real, timeout_ms / 1000)
            code, frame, error = compiled(job)
            if code is None and not isinstance_(error, honest) or code and not vetted(code):
                write(RESULT_FD, bytes_((ALONE,)) + mark)
            else:
                plans.append((mark, code, frame, job, count, timeout_ms / 1000))
            del error
        collect()
        room = memory_bytes
        while room > SLACK_BYTES and not roomy(room):
            room -= SLACK_BYTES
        room -= SLACK_BYTES
        ended = b""
        for position in range_(len_(plans)):
            mark, code, frame, job, count, seconds = plans[position]
            plans[position] = None
            if ended and not roomy(room):
                write(RESULT_FD, ended)
                exit_(LEFT)
            timer(real, seconds)
            began = clock()

            def end():
                micros = (clock() - began) // 1000
                return bytes_((END,)) + mark + (micros & 0xFFFFFFFF).to_bytes(4, "little")

            def leave():
                write(RESULT_FD, end())
                exit_(LEFT)

            write(RESULT_FD, ended + bytes_((BEGIN,)) + mark)
            if code is None:
                for _ in range_(count):
                    write(RESULT_FD, frame)
            else:
                namespace = namespace_for()
                namespace["__builtins__"] = dict_(builtins_)
                play(code, namespace, job, count, leave)
                modules.pop("program", None)
                namespace.clear()
                del namespace, code
                collect()
            if not unharmed():
                exit_(LEFT)
            ended = end()
        write(RESULT_FD, ended)
        exit_(0)

    return run
