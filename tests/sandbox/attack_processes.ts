/**
 * Attacks by and on processes: 21 to 25.
 *
 * @module
 */
import { type Attack, attack, call, type Details, SEALED } from "./attack.ts";

/** A system call that ends the program at once, in the words of libc.syscall. */
function forbidden(
  name: string,
  number: number,
  args: string,
  setUp = "",
  control: Details = {},
): Attack {
  const body = `${setUp}return libc.syscall(${number}, ${args}) >= 0`;
  return attack(25, name, "says", body, { ends: ["killed"], ...control });
}

function refused(by: string): Details {
  return { control: { seen: "says", by: "python", refusedBy: by } };
}

/** Attacks 21 to 25. */
export const PROCESS_ATTACKS: readonly Attack[] = [
  attack(21, "os.system", "writes", `return os.system("echo > $FOLDER/w6") == 0`, {
    differs: SEALED,
  }),
  attack(
    21,
    "subprocess",
    "leaves",
    `import subprocess
return subprocess.Popen(["sh", "-c", "sleep 600; : $TAG"]).pid > 0`,
  ),
  attack(21, "popen", "says", `return os.popen("echo x").read() == "x\\n"`),
  attack(21, "posix_spawn", "says", `return os.posix_spawn("/bin/true", ["true"], {}) > 0`),
  attack(21, "vfork", "says", `return os.spawnlp(os.P_WAIT, "true", "true") == 0`),
  attack(21, "execve", "says", `os.execv("/bin/echo", ["echo", "[[1]]"])`),
  attack(
    21,
    "fork",
    "says",
    "pid = os.fork()\nif pid == 0: os._exit(0)\nreturn os.waitpid(pid, 0)",
  ),

  attack(
    22,
    "a fork bomb",
    "leaves",
    `import time
for _ in range(64):
    if os.fork() == 0: time.sleep(600)
return True`,
  ),
  attack(
    22,
    "a daemon",
    "leaves",
    `import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: time.sleep(600)
    os._exit(0)
return True`,
  ),
  attack(22, "leave the session", "says", "return os.setsid() is None", {
    only: ["python", "there are no sessions"],
  }),
  attack(22, "outlive the parent", "says", "return libc.prctl(1, 0, 0, 0, 0) == 0"),
  attack(22, "become root", "says", "return libc.setuid(0) == 0"),
  attack(
    22,
    "raise a limit",
    "says",
    `import resource as r
limit = r.getrlimit(r.RLIMIT_AS)
return r.setrlimit(r.RLIMIT_AS, limit) is None`,
  ),

  attack(23, "kill the parent", "says", "return os.kill(os.getppid(), 9) is None"),
  attack(23, "kill the parent by C", "says", "return libc.kill(os.getppid(), 9) == 0"),
  attack(23, "kill everybody", "says", "return libc.kill(-1, 9) == 0"),
  attack(23, "signal the group", "says", "return libc.kill(0, 0) == 0"),
  attack(
    23,
    "kill by descriptor",
    "says",
    `import signal
return signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9) is None`,
  ),
  attack(23, "another's timer", "says", "import signal\nreturn signal.alarm(9) == 0", {
    only: ["python", "its timer is its own process's, which attack 57 sets"],
  }),
  attack(
    23,
    "signals of a descriptor (F_SETOWN)",
    "says",
    `import fcntl
parent = os.getppid()
reader, writer = os.pipe()
fcntl.fcntl(reader, 8, parent)
fcntl.fcntl(reader, 10, 9)
fcntl.fcntl(reader, 4, 0o20000)
os.write(writer, b"x")
return True`,
  ),

  attack(
    24,
    "ptrace",
    "says",
    `return libc.syscall(${call(101, 117)}, 16, os.getppid(), 0, 0) == 0`,
    {
      ends: ["killed"],
    },
  ),
  attack(
    24,
    "process_vm_readv",
    "says",
    `import ctypes
parent, at = os.getppid(), 0
try:
    at = int(open("/proc/%d/maps" % parent).read().partition("-")[0], 16)
except OSError: pass
into = ctypes.create_string_buffer(8)
mine = (ctypes.c_size_t * 2)(ctypes.addressof(into), 8)
theirs = (ctypes.c_size_t * 2)(at, 8)
return libc.syscall(${call(310, 270)}, parent, mine, 1, theirs, 1, 0) == 8`,
    { ends: ["killed"] },
  ),
  attack(
    24,
    "pidfd_getfd",
    "says",
    `one = libc.syscall(434, os.getppid(), 0)
return libc.syscall(438, one, 1, 0) >= 0`,
    { ends: ["killed"] },
  ),
  attack(
    24,
    "memory of the parent",
    "says",
    `return os.open("/proc/%d/mem" % os.getppid(), 0) > 0`,
  ),

  forbidden("unshare", call(272, 97), "0x10000000"),
  attack(
    25,
    "clone3",
    "says",
    `import ctypes
how = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
pid = libc.syscall(435, how, 88)
if pid == 0: os._exit(0)
return pid > 0`,
  ),
  forbidden(
    "setns",
    call(308, 268),
    "one, 0",
    `one = -1
try: one = os.open("/proc/self/ns/net", 0)
except OSError: pass
`,
  ),
  forbidden(
    "mount",
    call(165, 40),
    `b"none", b"$FOLDER/w7", b"tmpfs", 0, 0`,
    `try: os.mkdir("$FOLDER/w7")
except OSError: pass
`,
  ),
  forbidden("chroot", call(161, 51), `b"$FOLDER"`),
  forbidden("memfd_create", call(319, 279), `b"x", 0`),
  forbidden("keyctl", call(250, 219), "0, -3, 1", "", refused("a container without keyrings")),
  forbidden("keyctl to the parent", call(250, 219), "18", "", refused("a session of another user")),
  forbidden(
    "io_uring_setup",
    call(425, 425),
    "1, ctypes.create_string_buffer(120)",
    "",
    refused("kernel.io_uring_disabled"),
  ),
  forbidden("userfaultfd", call(323, 282), "1", "", refused("vm.unprivileged_userfaultfd")),
  forbidden(
    "perf_event_open",
    call(298, 241),
    "ctypes.create_string_buffer(bytes([1, 0, 0, 0, 112]) + bytes(35) + bytes([0x60]) + bytes(80)), 0, -1, -1, 0",
    "",
    refused("kernel.perf_event_paranoid"),
  ),
  forbidden(
    "bpf",
    call(321, 280),
    "0, ctypes.create_string_buffer(bytes([2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1]), 72), 72",
    "",
    refused("kernel.unprivileged_bpf_disabled"),
  ),
  forbidden("open_by_handle_at", call(304, 265), "0, 0, 0", "", {
    control: { none: "it takes the rights of the machine's own root" },
  }),
  attack(25, "shared memory", "says", "return libc.shmget(0, 4096, 0o1600) >= 0"),
  attack(
    25,
    "machine code",
    "says",
    `import mmap
return mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANON, 7) is not None`,
    {
      only: ["python", "its machine code cannot be pointed at: it is WebAssembly"],
    },
  ),
];
