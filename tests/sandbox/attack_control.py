"""Runs attacks with the layers removed, and says what is seen of them.

    unshare -Urpfmnui --mount-proc --kill-child python attack_control.py FOLDER < plan

It is the first process of namespaces of its own, so what an attack does to processes, sockets,
mounts and names ends there; every file system is made read-only but FOLDER, which gets a small
one of its own; and time, memory, files and processes are capped. If a cap cannot be put up, no
attack is run and the last line names it.

The plan is one line, {"secret", "canary", "tcp", "udp", "tag", "controls": [...]}; for each
control, {"seen", "command", "reserves", "plan"}, comes a line of what was seen. `reserves` is true for Deno,
which reserves more memory than it uses and asks for names by itself. `command` gets the path of a
file with "plan" in it as its last argument; naive_runner.py says what that is.
"""
import ctypes
import fcntl
import json
import os
import resource
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time

# Caps of a control. Memory is watched: what the sandbox grants is passed, and not much more.
# What is to run on is given its time from when it has started; the rest ends by itself.
DEADLINE_S, BURN_S = 60.0, 0.6
GROWN_BYTES, ADDRESS_BYTES = 600 << 20, 6 << 30
FILE_BYTES, FLOOD_BYTES, CPU_S, FOLDER_BYTES = 48 << 20, 2 << 20, 8, 64 << 20
MANY_PROCESSES = 32
libc = ctypes.CDLL(None, use_errno=True)


def checked(what, result):
    if result < 0:
        raise OSError(ctypes.get_errno(), what + ": " + os.strerror(ctypes.get_errno()))


def shut_in(folder):
    """All that exists becomes read-only, but `folder`."""
    mount_setattr, at_recursive, read_only = 442, 0x8000, struct.pack("4Q", 1, 0, 0, 0)
    checked("read-only files", libc.syscall(mount_setattr, -100, b"/", at_recursive, read_only, 32))
    size = b"mode=777,size=%d" % FOLDER_BYTES
    checked("a folder", libc.mount(b"none", folder.encode(), b"tmpfs", 0, size))


def network_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        up, set_address, set_flags = 1, 0x8916, 0x8914
        fcntl.ioctl(one, set_flags, struct.pack("16sH14x", b"lo", up))
        metadata = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("169.254.169.254"))
        fcntl.ioctl(one, set_address, struct.pack("16s16s", b"lo:1", metadata))


