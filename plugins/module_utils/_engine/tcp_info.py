# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What the kernel knows of a TCP connection (struct tcp_info of linux/tcp.h).

PRIVATE to the collection. The struct only ever grew at its end, and a kernel fills as much of it as it knows, so a field is there when the answer
reaches behind it. Kernels of every architecture lay it out alike. Two units are ours: the congestion window is counted in segments there
and in bytes here, as iperf3 reports it.
"""

import socket
import struct

from .._iperf3.measurement import TcpSample

TCP_INFO = getattr(socket, "TCP_INFO", 11)
ANSWER_SIZE = 256

# Offset in bytes of each field that is used: state has 8 bits, bytes acknowledged 64 (Linux 4.1), the rest 32.
STATE = 0
BYTES_ACKED = 120
SND_MSS = 16
PMTU = 60
RTT = 68
RTTVAR = 72
SND_CWND = 80
TOTAL_RETRANS = 100
REORD_SEEN = 220
SND_WND = 228
# Every kernel with TCP_INFO that can run Python 3.6 fills at least this much.
OLDEST_SIZE = 104


def sample(sock):
    """TcpSample of a TCP socket, or None where the system does not tell. Never raises OSError."""
    try:
        answer = sock.getsockopt(socket.IPPROTO_TCP, TCP_INFO, ANSWER_SIZE)
    except OSError:
        return None
    return parse(answer)


def counters(sock):
    """{"state": number of include/net/tcp_states.h, "acked": bytes the peer acknowledged, "retransmits": segments}, {} where the system does not tell.

    A kernel that does not count acknowledged bytes gives None for them. Never raises OSError.
    """
    try:
        answer = sock.getsockopt(socket.IPPROTO_TCP, TCP_INFO, ANSWER_SIZE)
    except OSError:
        return {}
    acked = struct.unpack_from("=Q", answer, BYTES_ACKED)[0] if len(answer) >= BYTES_ACKED + 8 else None
    return {"state": answer[STATE], "acked": acked, "retransmits": struct.unpack_from("=I", answer, TOTAL_RETRANS)[0]} if len(answer) >= OLDEST_SIZE else {}


def parse(answer):
    """TcpSample from the bytes of a struct tcp_info; None when they are too few."""
    if len(answer) < OLDEST_SIZE:
        return None

    def field(offset):
        return struct.unpack_from("=I", answer, offset)[0] if len(answer) >= offset + 4 else None

    return TcpSample(
        retransmits=field(TOTAL_RETRANS),
        snd_cwnd=field(SND_CWND) * field(SND_MSS),
        snd_wnd=field(SND_WND),
        rtt=field(RTT),
        rttvar=field(RTTVAR),
        pmtu=field(PMTU),
        reorder=field(REORD_SEEN),
    )
