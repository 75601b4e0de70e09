# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a namespace: fills its connection tracking table up to the kernel's limit, and says how many entries it made.

The limit, nf_conntrack_max, can be written on the host only, but every namespace's entries are counted for themselves. So the table is filled, by netlink
(linux/netfilter/nfnetlink_conntrack.h). The entries are of UDP and ASSURED, because the kernel makes room by dropping others.
"""
import errno
import itertools
import socket
import struct
import sys

NETLINK_NETFILTER = 12
CT_NEW = 1 << 8  # NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW
FLAGS = 0x1 | 0x200 | 0x400  # REQUEST, EXCL, CREATE
ORIG, REPLY, STATUS, TIMEOUT, NESTED = 1, 2, 3, 7, 0x8000
SEEN_REPLY_ASSURED_CONFIRMED = 2 | 4 | 8
SECONDS = 600
AT_ONCE = 500


def attribute(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + b"\0" * (-len(payload) % 4)


def way(kind, source, destination, sport, dport):
    addresses = attribute(1 | NESTED, attribute(1, socket.inet_aton(source)) + attribute(2, socket.inet_aton(destination)))
    protocol = attribute(2 | NESTED, attribute(1, b"\x11") + attribute(2, struct.pack(">H", sport)) + attribute(3, struct.pack(">H", dport)))
    return attribute(kind | NESTED, addresses + protocol)


def message(host, port):
    """One entry: documentation addresses, told apart by the last byte of one and by a port."""
    here, there = "198.51.100.%d" % host, "203.0.113.1"
    body = struct.pack("=BBH", socket.AF_INET, 0, 0) + way(ORIG, here, there, port, 9) + way(REPLY, there, here, 9, port)
    body += attribute(STATUS, struct.pack(">I", SEEN_REPLY_ASSURED_CONFIRMED)) + attribute(TIMEOUT, struct.pack(">I", SECONDS))
    return struct.pack("=IHHII", 16 + len(body), CT_NEW, FLAGS, 0, 0) + body


def entries(what):
    with open("/proc/sys/net/netfilter/nf_conntrack_" + what) as stream:
        return int(stream.read())


def refusals(sock):
    """The error numbers of what the kernel has refused since; more than fit into the socket's buffer are lost."""
    found = set()
    while True:
        try:
            found.add(-struct.unpack_from("=i", sock.recv(65536), 16)[0])
        except BlockingIOError:
            return found
        except OSError as exc:
            found.add(exc.errno)


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.bind((0, 0))
    sock.setblocking(False)
    limit = entries("max")
    every = (message(host, port) for host in range(1, 255) for port in range(1, 65536))
    while entries("count") < limit:
        before = entries("count")
        sock.sendall(b"".join(itertools.islice(every, AT_ONCE)))
        if entries("count") == before:
            sys.exit("%d entries of at most %d, and the kernel takes no more: %s" % (
                before, limit, ", ".join(errno.errorcode.get(code, str(code)) for code in sorted(refusals(sock)))))
        refusals(sock)
    print("full: %d entries" % entries("count"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
