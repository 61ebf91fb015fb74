/**
 * Attacks, each told by a program: its grid is [[1]] where it thinks it got through, and what it did
 * to the host is looked at from there. Each is also run in a plain Python, where it has to succeed:
 * an attack that fails anywhere shows nothing.
 *
 * @module
 */

/** What an attack may touch. */
export interface Prey {
  /** A folder anybody may write to, with a file `secret` of the digits 31415. */
  readonly folder: string;
  /** Ports on 127.0.0.1 with a TCP and a UDP socket behind them. */
  readonly tcpPort: number;
  readonly udpPort: number;
}

/** One attack. */
export interface AttackRow {
  readonly name: string;
  readonly code: (prey: Prey) => string;
  /** Does not succeed unconfined either, on some machines: run confined only. */
  readonly noControl?: boolean;
  /** How it must end in the sandbox, where that is more than "not [[1]]". */
  readonly ends?: "killed" | "runtime_error";
}

/** Body of `transform`, with os and libc at hand; what it returns is turned into [[0]] or [[1]]. */
function attempt(body: string): string {
  const lines = body.split("\n").map((line) => `    ${line}`).join("\n");
  return `import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def attack():
${lines}
def transform(g):
    return [[1 if attack() else 0]]`;
}

function calls(name: string, x86: number, arm: number, args: string): AttackRow {
  const number = Deno.build.arch === "x86_64" ? x86 : arm;
  const code = attempt(`return libc.syscall(${number}, ${args}) >= 0`);
  return { name: `system call ${name}`, code: () => code, noControl: true, ends: "killed" };
}

