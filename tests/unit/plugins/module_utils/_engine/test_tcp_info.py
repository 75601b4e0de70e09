# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP_INFO: only what the kernel filled is told."""

import socket
import struct

from ansible_collections.nfv.iperf.plugins.module_utils._engine import tcp_info
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play

# Each 32-bit word of the struct holds its own offset.
WORDS = struct.pack("=64I", *range(0, 256, 4))


def test_fields_are_where_the_kernel_puts_them():
    sample = tcp_info.parse(WORDS[:232])
    assert sample == (100, 80 * 16, 228, 68, 72, 60, 220)


def test_an_older_kernel_fills_less():
    sample = tcp_info.parse(WORDS[:104])
    assert sample == (100, 80 * 16, None, 68, 72, 60, None)
    assert tcp_info.parse(WORDS[:224]).reorder == 220
    assert tcp_info.parse(WORDS[:224]).snd_wnd is None


def test_too_few_bytes_are_no_sample():
    assert tcp_info.parse(WORDS[:103]) is None
    assert tcp_info.parse(b"") is None


def test_a_real_connection():
    near, far = data_play.tcp_pair()
    near.sendall(b"x" * 1000)
    sample = tcp_info.sample(near)
    assert sample.snd_cwnd > 0
    assert sample.rtt > 0
    assert 500 < sample.pmtu <= 65536
    assert sample.retransmits == 0
    near.close()
    far.close()
    assert tcp_info.sample(near) is None


def test_a_udp_socket_has_none():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    assert tcp_info.sample(sock) is None
    sock.close()
