# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the data path share: pairs of real sockets, settings, streams, and a loop with a deadline."""

import select
import socket
import time

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.measurement import Stream
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.stats import UdpReceiver

DEADLINE = 20.0
LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
FAMILIES = sorted(LOOPBACK)


def settings(role="client", **given):
    """Settings as a test has them; a client's are checked as they would be, a server's come over the wire."""
    client = Settings("client", client="192.0.2.1", **given).check().with_mss(1448)
    return client if role == "client" else Settings.from_wire(client.to_wire())


def bound(family, kind):
    try:
        sock = socket.socket(family, kind)
        sock.bind((LOOPBACK[family], 0))
    except OSError as exc:
        pytest.skip("no %s on this host: %s" % (LOOPBACK[family], exc))
    return sock


def tcp_pair(family=socket.AF_INET):
    """Two connected TCP sockets: the one that connected, the one that was accepted."""
    listener = bound(family, socket.SOCK_STREAM)
    listener.listen(1)
    near = socket.socket(family, socket.SOCK_STREAM)
    near.settimeout(DEADLINE)
    near.connect(listener.getsockname())
    listener.settimeout(DEADLINE)
    far = listener.accept()[0]
    listener.close()
    return near, far


def udp_pair(family=socket.AF_INET):
    """Two UDP sockets connected to each other."""
    near, far = bound(family, socket.SOCK_DGRAM), bound(family, socket.SOCK_DGRAM)
    near.connect(far.getsockname())
    far.connect(near.getsockname())
    return near, far


def stream(sending, udp=False, ident=1):
    return Stream(ident, 5, sending, (LOOPBACK[socket.AF_INET], 1), (LOOPBACK[socket.AF_INET], 2), UdpReceiver() if udp and not sending else None)


def play(workers, until):
    """Serves the workers as the engine's loop does, until the condition holds. Fails when it does not hold in time."""
    limit = time.monotonic() + DEADLINE
    while not until():
        now = time.monotonic()
        assert now < limit, "nothing more moves: %s" % [(worker.stream.bytes, worker.finished, worker.error) for worker in workers]
        poller = select.poll()
        wake = now + 0.1
        for worker in workers:
            mask, due = worker.wants(now)
            if mask:
                poller.register(worker.number, mask)
            if due is not None:
                wake = min(wake, due)
        ready = set(number for number, dummy in poller.poll(max(0.0, wake - now) * 1000))
        for worker in workers:
            if worker.number in ready:
                worker.service(time.monotonic())


class Odd(object):
    """A socket some of whose methods are others, for what a kernel does seldom."""

    def __init__(self, sock, **methods):
        self._sock = sock
        self.__dict__.update(methods)

    def __getattr__(self, name):
        return getattr(self._sock, name)
