# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The worker for one UDP stream.

PRIVATE to the collection. The two directions share nothing but their interface; see udp_send.py and udp_receive.py.
"""

from .udp_receive import UdpReceiver
from .udp_send import UdpSender


def worker(sock, stream, settings, limit=None, pacer=None):
    """The worker for one UDP stream on a connected socket, sending or receiving as the stream does."""
    kind = UdpSender if stream.sending else UdpReceiver
    return kind(sock, stream, settings, pacer, limit)
