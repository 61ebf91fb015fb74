"""A confined fork-server for programs nobody has read: each fork runs one program, or a batch.

    python -I -S -B -X utf8 launcher.py TIER MEMORY_BYTES OUTPUT_BYTES

Starts, loads what programs import (preload.py), confines itself (confine.py), then forks for each
job that comes on its standard input. The fork runs it (guest.py, or batch.py for several programs)
and the server reports how it ended on standard output. The layout of both streams is in protocol.ts
and below.

Invariants
- The server never reads a job: the fork does, from descriptor 0, which it closes before it runs it.
- A fork holds one descriptor, the result pipe. What it writes there can only state frames (grids
  or faults) of its own job or batch; whoever reads them knows the expected outputs, the fork does
  not.
- No layer is optional: if one cannot be put up, the server says which and exits (fails closed).
  The exception is the change of user, which needs root and is done when we are root.
- Nothing can be opened after confinement, so a module is either loaded or out of reach. A module
  that a higher tier has loaded ends the fork with status RETRY + tier, and the job is run there:
  a program never sees the difference between tiers.

What a program finds: `np` bound when numpy is there; `input()` at end of file; output counted and
dropped; empty environment, argv and path; random, numpy.random and os.urandom seeded; the clocks
of `time` moving 1 ms a call. Not fixed: `datetime.now()`, and addresses (`id`, and so the order of
sets of plain objects) beyond switching off their randomisation where the kernel lets us.
"""
import sys

HERE = __file__.rpartition("/")[0]
if not sys.flags.isolated:
    del sys.path[0]  # this folder; -I leaves it out by itself

import ctypes
import fcntl
import gc
import os
import platform
import random
import resource
import select
import signal
import struct
import time


def restart_with_fixed_hashing():
    """-I ignores PYTHONHASHSEED, so start once more without it, in an environment of our own."""
    no_randomisation = 0x0040000
    libc = ctypes.CDLL(None)
    persona = libc.personality(0xFFFFFFFF)
    if persona != -1:
        libc.personality(persona | no_randomisation)  # refused in some containers: best effort
    flags = [sys.executable, "-s", "-S", "-B", "-X", "utf8", __file__]
    os.execve(sys.executable, flags + sys.argv[1:], {
        "PYTHONHASHSEED": "0",
        # One thread: a fork keeps no others, and clone() is forbidden.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
        "LC_ALL": "C.UTF-8",
    })


if sys.flags.isolated:
    restart_with_fixed_hashing()
sys.path.insert(0, HERE)
from batch import make_batch
from confine import Missing, confine, seccomp_filter
from guest import fork_main, make_guest, read_exactly
from preload import TIERS, HigherTier, PathFinder, fix_chance_and_clocks, preload, site_packages

sys.path.remove(HERE)
for own in ("batch", "confine", "frames", "guest", "preload", "vet"):
    del sys.modules[own]  # a program finds only what it could find elsewhere

# As in protocol.ts.
READY, EXITED, SIGNALLED, TIMED_OUT, FAULT = 0, 1, 2, 3, 4
# id, timeout ms (of a batch: its longest), bytes of the job, inputs, members of a batch or 0
HEADER = struct.Struct("<IIIHH")
REPLY = struct.Struct("<IBBHII")  # id, kind, detail, zero, microseconds, bytes that follow
# How much longer than its longest deadline a batch may be silent: reading, vetting, tidying up.
BATCH_GRACE_MS = 500
MAX_BATCH_BYTES = 2 << 20


def reply(number, kind, detail, micros, body):
    raw = memoryview(REPLY.pack(number, kind, detail, 0, micros, len(body)) + body)
    while raw:
        raw = raw[os.write(1, raw):]


