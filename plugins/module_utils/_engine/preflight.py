# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Before a test: does the network let through what the test needs? In a second or two, without load, against any iperf3 server.

PRIVATE to the collection. Each check is a real test of some packets, with the whole sequence of the protocol, because real servers understand nothing else:

* tcp_data: one small block. The control connection has its own entry, since it is made first.
* tcp_full_size: 64 KiB, that is segments of full size with Don't Fragment set, as TCP always sends.
* udp_data: the first datagram with its reply, and three small datagrams.
* udp_full_size: three datagrams of the test's length, or of the route's MTU with Don't Fragment set.

What this end sends over TCP has got through when the peer's *kernel* has acknowledged it, so a server that is busy is no obstacle. Datagrams are believed to
be lost only if the server, after a second look with more time, has counted none of the large ones while it counted small ones.
Streams that the server would send are checked in that direction. Checks of the protocol that the test does not use are told and stop nothing.
"""

import copy
import socket
import time

from .._iperf3 import errors
from . import autopsy, client, dial, sockopts

# A server that has just ended a check may need this long before it takes the next; seconds.
PATIENCE = 3.0
QUICK = dial.Limits(control=3.5, stream=3.5, reply=2.2, ask=1.0)
# The check of a protocol that the test does not use; seconds.
IDLE = dial.Limits(control=3.5, stream=3.5, reply=1.0, ask=1.0)
# With headers below what every link of IPv4 has to take; bytes.
SMALL = 500
LARGE = 65536
SMALL_DATAGRAM = 64
DATAGRAMS = 3
# Data that needs longer is lost; TCP has sent it again three times by then. Seconds.
DATA_LIMIT = 2.0
# Between the last datagram and the end of the test, so that the server has counted it; the second value is for the second look. Seconds.
COUNTING = (0.1, 1.0)
PAUSE = 0.01


def check(settings, stop=None):
    """([{"name", "ok", "needed", "detail", "seconds"}], the Outcome of the check that failed and is needed, or None).

    settings: of the test to come. ok: True, False or None (not checked, because of what failed before). seconds: how long it took.
    """
    needed = settings.protocol.lower()
    checks = []
    failed = None
    for protocol in (needed, "udp" if needed == "tcp" else "tcp"):
        blocked = failed is not None
        for size in ("data", "full_size"):
            name = "%s_%s" % (protocol, size)
            if blocked:
                checks.append(_entry(name, None, protocol == needed, "not checked", 0.0))
                continue
            outcome, seconds, control = _try(settings, protocol, size == "full_size", stop, protocol == needed, not checks)
            blocked = outcome.error is not None
            if not checks:
                stood = control is not None
                checks.append(_entry("control", stood, True, "" if stood else _detail(outcome), control if stood else seconds))
                if not stood:
                    checks.append(_entry(name, None, True, "not checked", 0.0))
                    failed = outcome
                    continue
            checks.append(_entry(name, not blocked, protocol == needed, _detail(outcome), seconds))
            if blocked and (protocol == needed or outcome.interrupted):
                failed = outcome
    return checks, failed


def _entry(name, ok, needed, detail, seconds):
    return {"name": name, "ok": ok, "needed": needed, "detail": detail, "seconds": round(seconds, 4)}


def _detail(outcome):
    if outcome.error is None:
        return ""
    return "%s: %s" % ((outcome.diagnosis or {}).get("class", "unknown"), outcome.error)


def _try(settings, protocol, full_size, stop, needed, first):
    """(Outcome, seconds, seconds until the control connection and the parameters stood or None) of one check, in each direction that the test uses."""
    begin = time.monotonic()
    outcome = control = None
    for reverse in _directions(settings):
        for counting in COUNTING if protocol == "udp" else (None,):
            patience = 0.0 if first and outcome is None else PATIENCE
            probe = _Probe(_small(settings, protocol, full_size, reverse), full_size, counting, stop, QUICK if needed else IDLE, patience)
            outcome = probe.run()
            control = probe.agreed_after if control is None else control
            if outcome.error is None or outcome.error.number != errors.DATA_LOST:
                break
        if outcome.error is not None:
            break
    return outcome, time.monotonic() - begin, control


def _directions(settings):
    return (False, True) if settings.bidir else (bool(settings.reverse),)


def _small(settings, protocol, full_size, reverse):
    """The settings of a check: those of the test, less its load."""
    other = copy.copy(settings)
    other.given = set(settings.given)
    other.udp = protocol == "udp"
    other.reverse, other.bidir, other.parallel, other.cport = reverse, False, 1, settings.cport if settings.parallel == 1 else None
    other.time = other.omit = other.interval = other.bytes = other.blockcount = 0
    other.preflight = other.conntrack = other.get_server_output = other.zerocopy = False
    other.file = None
    other.json = other.json_stream = False
    other.bitrate = other.burst = other.fq_rate = 0
    if other.udp:
        other.set_mss, other.congestion = 0, None
        other.blockcount = DATAGRAMS
        other.length = SMALL_DATAGRAM if not full_size else settings.length if settings.udp and "length" in settings.given else None
        other.dont_fragment = full_size and "length" not in settings.given
    else:
        other.bytes = LARGE if full_size else SMALL
        other.length = other.bytes
    return other


class _Probe(client.Test):
    """A test of some packets that ends when they have arrived, or with DATA_LOST. agreed_after: seconds until the parameters were accepted, or None."""

    def __init__(self, settings, full_size, counting, stop, limits, patience):
        client.Test.__init__(self, settings, stop=stop, patience=patience, limits=limits)
        self.full_size = full_size
        self.counting = counting
        self.begun = time.monotonic()
        self.agreed_after = None

    def _begin(self):
        client.Test._begin(self)
        self.agreed_after = time.monotonic() - self.begun

    def _connect(self):
        fill = self.settings.udp and self.settings.length is None and self.full_size
        client.Test._connect(self)
        if fill:
            self.settings.length = _full_datagram(self.settings, self.remote)

    def _measure(self):
        """Moves the data as any test does, with a limit of time, and waits until what was sent is known to be there."""
        client.Test._measure(self)
        if self.settings.reverse:
            return
        if self.settings.udp:
            event = self.channel.wait(until=time.monotonic() + self.counting)
            if event is not None:
                self.channel.fail(event)
        else:
            self._await_acknowledgement()

    def _end_condition(self):
        return _Deadline(client.Test._end_condition(self), self.traffic.started + DATA_LIMIT)

    def _await_acknowledgement(self):
        until = time.monotonic() + DATA_LIMIT
        while autopsy.unacknowledged(self.workers[0].sock):
            self._check_stop()
            if time.monotonic() >= until:
                self._lost()
            time.sleep(PAUSE)

    def _exchange(self):
        client.Test._exchange(self)
        stream = self.workers[0].stream
        if stream.sending and self.settings.udp and stream.peer.packets <= 0:
            self._lost()
        elif not stream.sending and not stream.bytes:
            self._lost()

    def _lost(self):
        size = self.settings.length if self.settings.udp else min(self.mss, self.settings.bytes)
        what = "datagrams of %d bytes" % size if self.settings.udp else "%d bytes in segments of up to %d bytes" % (self.settings.bytes, size)
        sender = "the server" if self.settings.reverse else "this end"
        error = errors.IperfError(errors.DATA_LOST, "%s that %s sent did not arrive within %g s" % (what, sender, self.counting or DATA_LIMIT))
        if self.full_size:
            error.facts["full_size"] = {"size": size, "small": True}
        raise error


class _Deadline(object):
    """The end of a test, or a moment at the latest."""

    def __init__(self, end, at):
        self._end = end
        self.at = at

    def __call__(self, now):
        return now >= self.at or self._end(now)


def _full_datagram(settings, remote):
    """Bytes of payload that fill a packet of the route's MTU; at most what a datagram may have."""
    sock = dial.bound_socket(socket.AF_INET6 if ":" in remote[0] else socket.AF_INET, socket.SOCK_DGRAM, settings)
    try:
        sock.connect(remote)
        mtu, headers = sockopts.route_mtu(sock)
    finally:
        sock.close()
    return max(SMALL_DATAGRAM, min(65507, (mtu or 1500) - headers))
