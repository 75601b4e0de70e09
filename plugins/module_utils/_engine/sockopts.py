# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of sockets, as a table.

PRIVATE to the collection. Which option a test sets on which socket, and what it means when the kernel refuses, is one row each in ROWS; sources are
docs/docsite/rst/protocol.rst ("Data streams", "Errors"), socket(7), ip(7), ipv6(7), tcp(7), udp(7) and the kernel headers named at the constants.
Python 3.6 lacks many names, so the numbers of Linux stand behind them.

Data sockets get their options before connect() on a client, because MSS and window are agreed in the handshake, and after accept() on a server. A value
that was asked for and is not in force fails the test, except on a server for a congestion control that it does not know:
iperf3 servers go on with their own, and so does this one, with a warning.
"""

import os
import socket
import struct
from typing import NamedTuple

from .._iperf3 import errors

# asm-generic/socket.h
SO_BINDTODEVICE = getattr(socket, "SO_BINDTODEVICE", 25)
SO_MAX_PACING_RATE = 47
SO_ATTACH_REUSEPORT_CBPF = 51
# linux/tcp.h
TCP_CONGESTION = getattr(socket, "TCP_CONGESTION", 13)
TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", 18)
# linux/in.h, linux/in6.h
IP_MTU_DISCOVER = 10
IP_PMTUDISC_DO = 2
IP_MTU = 14
IPV6_MTU = 24
IPV6_TCLASS = getattr(socket, "IPV6_TCLASS", 67)
IPPROTO_MPTCP = 262
# linux/in6.h: a flow label is leased by IPV6_FLOWLABEL_MGR; action, who may share it, and that it may be a new one
IPV6_FLOWLABEL_MGR = 32
IPV6_FLOWINFO_SEND = 33
FL_GET, FL_ANY, FL_CREATE = 0, 255, 1
# linux/udp.h; the level is IPPROTO_UDP
SOL_UDP = socket.IPPROTO_UDP
UDP_SEGMENT = 103
UDP_GRO = 104
# Keepalive of control connections unless cntl_ka says otherwise: idle s, interval s, count. A test leaves the connection silent, and firewalls and NATs
# forget silent connections, some after less than a minute.
KEEPALIVE = (10, 10, 3)
# include/net/tcp.h: names of congestion controls are shorter than this.
CONGESTION_SIZE = 16


class Row(NamedTuple):
    """One option of a data socket. setting: attribute of Settings that asks for it. protocol: "TCP", "UDP" or "" for both.

    family: AF_INET, AF_INET6 or 0 for both. value: from the setting to what setsockopt takes. error: number when the kernel refuses.
    """

    setting: str
    protocol: str
    family: int
    level: int
    option: int
    value: object
    error: int


def _one(dummy):
    return 1


def _pacing_rate(bits):
    """Bytes per second. Kernels before 5.0 read 32 bits, so only what needs more is given as an unsigned long."""
    rate = bits // 8
    return struct.pack("I", rate) if rate < 0xFFFFFFFF else struct.pack("L", rate)


ROWS = (
    Row("no_delay", "TCP", 0, socket.IPPROTO_TCP, socket.TCP_NODELAY, _one, 122),
    Row("set_mss", "TCP", 0, socket.IPPROTO_TCP, socket.TCP_MAXSEG, int, 123),
    Row("window", "", 0, socket.SOL_SOCKET, socket.SO_SNDBUF, int, 124),
    Row("window", "", 0, socket.SOL_SOCKET, socket.SO_RCVBUF, int, 124),
    Row("tos", "", socket.AF_INET, socket.IPPROTO_IP, socket.IP_TOS, int, 125),
    Row("tos", "", socket.AF_INET6, socket.IPPROTO_IPV6, IPV6_TCLASS, int, 126),
    Row("fq_rate", "", 0, socket.SOL_SOCKET, SO_MAX_PACING_RATE, _pacing_rate, 201),
    Row("snd_timeout", "TCP", 0, socket.IPPROTO_TCP, TCP_USER_TIMEOUT, int, 201),
    Row("dont_fragment", "UDP", socket.AF_INET, socket.IPPROTO_IP, IP_MTU_DISCOVER, lambda dummy: IP_PMTUDISC_DO, 201),
    Row("congestion", "TCP", 0, socket.IPPROTO_TCP, TCP_CONGESTION, lambda name: name.encode("utf-8"), 134),
)


def apply(sock, settings, role):
    """Sets on a data socket what the settings ask for. role: "client" or "server". Returns a list of warnings, each one line.

    Raises IperfError with iperf3's number and the setting, its value and the kernel's reason in the detail.
    """
    warnings = []
    for row in ROWS:
        wanted = getattr(settings, row.setting)
        if not wanted or row.protocol not in ("", settings.protocol) or (row.family == socket.AF_INET6 and sock.family == socket.AF_INET):
            continue
        try:
            sock.setsockopt(row.level, row.option, row.value(wanted))
        except OSError as exc:
            if row.family == socket.AF_INET and sock.family == socket.AF_INET6:
                continue  # only a peer with a mapped IPv4 address would have needed it
            if row.setting == "congestion" and role == "server":
                warnings.append("congestion '%s' is not available here (%s), using %s" % (wanted, exc.strerror, congestion_name(sock) or "the system's"))
                continue
            raise errors.IperfError(row.error, "%s %s: %s" % (row.setting, wanted, exc.strerror), exc.errno or 0)
    _check_buffers(sock, settings)
    return warnings


def labelled(sock, address, settings):
    """`address`, with the flow label that a client asks for; it is taken from the kernel and holds for what the socket sends (linux/in6.h).

    Raises IperfError 127 where it cannot be had, above all on IPv4.
    """
    label = settings.flowlabel
    if not label:
        return address
    host = address[0]
    if sock.family != socket.AF_INET6 or host.startswith("::ffff:"):
        raise errors.IperfError(127, "flowlabel %d: %s is an IPv4 address, which has none; leave it out or use version6" % (label, host))
    request = struct.pack("=16s4sBBHHHI", socket.inet_pton(socket.AF_INET6, host.partition("%")[0]), struct.pack(">I", label),
                          FL_GET, FL_ANY, FL_CREATE, 0, 0, 0)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, request)
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 1)
    except OSError as exc:
        raise errors.IperfError(127, "flowlabel %d: %s" % (label, exc.strerror), exc.errno or 0)
    return (host, address[1], label, address[3])


def _check_buffers(sock, settings):
    """The window in force, and room for at least one datagram where none was asked for."""
    for option, name in ((socket.SO_SNDBUF, "send"), (socket.SO_RCVBUF, "receive")):
        size = sock.getsockopt(socket.SOL_SOCKET, option)
        if settings.window:
            if size < settings.window:
                raise errors.IperfError(141, "window %d: the %s buffer is %d bytes" % (settings.window, name, size))
        elif settings.protocol == "UDP" and settings.length and size < settings.length:
            sock.setsockopt(socket.SOL_SOCKET, option, settings.length + 1024)


def control(sock, settings):
    """Options of a control connection: no delay, keepalive, and the user timeout that was asked for.

    cntl_ka: (idle s, interval s, count), each 0 for the system's; None for KEEPALIVE; "off" for none. Raises IperfError 1002 when the kernel refuses.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wanted = []
    if settings.cntl_ka != "off":
        wanted.append(("cntl_ka", socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
        times = KEEPALIVE if settings.cntl_ka is None else settings.cntl_ka
        for option, value in zip((socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT), times):
            if value:
                wanted.append(("cntl_ka", socket.IPPROTO_TCP, option, value))
    if settings.snd_timeout:
        wanted.append(("snd_timeout", socket.IPPROTO_TCP, TCP_USER_TIMEOUT, settings.snd_timeout))
    for setting, level, option, value in wanted:
        try:
            sock.setsockopt(level, option, value)
        except OSError as exc:
            raise errors.IperfError(errors.BAD_VALUE, "%s %s: %s" % (setting, value, exc.strerror), exc.errno or 0)


def keepalive(sock):
    """The keepalive in force on a connection: {"idle", "interval", "count"} (seconds), or None when it is off or the socket is closed."""
    try:
        if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE):
            return None
        return {
            "idle": sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            "interval": sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            "count": sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
        }
    except OSError:
        return None


def bind_device(sock, name):
    """Ties a socket to a network interface. Raises IperfError 1005."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, name.encode("utf-8") + b"\0")
    except OSError as exc:
        raise errors.IperfError(errors.BIND_FAILED, "bind_dev '%s': %s" % (name, exc.strerror), exc.errno or 0)


def segment_size(sock):
    """The maximum segment size of a TCP connection in bytes; 0 where the system does not tell."""
    try:
        return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
    except OSError:
        return 0


def buffer_sizes(sock):
    """(send, receive) buffer in force in bytes; Linux tells twice what was asked for."""
    try:
        return (sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF), sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
    except OSError:
        return (0, 0)


def congestion_name(sock):
    """The congestion control in force on a TCP socket, "" where the system does not tell."""
    try:
        name = sock.getsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, CONGESTION_SIZE)
    except OSError:
        return ""
    return name.split(b"\0")[0].decode("ascii", "replace")


def congestion(workers, settings):
    """What `congestion_used` says of a test: the first stream's, "unknown" if unreadable, None when it is not TCP. Closed sockets are remembered."""
    if settings.protocol != "TCP" or not workers:
        return None
    worker = workers[0]
    worker.congestion = congestion_name(worker.sock) or worker.congestion
    return worker.congestion or "unknown"


def route_mtu(sock):
    """(MTU in bytes of the route of a connected UDP socket, bytes of IP and UDP headers); (0, headers) where the system does not tell."""
    mapped = False
    try:
        mapped = sock.family == socket.AF_INET6 and sock.getpeername()[0].startswith("::ffff:")
        if sock.family == socket.AF_INET6:
            return (sock.getsockopt(socket.IPPROTO_IPV6, IPV6_MTU), 28 if mapped else 48)
        return (sock.getsockopt(socket.IPPROTO_IP, IP_MTU), 28)
    except OSError:
        return (0, 28 if mapped or sock.family == socket.AF_INET else 48)


def set_affinity(settings):
    """Runs this process on the CPU that the settings name, if they do. Raises IperfError 133.

    At a server the settings of a test name the CPU that its client asked for.
    """
    cpu = settings.affinity
    if cpu is None:
        return
    try:
        os.sched_setaffinity(0, (cpu,))
    except (AttributeError, ValueError, OverflowError) as exc:
        raise errors.IperfError(133, "affinity %s: %s" % (cpu, exc))
    except OSError as exc:
        raise errors.IperfError(133, "affinity %s: %s" % (cpu, exc.strerror), exc.errno or 0)