/** The attacks; numbers in brackets are those of the system call on x86_64 and aarch64. */
export const ATTACKS: readonly AttackRow[] = [
  {
    name: "read a file",
    code: ({ folder }) => attempt(`return open("${folder}/secret").read() == "31415"`),
  },
  {
    name: "read a file by openat",
    code: ({ folder }) => attempt(`return libc.openat(-100, b"${folder}/secret", 0) >= 0`),
  },
  { name: "list a folder", code: ({ folder }) => attempt(`return os.listdir("${folder}")`) },
  { name: "stat", code: ({ folder }) => attempt(`return os.stat("${folder}/secret").st_size`) },
  { name: "read a link", code: () => attempt(`return os.readlink("/proc/self/exe")`) },
  { name: "current folder", code: () => attempt(`return os.getcwd()`) },
  { name: "read /proc", code: () => attempt(`return open("/proc/self/maps").read()`) },
  {
    name: "read the parent's environment",
    code: () => attempt(`return open("/proc/%d/environ" % os.getppid()).read()`),
  },
  {
    name: "write a file",
    code: ({ folder }) => attempt(`return open("${folder}/w1", "w").write("x")`),
  },
  {
    name: "make a folder",
    code: ({ folder }) => attempt(`return libc.mkdir(b"${folder}/w2", 0o777) == 0`),
  },
  {
    name: "make a link",
    code: ({ folder }) => attempt(`return os.symlink("/", "${folder}/w3") is None`),
  },
  {
    name: "change a mode",
    code: ({ folder }) => attempt(`return os.chmod("${folder}/secret", 0o600) is None`),
  },
  {
    name: "change a time",
    code: ({ folder }) => attempt(`return os.utime("${folder}/secret", (1, 1)) is None`),
  },
  {
    name: "truncate",
    code: ({ folder }) => attempt(`return os.truncate("${folder}/secret", 0) is None`),
  },
  {
    name: "remove",
    code: ({ folder }) => attempt(`return os.remove("${folder}/secret") is None`),
  },
  {
    name: "connect by TCP",
    code: ({ tcpPort }) =>
      attempt(
        `import socket\nreturn socket.create_connection(("127.0.0.1", ${tcpPort})).send(b"x")`,
      ),
  },
  {
    name: "send by UDP",
    code: ({ udpPort }) =>
      attempt(`import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
return one.sendto(b"x", ("127.0.0.1", ${udpPort}))`),
  },
  { name: "unix socket", code: () => attempt("import socket\nreturn socket.socketpair()") },
  { name: "netlink", code: () => attempt("return libc.socket(16, 3, 0) >= 0") },
  {
    name: "os.system",
    code: ({ folder }) => attempt(`return os.system("echo > ${folder}/w4") == 0`),
  },
  {
    name: "subprocess",
    code: () => attempt(`import subprocess\nreturn subprocess.check_output(["/bin/echo", "x"])`),
  },
  {
    name: "posix_spawn",
    code: () => attempt(`return os.posix_spawn("/bin/true", ["true"], {}) > 0`),
  },
  {
    name: "fork",
    code: () => attempt("pid = os.fork()\nif pid == 0: os._exit(0)\nreturn os.waitpid(pid, 0)"),
  },
  { name: "vfork", code: () => attempt("return os.spawnlp(os.P_WAIT, 'true', 'true') == 0") },
  {
    name: "thread",
    code: () =>
      attempt("import threading\none = threading.Thread(target=int)\none.start()\nreturn True"),
  },
  { name: "signal the parent", code: () => attempt("return os.kill(os.getppid(), 0) is None") },
  { name: "signal everybody", code: () => attempt("return libc.kill(-1, 0) == 0") },
  { name: "signal the group", code: () => attempt("return libc.kill(0, 0) == 0") },
  { name: "leave the session", code: () => attempt("return os.setsid() is None") },
  { name: "outlive the parent", code: () => attempt("return libc.prctl(1, 0, 0, 0, 0) == 0") },
  { name: "become root", code: () => attempt("return libc.setuid(0) == 0"), noControl: true },
  {
    name: "raise a limit",
    code: () =>
      attempt(
        "import resource as r\nl = r.getrlimit(r.RLIMIT_AS)\n" +
          "return r.setrlimit(r.RLIMIT_AS, l) is None",
      ),
  },
  { name: "open a pipe", code: () => attempt("return os.pipe()") },
  {
    name: "duplicate a descriptor",
    code: () => attempt("return os.dup(3) or True"),
    noControl: true,
  },
  {
    name: "other descriptors",
    code: () =>
      attempt(`def there(fd):
    return libc.lseek(fd, 0, 1) >= 0 or ctypes.get_errno() != 9
return [fd for fd in range(256) if there(fd)] != [3]`),
  },
  {
    name: "signals by descriptor (F_SETOWN)",
    code: () => attempt("import fcntl\nreturn fcntl.fcntl(0, 8, os.getppid()) == 0"),
  },
  {
    name: "machine code",
    code: () =>
      attempt("import mmap\nreturn mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANON, 7)"),
  },
  { name: "shared memory", code: () => attempt("return libc.shmget(0, 4096, 0o1600) >= 0") },
  { name: "a timer", code: () => attempt("import signal\nreturn signal.alarm(1) == 0") },
  {
    name: "an interval timer",
    code: () =>
      attempt("import signal\nreturn signal.setitimer(signal.ITIMER_VIRTUAL, 9) == (0, 0)"),
  },
  { name: "arguments and path", code: () => attempt("return len(sys.argv[0]) > 8 or sys.path") },
  calls("ptrace", 101, 117, "16, os.getppid(), 0, 0"),
  calls("process_vm_readv", 310, 270, "os.getppid(), 0, 0, 0, 0, 0"),
  calls("pidfd_getfd", 438, 438, "0, 0, 0"),
  calls("memfd_create", 319, 279, 'b"x", 0'),
  calls("unshare", 272, 97, "0x10000000"),
  calls("setns", 308, 268, "0, 0"),
  calls("mount", 165, 40, "0, 0, 0, 0, 0"),
  calls("bpf", 321, 280, "0, 0, 0"),
  calls("io_uring_setup", 425, 425, "1, 0"),
  calls("userfaultfd", 323, 282, "0"),
  calls("perf_event_open", 298, 241, "0, 0, 0, 0, 0"),
  calls("keyctl", 250, 219, "18, 0, 0, 0, 0"),
  calls("open_by_handle_at", 304, 265, "0, 0, 0"),
];
