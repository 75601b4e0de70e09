# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who listens where on this node, from /proc/net and /proc/PID/fd. PRIVATE to the collection.

/proc/net/{tcp,tcp6,udp,udp6} list the sockets of our network namespace with address, port, state and inode (proc(5));
the links in /proc/PID/fd say which process holds an inode, as far as we may look into it. TCP sockets count when they
listen (state 0A), UDP sockets when they are not connected (07): these are the ones that keep a server off a port.
"""

import os
import pwd
import socket
import struct

from typing import Dict, Iterable, List, NamedTuple

from . import process

# user: the numeric id of the socket's owner
Listener = NamedTuple("Listener", [("protocol", str), ("address", str), ("port", int), ("user", int), ("inode", int)])

TABLES = (("tcp", "tcp", "0A"), ("tcp6", "tcp", "0A"), ("udp", "udp", "07"), ("udp6", "udp", "07"))
WILDCARDS = ("0.0.0.0", "::")


def _address(text: str) -> str:
    """`0100007F` -> 127.0.0.1: the kernel prints each 32-bit word of the address in the machine's byte order."""
    packed = b"".join(struct.pack("=I", int(text[at:at + 8], 16)) for at in range(0, len(text), 8))
    name = socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
    return name[7:] if name.startswith("::ffff:") and "." in name else name


def listeners(port: int, proc: str = "/proc") -> List[Listener]:
    """All sockets that wait for somebody on this port, of either protocol."""
    found = []
    for table, protocol, state in TABLES:
        try:
            with open(os.path.join(proc, "net", table)) as stream:
                rows = stream.read().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if len(fields) < 10 or fields[3] != state:
                continue
            address, _colon, number = fields[1].partition(":")
            if int(number, 16) == port:
                found.append(Listener(protocol, _address(address), port, int(fields[7]), int(fields[9])))
    return found


def overlapping(found: Iterable[Listener], wanted: Iterable[str]) -> List[Listener]:
    """Those that a server bound to the addresses `wanted` ([] = all addresses) would collide with."""
    wanted = set(wanted)
    everywhere = not wanted or wanted.intersection(WILDCARDS)
    return [one for one in found if everywhere or one.address in WILDCARDS or one.address in wanted]


def holders(found: Iterable[Listener], proc: str = "/proc") -> Dict[int, List[int]]:
    """{inode: pids that hold it}; an inode whose holders are hidden from us has an empty list."""
    links = {"socket:[%d]" % one.inode: one.inode for one in found}
    result = {inode: [] for inode in links.values()}  # type: Dict[int, List[int]]
    for pid in process.pids(proc) if links else []:
        folder = os.path.join(proc, str(pid), "fd")
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            try:
                inode = links.get(os.readlink(os.path.join(folder, name)))
            except OSError:
                continue
            if inode is not None and pid not in result[inode]:
                result[inode].append(pid)
    return result


def describe(listener: Listener, pids: List[int], proc: str = "/proc") -> str:
    """One line on who holds a socket, as far as it can be told; pids: its holders that we may see."""
    first = process.oldest(pids, proc) or (pids[0] if pids else None)
    if first is not None:
        return process.describe(first, proc)
    try:
        user = pwd.getpwuid(listener.user).pw_name
    except KeyError:
        user = str(listener.user)
    return "a process of user %s, which the user that the module runs as may not look at" % user


def resolve(name: str) -> List[str]:
    """The numeric addresses of a `bind` value, [] for none. Raises OSError (socket.gaierror) for a name that has none."""
    if not name:
        return []
    return sorted({info[4][0].partition("%")[0] for info in socket.getaddrinfo(name.partition("%")[0], None, 0, socket.SOCK_STREAM)})


def addresses_of(pid: int, port: int, proc: str = "/proc") -> List[str]:
    """The addresses on which a process accepts TCP connections to the port."""
    found = [one for one in listeners(port, proc) if one.protocol == "tcp"]
    held = holders(found, proc)
    return sorted({one.address for one in found if pid in held[one.inode]})
