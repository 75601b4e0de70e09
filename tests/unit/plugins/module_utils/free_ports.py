# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports for servers under test.

They come from below the range out of which the kernel takes the local ports of everybody's connections (net.ipv4.ip_local_port_range), because a port
of that range may be taken between the moment it is found free and the moment the server binds it.
"""

import contextlib
import random
import socket

FIRST, LAST = 10000, 32000


def free_port():
    """A port that neither TCP nor UDP uses now on any address."""
    while True:
        port = random.SystemRandom().randrange(FIRST, LAST)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
                    probe.bind(("", port))
                with contextlib.closing(socket.socket(socket.AF_INET6, kind)) as probe:
                    probe.bind(("::", port))
        except OSError:
            continue
        return port