def await_fork(pid, pipe, timeout_ms, parts):
    """Waits until the fork has let go of its pipe or is late; kills and reaps it either way.
    `parts` is None for a lone program; a batch is late when it wrote nothing for so long, and what
    it wrote is put there. Its members' own deadlines are kept in the fork, by a signal that no
    member can hold off unless it got past the vetting."""
    poller = select.poll()
    poller.register(pipe, 0)  # no event but the hang-up: no waking up for each frame
    poller.register(0, 0)
    ended = poller.poll(timeout_ms)
    while parts is not None and not ended:
        part = drain(pipe)
        if not part:
            break
        parts.append(part)
        if sum(map(len, parts)) > MAX_BATCH_BYTES:
            break
        ended = poller.poll(timeout_ms)
    # A process that is already exiting keeps its own status; one that only closed the pipe dies.
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if any(fd == 0 for fd, _ in ended):
        os._exit(0)  # whoever fed us is gone
    if not ended:
        return TIMED_OUT, 0
    if os.WIFSIGNALED(status):
        return SIGNALLED, os.WTERMSIG(status)
    return EXITED, os.WEXITSTATUS(status)


def drain(pipe):
    parts = []
    try:
        while True:
            part = os.read(pipe, 1 << 20)
            if not part:
                break
            parts.append(part)
    except BlockingIOError:
        pass
    return b"".join(parts)


def serve(guest, batch, clock, seed):
    run_alone = guest[-1]
    alone_filter, keep = seccomp_filter()
    batch_filter, keep_too = seccomp_filter(batch=True)
    server = os.getpid()
    set_pipe_size, default_pipe_frames = 1031, 64
    while True:
        header = read_exactly(0, HEADER.size)
        if len(header) < HEADER.size:
            os._exit(0)
        number, timeout_ms, job_bytes, count, members = HEADER.unpack(header)
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        if count > default_pipe_frames:  # frames wait in the pipe until the fork has ended
            fcntl.fcntl(writer, set_pipe_size, 1 << 20)
        began = clock()
        pid = os.fork()
        if pid == 0:
            seconds = (timeout_ms // 1000 + 2) * max(members, 1)
            if members:
                fork_main(server, job_bytes, seconds, writer, batch_filter,
                          lambda job: batch(job, members), seed)
            fork_main(server, job_bytes, seconds, writer, alone_filter,
                      lambda job: run_alone(job, count), seed)
        os.close(writer)
        parts = [] if members else None
        kind, detail = await_fork(pid, reader, timeout_ms + (members and BATCH_GRACE_MS), parts)
        frames = b"".join((parts or []) + [drain(reader)])
        os.close(reader)
        if frames[:1] != b"R":
            os._exit(3)  # the fork died while reading: the next bytes are not a header
        micros = min((clock() - began) // 1000, 0xFFFFFFFF)
        reply(number, kind, detail, micros, frames[1:])


def main():
    tier, memory_bytes, output_bytes = TIERS.index(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    clock = time.monotonic_ns
    try:
        if sys.version_info < (3, 9):
            raise Missing("python: 3.9 or newer is needed, this is " + platform.python_version())
        sys.path += site_packages()
        preload(tier)
        numpy = sys.modules.get("numpy")
        finder = HigherTier(tier)
        sys.meta_path.remove(PathFinder)
        sys.meta_path.append(finder)
        seed = random.Random.seed.__get__(random._inst)
        fix_chance_and_clocks(numpy)
        guest = make_guest(numpy, output_bytes)
        batch = make_batch(guest, memory_bytes, clock, finder.there)
        layers = confine(memory_bytes)
    except Exception as error:
        named = isinstance(error, Missing)
        reply(0, FAULT, 0, 0, ("" if named else "start: " + type(error).__name__ + ": ").encode()
              + str(error).encode("utf-8", "replace"))
        os._exit(2)
    os.environ.clear()
    sys.path[:], sys.argv[:], sys.executable = [], ["program"], ""
    gc.collect()
    gc.freeze()
    reply(0, READY, 0, 0, layers.encode())
    serve(guest, batch, clock, seed)


if __name__ == "__main__":
    main()
