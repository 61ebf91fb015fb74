/**
 * Attacks on files: 14 to 17.
 *
 * @module
 */
import { type Attack, attack, call, type Details } from "./attack.ts";

const VIRTUAL: Details = {
  only: ["python", "what it finds is in the interpreter's memory and the same everywhere"],
};

/** Attacks 14 to 17. */
export const FILE_ATTACKS: readonly Attack[] = [
  attack(14, "read a file", "says", `return open("$FOLDER/secret").read()`),
  attack(
    14,
    "read a file by openat",
    "says",
    `return libc.openat(-100, b"$FOLDER/secret", 0) >= 0`,
  ),
  attack(14, "read the users", "says", `return open("/etc/passwd").read() != ""`),
  attack(14, "list a folder", "says", `return os.listdir("$FOLDER")`),
  attack(14, "list the root", "says", `return os.scandir("/").__next__() is not None`),
  attack(14, "stat", "says", `return os.stat("$FOLDER/secret").st_size`),
  attack(14, "read a link", "says", `return os.readlink("/proc/self/exe")[:1] == "/"`),
  attack(14, "current folder", "says", `return os.getcwd() != ""`, VIRTUAL),
  ...["maps", "status", "cmdline", "fd/0", "mem"].map((file) =>
    attack(14, `open /proc/self/${file}`, "says", `return os.open("/proc/self/${file}", 0) > 0`)
  ),
  attack(
    14,
    "read the parent's environment",
    "says",
    `text = open("/proc/%d/environ" % os.getppid()).read()
return text.partition("SOAR_CANARY=")[2][:12]`,
  ),

  attack(15, "write a file", "writes", `return open("$FOLDER/w1", "w").write("x")`),
  attack(15, "make a folder", "writes", `return os.mkdir("$FOLDER/w2") is None`),
  attack(15, "make a folder by C", "writes", `return libc.mkdir(b"$FOLDER/w2", 0o777) == 0`),
  attack(15, "make a link", "writes", `return os.symlink("/", "$FOLDER/w3") is None`),
  attack(
    15,
    "make a hard link",
    "writes",
    `return os.link("$FOLDER/secret", "$FOLDER/w4") is None`,
  ),
  attack(15, "change a mode", "writes", `return os.chmod("$FOLDER/secret", 0o600) is None`),
  attack(15, "change a time", "writes", `return os.utime("$FOLDER/secret", (1, 1)) is None`),
  attack(15, "truncate", "writes", `return os.truncate("$FOLDER/secret", 0) is None`),
  attack(15, "rename", "writes", `return os.rename("$FOLDER/secret", "$FOLDER/w5") is None`),
  attack(15, "remove", "writes", `return os.remove("$FOLDER/secret") is None`),
  attack(15, "a file without a name", "says", `return os.open("$FOLDER", 0o20200002, 0o600) > 0`),
  attack(
    15,
    "run a file in memory",
    "says",
    `fd = libc.syscall(${call(319, 279)}, b"x", 0)
os.write(fd, open("/bin/echo", "rb").read())
os.execv("/proc/self/fd/%d" % fd, ["echo", "[[1]]"])`,
    { ends: ["killed"] },
  ),

  attack(
    16,
    "fill a disk",
    "writes",
    `one = open("$FOLDER/big", "wb", 0)
for _ in range(10**4): one.write(bytes(1 << 20))
return True`,
  ),
  attack(
    16,
    "fill /tmp",
    "says",
    `one = open("/tmp/big", "wb", 0)
for _ in range(10**4): one.write(bytes(1 << 20))
return True`,
    { control: { none: "in the control only its own folder can be written to" } },
  ),

  attack(17, "edit the judge", "writes", `return open("$FOLDER/judge.py", "a").write("x = 1")`),
  attack(17, "edit the standard library", "says", `return open(os.__file__, "r+b") is not None`, {
    control: { none: "in the control only its own folder can be written to" },
  }),
  attack(
    17,
    "edit the library's archive",
    "says",
    `return open("/lib/python314.zip", "r+b") is not None`,
    { only: ["wasm", "it has no such file"], control: { none: "a plain Python has no such file" } },
  ),
];
