/**
 * Attacks on the network: 18 to 20. Those by way of JavaScript are in attack_bridge.ts.
 *
 * @module
 */
import { type Attack, attack, SEALED } from "./attack.ts";

function tcp(where: string): string {
  return `import socket\nreturn socket.create_connection(("${where}", $TCP), 1).send(b"x")`;
}

/** Attacks 18 to 20. */
export const NETWORK_ATTACKS: readonly Attack[] = [
  attack(18, "TCP to this machine", "heard", tcp("127.0.0.1"), { differs: SEALED }),
  attack(
    18,
    "TCP by C",
    "heard",
    `import struct
fd = libc.socket(2, 1, 0)
where = struct.pack("=H", 2) + struct.pack(">H4B8x", $TCP, 127, 0, 0, 1)
return libc.connect(fd, where, 16) == 0`,
  ),
  attack(18, "TCP to ::1", "heard", tcp("::1"), { differs: SEALED }),
  attack(18, "TCP to the metadata of a cloud", "heard", tcp("169.254.169.254"), {
    differs: SEALED,
  }),
  attack(18, "listen", "says", `import socket\nreturn socket.create_server(("127.0.0.1", 0))`),

  attack(
    19,
    "UDP",
    "heard",
    `import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
return one.sendto(b"x", ("127.0.0.1", $UDP))`,
  ),
  attack(19, "raw socket", "says", "import socket\nreturn socket.socket(2, 3, 1).fileno() >= 0"),
  attack(19, "netlink", "says", "import socket\nreturn socket.socket(16, 3, 0).fileno() >= 0"),
  attack(19, "vsock", "says", "import socket\nreturn socket.socket(40, 1, 0).fileno() >= 0", {
    control: { seen: "says", by: "python", refusedBy: "a kernel without vsock" },
  }),
  attack(
    19,
    "abstract unix socket",
    "heard",
    `import socket
one = socket.socket(socket.AF_UNIX)
one.connect("\\0$TAG")
return one.send(b"x")`,
  ),
  attack(
    19,
    "unix socket by path",
    "heard",
    `import socket
one = socket.socket(socket.AF_UNIX)
one.connect("$FOLDER/socket")
return one.send(b"x")`,
  ),
  attack(19, "pair of sockets", "says", "import socket\nreturn socket.socketpair()"),

  attack(20, "DNS", "heard", `import socket\nreturn socket.getaddrinfo("soar.example", 80)`, {
    control: { seen: "heard", by: "python", refusedBy: "a resolver that is not the C library's" },
    differs: SEALED,
  }),
  attack(
    20,
    "urllib",
    "heard",
    `import urllib.request
return urllib.request.urlopen("http://127.0.0.1:$TCP", timeout=1)`,
    { differs: SEALED },
  ),
  attack(
    20,
    "http.client",
    "heard",
    `import http.client
one = http.client.HTTPConnection("127.0.0.1", $TCP, timeout=1)
one.request("GET", "/")
return True`,
    { differs: SEALED },
  ),
  attack(
    20,
    "asyncio",
    "heard",
    `import asyncio
return asyncio.run(asyncio.open_connection("127.0.0.1", $TCP)) is not None`,
    { timeoutMs: 20_000 },
  ),
];
