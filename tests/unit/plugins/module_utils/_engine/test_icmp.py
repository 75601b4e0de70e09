# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ICMP answers: the kernel's struct read, and a real refusal on the loopback."""

import select
import socket
import struct

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import icmp


def extended(origin, kind, code, address):
    return icmp.HEADER.pack(111, origin, kind, code, 0, 0, 0) + address


INET = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
INET6 = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, "2001:db8::1"), 0)


@pytest.mark.parametrize("content, expected", [
    (extended(2, 3, 3, INET), {"text": "ICMP port unreachable", "from": "192.0.2.1", "reject": False}),
    (extended(2, 3, 13, INET), {"text": "ICMP communication administratively prohibited", "from": "192.0.2.1", "reject": True}),
    (extended(3, 1, 1, INET6), {"text": "ICMPv6 administratively prohibited", "from": "2001:db8::1", "reject": True}),
    (extended(2, 3, 15, b""), {"text": "ICMP type 3 code 15", "from": "", "reject": False}),
    (extended(1, 0, 0, INET), None),
])
def test_parse(content, expected):
    assert icmp.parse(content) == expected


def test_a_closed_udp_port_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
        probe.close()
        icmp.listen(sock)
        assert icmp.read(sock) is None
        sock.connect(address)
        sock.send(b"x")
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        assert poller.poll(10000)
        assert icmp.read(sock) == {"text": "ICMP port unreachable", "from": "127.0.0.1", "reject": False}
        icmp.listen(sock, False)
        assert icmp.read(sock) is None


def test_a_closed_socket_is_no_error():
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.close()
    icmp.listen(sock)
    assert icmp.read(sock) is None
