# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What ICMP answers to a socket's packets: who says so, and what exactly.

PRIVATE to the collection. An errno alone does not tell a host whose port is closed from a firewall that rejects. The kernel keeps the ICMP message in the
socket's error queue (ip(7) and ipv6(7), IP_RECVERR; struct sock_extended_err of linux/errqueue.h), for UDP always, for connecting TCP sockets since
Linux 5.7; older ones give nothing, and nothing is concluded from that. The option is on only while a connection is made: on an established one
it would turn passing ICMP errors into the end of the connection.
"""

import socket
import struct

# linux/in.h, linux/in6.h, asm-generic/socket.h
IP_RECVERR = 11
IPV6_RECVERR = 25
MSG_ERRQUEUE = 0x2000
ORIGIN_ICMP, ORIGIN_ICMP6 = 2, 3
HEADER = struct.Struct("=IBBBBII")

# (version, type, code): (words, whether only a firewall says so). RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1.
MESSAGES = {
    (4, 3, 0): ("network unreachable", False),
    (4, 3, 1): ("host unreachable", False),
    (4, 3, 2): ("protocol unreachable", False),
    (4, 3, 3): ("port unreachable", False),
    (4, 3, 9): ("network administratively prohibited", True),
    (4, 3, 10): ("host administratively prohibited", True),
    (4, 3, 13): ("communication administratively prohibited", True),
    (6, 1, 0): ("no route", False),
    (6, 1, 1): ("administratively prohibited", True),
    (6, 1, 3): ("address unreachable", False),
    (6, 1, 4): ("port unreachable", False),
    (6, 1, 5): ("source address failed policy", True),
    (6, 1, 6): ("reject route", True),
}


def listen(sock, on=True):
    """Keep (or no longer keep) ICMP answers to what this socket sends."""
    level, option = (socket.IPPROTO_IPV6, IPV6_RECVERR) if sock.family == socket.AF_INET6 else (socket.IPPROTO_IP, IP_RECVERR)
    try:
        sock.setsockopt(level, option, 1 if on else 0)
    except OSError:
        pass


def read(sock):
    """{"text", "from", "reject"} of the oldest ICMP answer kept for the socket, or None. Never raises OSError."""
    try:
        ancillary = sock.recvmsg(512, 512, MSG_ERRQUEUE)[1]
    except OSError:
        return None
    for level, kind, content in ancillary:
        if (level, kind) in ((socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)) and len(content) >= HEADER.size:
            return parse(content)
    return None


def parse(content):
    """The same from the bytes of a struct sock_extended_err with the offender's address behind it; None when it was not ICMP."""
    dummy, origin, kind, code, dummy, dummy, dummy = HEADER.unpack_from(content)
    if origin not in (ORIGIN_ICMP, ORIGIN_ICMP6):
        return None
    version = 4 if origin == ORIGIN_ICMP else 6
    words, reject = MESSAGES.get((version, kind, code), ("type %d code %d" % (kind, code), False))
    return {"text": "ICMP%s %s" % ("" if version == 4 else "v6", words), "from": _offender(content[HEADER.size:]), "reject": reject}


def _offender(address):
    """The text of a struct sockaddr_in or sockaddr_in6, "" when it is neither."""
    family = struct.unpack_from("=H", address)[0] if len(address) >= 2 else 0
    if family == socket.AF_INET and len(address) >= 8:
        return socket.inet_ntop(socket.AF_INET, address[4:8])
    if family == socket.AF_INET6 and len(address) >= 24:
        return socket.inet_ntop(socket.AF_INET6, address[8:24])
    return ""
