"""The layers around a fork-server and its forks, put up by ctypes alone.

Part of launcher.py, which see. Linux on x86_64 and aarch64; Landlock from ABI 1 (5.13) on.
"""
import ctypes
import errno
import os
import platform
import resource
import struct
import sys

NOBODY = 65534

libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: a call is too short to let go of the lock

# include/uapi/asm-generic/unistd.h.
GUEST_CALLS = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233),
    "nanosleep": (35, 101), "getpid": (39, 172), "exit": (60, 93), "getrusage": (98, 165),
    "times": (100, 153), "gettimeofday": (96, 169), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "gettid": (186, 178),
    "sigaltstack": (131, 132), "futex": (202, 98), "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "exit_group": (231, 94), "getcpu": (309, 168),
    "getrandom": (318, 278), "rseq": (334, 293),
}
SERVER_CALLS = {
    "poll": (7, -1), "ppoll": (271, 73), "clone": (56, 220), "fork": (57, -1), "wait4": (61, 260),
    "kill": (62, 129), "fcntl": (72, 25), "prctl": (157, 167), "pipe2": (293, 59),
    "dup2": (33, -1), "dup3": (292, 24), "close_range": (436, 436), "prlimit64": (302, 261),
    "setrlimit": (160, 164), "getrlimit": (97, 163), "set_robust_list": (273, 99),
    "seccomp": (317, 277),
}
# A batch of programs is timed from within, too; batch.py.
BATCH_CALLS = {"setitimer": (38, 103)}
# Nothing a program does by mistake: the process dies, and its server is replaced.
KILL_CALLS = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "memfd_create": (319, 279), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "move_mount": (429, 429), "fsopen": (430, 430), "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
MMAP, MPROTECT = (9, 222), (10, 226)
PROT_EXEC = 4
FORK_FLAGS = 0x01200000 | 0xFF  # CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | exit signal

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE = 0x00050000 | errno.EPERM


def seccomp_filter(server=False, batch=False):
    """The BPF program of the server (may fork), of a guest (may not), or of a batch of guests;
    <linux/seccomp.h>."""
    column, arch = MACHINES[platform.machine()]
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    code = [
        (load, 0, 0, 4), (equal, 1, 0, arch), (give, 0, 0, KILL),
        (load, 0, 0, 0), (at_least, 0, 1, 0x40000000), (give, 0, 0, KILL),  # x32 on x86_64
    ]
    extra = dict(SERVER_CALLS, **BATCH_CALLS) if server else BATCH_CALLS if batch else {}
    allowed = dict(GUEST_CALLS, **extra)
    clone = allowed.pop("clone", (-1, -1))[column]
    for call in (MMAP[column], MPROTECT[column]):  # no new machine code
        code += [(equal, 0, 4, call), (load, 0, 0, 32), (any_bit, 0, 1, PROT_EXEC),
                 (give, 0, 0, REFUSE), (give, 0, 0, ALLOW)]
    if server:
        code += [(equal, 0, 4, clone), (load, 0, 0, 16), (any_bit, 0, 1, 0xFFFFFFFF & ~FORK_FLAGS),
                 (give, 0, 0, REFUSE), (give, 0, 0, ALLOW)]
    for table, verdict in ((allowed, ALLOW), (KILL_CALLS if server else {}, KILL)):
        numbers = sorted(number[column] for number in table.values() if number[column] >= 0)
        for left, number in zip(range(len(numbers), 0, -1), numbers):
            code.append((equal, 0, 1, number))
            code.append((give, 0, 0, verdict))
    code.append((give, 0, 0, REFUSE))
    packed = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *line) for line in code))
    program = struct.pack("<HxxxxxxQ", len(code), ctypes.addressof(packed))
    return ctypes.create_string_buffer(program), packed


class Missing(Exception):
    """A layer that does not hold, by name."""


def held(layer, result):
    if result < 0:
        raise Missing("%s: %s" % (layer, os.strerror(ctypes.get_errno())))
    return result


def landlock():
    """Denies every path, TCP, and signals and abstract sockets to the outside, as far as the kernel
    knows how; nothing is excepted. Returns the ABI. <linux/landlock.h>"""
    create, restrict = 444, 446  # the same on both machines
    abi = held("landlock", libc.syscall(create, None, ctypes.c_size_t(0), 1))
    # Rights of each ABI: 13 of ABI 1, then refer, truncate, ioctl, and sockets by path in ABI 9.
    rights = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5) + (abi >= 9)
    fields = [(1 << rights) - 1]
    if abi >= 4:
        fields.append(0b11)  # bind, connect
    if abi >= 6:
        fields.append(0b11)  # abstract unix sockets, signals
    ruleset = struct.pack("<%dQ" % len(fields), *fields)
    fd = held("landlock", libc.syscall(create, ruleset, ctypes.c_size_t(len(ruleset)), 0))
    held("landlock", libc.syscall(restrict, fd, 0))
    os.close(fd)
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return abi
    raise Missing("landlock: a path could still be opened")


def confine(memory_bytes):
    """Puts up every layer a server can, each checked. Returns their names."""
    if not sys.platform.startswith("linux"):
        raise Missing("landlock: only Linux has it")
    if platform.machine() not in MACHINES:
        raise Missing("seccomp: no table of system calls for " + platform.machine())
    with open("/proc/self/statm", encoding="ascii") as text:
        mapped = int(text.read().split()[0]) * resource.getpagesize()
    limits = {
        "CORE": 0, "FSIZE": 0, "MEMLOCK": 0, "MSGQUEUE": 0, "NOFILE": 64,
        # Head room on top of interpreter and libraries, so that it is the same in each tier.
        "AS": mapped + memory_bytes,
        "STACK": 8 << 20,
    }
    for name, limit in limits.items():
        number = getattr(resource, "RLIMIT_" + name)
        ceiling = resource.getrlimit(number)[1]
        if ceiling != resource.RLIM_INFINITY:
            limit = min(limit, ceiling)
        try:
            resource.setrlimit(number, (limit, limit))
        except (OSError, ValueError) as error:
            raise Missing("rlimits: %s: %s" % (name, error))
    layers = []
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        if os.getresuid() != (NOBODY,) * 3 or os.getgroups():
            raise Missing("nobody: the user could not be changed")
        layers.append("nobody")
    dumpable, no_new_privs, set_seccomp, filter_mode = 4, 38, 22, 2
    libc.prctl(dumpable, 0, 0, 0, 0)
    held("no_new_privs", libc.prctl(no_new_privs, 1, 0, 0, 0))
    abi = landlock()
    program, _ = seccomp_filter(server=True)
    held("seccomp", libc.prctl(set_seccomp, filter_mode, program, 0, 0))
    try:
        os.getcwd()
    except PermissionError:
        return "+".join(["no_new_privs", "landlock:%d" % abi, "seccomp", "rlimits"] + layers)
    raise Missing("seccomp: a call that is not listed got through")