def canaries(plan, folder):
    """Sockets that nobody should reach, by name."""
    made = {"udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM)}
    made["udp"].bind(("127.0.0.1", plan["udp"]))
    made["dns"] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made["dns"].bind(("127.0.0.1", 53))
    for name, family, where in (
        ("tcp", socket.AF_INET, ("0.0.0.0", plan["tcp"])),
        ("abstract", socket.AF_UNIX, "\0" + plan["tag"]),
        ("path", socket.AF_UNIX, folder + "/socket"),
    ):
        made[name] = socket.socket(family)
        made[name].bind(where)
    try:
        made["tcp6"] = socket.socket(socket.AF_INET6)
        made["tcp6"].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made["tcp6"].bind(("::1", plan["tcp"]))
    except OSError:
        made.pop("tcp6").close()
    for one in made.values():
        one.setblocking(False)
        if one.type == socket.SOCK_STREAM:
            one.listen()
    return made


def own_resolver(folder):
    """Names are asked of the canary."""
    with open(folder + "/resolv.conf", "w") as text:
        text.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    bind = 0x1000
    libc.mount((folder + "/resolv.conf").encode(), b"/etc/resolv.conf", None, bind, None)


def hear(one):
    try:
        if one.type == socket.SOCK_STREAM:
            one.accept()[0].close()
        else:
            one.recv(4096)
    except OSError:
        return False
    return True


def caps(reserves):
    """A process that reserves more than it uses is watched only."""
    for name, limit in (("AS", ADDRESS_BYTES), ("CPU", CPU_S), ("FSIZE", FILE_BYTES),
                        ("NPROC", 4096), ("NOFILE", 1024), ("CORE", 0)):
        if name == "AS" and reserves:
            continue
        number = getattr(resource, "RLIMIT_" + name)
        ceiling = resource.getrlimit(number)[1]
        limit = limit if ceiling == resource.RLIM_INFINITY else min(limit, ceiling)
        resource.setrlimit(number, (limit, limit))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def processes():
    """Resident bytes of all processes here but this."""
    found = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open("/proc/%d/stat" % pid) as text:
                fields = text.read().rpartition(")")[2].split()
            if pid != 1 and fields[0] not in "ZX":
                found[pid] = int(fields[21]) * resource.getpagesize()
        except OSError:
            pass
    return found


def listing(folder):
    seen = []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        s = entry.stat(follow_symlinks=False)
        seen.append([entry.name, s.st_mode, s.st_size, s.st_mtime_ns, s.st_nlink])
    return json.dumps(seen)


def observe(control, plan, folder, sockets):
    path = folder + "/plan.json"
    files = {"secret": plan["secret"], "judge.py": "", "plan.json": json.dumps(control["plan"])}
    for name, text in files.items():
        with open(folder + "/" + name, "w") as file:
            file.write(text)
    before, began = listing(folder), time.monotonic()
    deadline = began + DEADLINE_S
    environment = dict(os.environ, SOAR_CANARY=plan["canary"], OPENBLAS_NUM_THREADS="1")
    # A shell stands for the supervisor that an attack may kill.
    child = subprocess.Popen(
        ["sh", "-c", '"$@"; exit $?', "supervisor"] + control["command"] + [path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
        env=environment, preexec_fn=lambda: caps(control["reserves"]), start_new_session=True)
    os.set_blocking(child.stdout.fileno(), False)
    selector = selectors.DefaultSelector()
    selector.register(child.stdout, selectors.EVENT_READ, None)
    for name, one in sockets.items():
        selector.register(one, selectors.EVENT_READ, name)
    tail, size, heard, most, rss, timed_out, ended = b"", 0, set(), 0, 0, False, None
    has_started = False
    is_open = True
    while True:
        for key, _ in selector.select(0.01):
            if key.data is not None:
                if hear(key.fileobj) and not (key.data == "dns" and control["reserves"]):
                    heard.add(key.data)
                continue
            part = child.stdout.read(1 << 16)
            if part:
                size += len(part)
                tail = (tail + part)[-200_000:]
            elif part == b"":
                selector.unregister(child.stdout)
                is_open = False
        if control["seen"] == "runs" and not has_started and b"started" in tail:
            has_started, deadline = True, time.monotonic() + BURN_S
        now, there = time.monotonic(), processes()
        most, rss = max(most, len(there)), max([rss] + list(there.values()))
        if child.poll() is not None and ended is None:
            ended = now
        timed_out = now > deadline
        enough = rss > GROWN_BYTES or size > FLOOD_BYTES or control["seen"] == "heard" and heard
        if timed_out or enough:
            break
        is_one = len(control["plan"]["programs"]) == 1
        if control["seen"] == "says" and is_one and b"\n[[1]]\n" in tail:
            break  # it may have stopped its supervisor for good
        if control["seen"] == "passes" and is_one and b"\npassed\n" in tail:
            break  # more is not asked
        if ended is not None and (not is_open or now > ended + 0.1):
            break
    left = len(processes())
    after = listing(folder)
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.stdin.close()
    child.stdout.close()
    child.wait()
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass
    detach = 2
    for name in os.listdir(folder):
        if name not in ("socket", "resolv.conf"):
            whole = folder + "/" + name
            if os.path.isdir(whole) and not os.path.islink(whole):
                libc.umount2(whole.encode(), detach)
                os.rmdir(whole)
            else:
                os.unlink(whole)
    return {
        "lines": tail.decode("utf-8", "replace").splitlines()[-40:], "timedOut": timed_out,
        "heard": sorted(heard), "left": left if ended is not None and not timed_out else 0,
        "many": most > MANY_PROCESSES, "grew": rss > GROWN_BYTES, "flooded": size > FLOOD_BYTES,
        "wrote": before != after, "ms": int(1000 * (time.monotonic() - began)),
    }


def main():
    folder, plan = sys.argv[1], json.loads(sys.stdin.readline())
    try:
        if os.getpid() != 1:
            raise OSError("not the first process of a namespace")
        shut_in(folder)
        network_up()
        sockets = canaries(plan, folder)
        own_resolver(folder)
    except OSError as error:
        print(json.dumps({"refused": str(error)}), flush=True)
        return
    for control in plan["controls"]:
        print(json.dumps(observe(control, plan, folder, sockets)), flush=True)


main()
