# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The sockets on which a server listens, and how a new UDP flow gets a socket of its own.

PRIVATE to the collection. The unconnected UDP socket of the port stays with the listener for good. It is the first of its SO_REUSEPORT group, and a
one-instruction program (SO_ATTACH_REUSEPORT_CBPF, return 0; linux/filter.h) gives it every datagram that no connected socket takes, so that the
sockets made for flows never swallow somebody else's first datagram between their bind() and connect().
"""

import array
import errno
import socket
import struct

from .._iperf3 import errors
from . import failure, sockopts

BACKLOG = 256
# asm-generic/socket.h; Python 3.6 has no names for them.
SO_REUSEPORT = getattr(socket, "SO_REUSEPORT", 15)
SO_ATTACH_REUSEPORT_CBPF = 51
IP_PKTINFO = 8
# BPF_RET | BPF_K with k = 0 (linux/bpf_common.h): always the first socket of the group.
RETURN_FIRST = struct.pack("HBBI", 0x06, 0, 0, 0)


def addresses(settings):
    """The (family, address) pairs to bind: one dual-stack wildcard unless -B, -4 or -6 say otherwise."""
    if not settings.bind:
        if settings.version4:
            return [(socket.AF_INET, ("0.0.0.0", settings.port))]
        if socket.has_ipv6 and _has_ipv6():
            return [(socket.AF_INET6, ("::", settings.port))]
        if settings.version6:
            raise errors.IperfError(102, "version6: this host has no IPv6", errno.EAFNOSUPPORT)
        return [(socket.AF_INET, ("0.0.0.0", settings.port))]
    from . import dial
    found = dial.resolve(settings.bind, settings.port, dial.family(settings), socket.SOCK_STREAM, "bind")
    return [(found[0][0], found[0][4])]


def _has_ipv6():
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:
        return False
    sock.close()
    return True


def _prepare(sock, family, address, settings):
    if family == socket.AF_INET6:
        both = (address[0] == "::" and not settings.version6) or address[0].startswith("::ffff:")
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if both else 1)
    if settings.bind_dev:
        sockopts.bind_device(sock, settings.bind_dev)


def tcp(family, address, settings):
    """A listening TCP socket, with mptcp one that takes both. Raises OSError, or IperfError 131 when the kernel has no MPTCP."""
    try:
        sock = socket.socket(family, socket.SOCK_STREAM, sockopts.IPPROTO_MPTCP if settings.mptcp else 0)
    except OSError as exc:
        if not settings.mptcp:
            raise
        raise failure.system(131, "mptcp", exc)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _prepare(sock, family, address, settings)
        sock.bind(address)
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


def udp(family, address, settings):
    """The port's unconnected UDP socket. Raises OSError, EADDRINUSE also when another program shares the port willingly."""
    probe = socket.socket(family, socket.SOCK_DGRAM)
    try:
        _prepare(probe, family, address, settings)
        probe.bind(address)
    finally:
        probe.close()
    sock = _reusable(family, address, settings)
    program = array.array("B", RETURN_FIRST)
    pointer, dummy = program.buffer_info()
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, struct.pack("HP", 1, pointer))
    except OSError:
        pass
    for level, option in ((socket.IPPROTO_IP, IP_PKTINFO), (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO)):
        try:
            sock.setsockopt(level, option, 1)
        except OSError:
            pass
    sock.setblocking(False)
    return sock


def _reusable(family, address, settings):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_REUSEPORT, 1)
        _prepare(sock, family, address, settings)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


def first_datagram(sock):
    """(payload, sender's address, address of this host it was sent to or None). Raises BlockingIOError when there is none."""
    data, ancillary, dummy, sender = sock.recvmsg(65536, 256)
    return data, sender, _destination(ancillary)


def _destination(ancillary):
    for level, kind, content in ancillary:
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO and len(content) >= 16:
            return socket.inet_ntop(socket.AF_INET6, content[:16])
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO and len(content) >= 12:
            return socket.inet_ntop(socket.AF_INET, content[8:12])
    return None


def flow(family, address, sender, destination, settings):
    """A socket for one flow: bound to the port, connected to the sender, answering from the address that the sender used.

    Returns (socket, strangers): strangers are first datagrams of others that reached it before it was connected, as
    (payload, sender). Raises OSError.
    """
    sock = _reusable(family, address, settings)
    try:
        sock.connect(sender)
        if destination and not _same(sock.getsockname()[0], destination):
            sock.close()
            sock = _reusable(family, (destination,) + tuple(address[1:]), settings)
            sock.connect(sender)
        sock.setblocking(False)
        return sock, _strangers(sock, sender)
    except BaseException:
        sock.close()
        raise


def _same(one, other):
    return one.replace("::ffff:", "") == other.replace("::ffff:", "")


def _strangers(sock, sender):
    """Takes from a new flow's socket what others sent to it before connect(); the flow's own datagrams cannot be there yet."""
    found = []
    while True:
        try:
            data, origin = sock.recvfrom(65536, socket.MSG_PEEK)
        except OSError:
            return found
        if origin[:2] == sender[:2]:
            return found
        sock.recvfrom(65536)
        found.append((data, origin))
