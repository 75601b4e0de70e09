# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What all data workers have in common.

PRIVATE to the collection. A worker moves the data of one stream. It never waits: the caller's loop asks each worker what it waits for
(`wants`), polls, and lets those that are ready move data for at most SLICE seconds (`service`), so that one thread serves all streams and the control
connection of a test. No allocation happens per block, and no OSError leaves a worker: what ends a stream is kept in `error`.

A rate is kept by layer 1's Pacer, which grants whole blocks; what is granted is spent before it is asked again, so a burst stays together. A
pacer knows all bytes since the start of the test, those of the omitted period too, so workers count them themselves.
"""

import select

from .._iperf3 import pacing

# How long one call of service() may move data; seconds.
SLICE = 0.002


class Worker(object):
    """One stream's data in one direction.

    sock: connected data socket, made non-blocking. stream: layer 1's Stream, whose counters are raised. settings: the test's Settings.
    pacer: Pacer, or None for one made from the settings at the start. limit: the direction's Limit or None.
    number: the descriptor. finished: nothing more will be moved. error: the OSError that ended the stream, or the last one that a UDP stream met.
    """

    sending = False

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        sock.setblocking(False)
        self.sock = sock
        self.number = sock.fileno()
        self.stream = stream
        self.settings = settings
        self.length = settings.length
        self.finished = False
        self.error = None
        self.congestion = ""
        self.limit = limit if limit is not None and limit.active else None
        self.pacer = pacer
        self.moved = 0
        self.granted = 0
        self.unit = 1

    def start(self, now):
        """TEST_START at `now` (seconds, monotonic): clocks of rate and limit begin."""
        if self.limit is not None:
            self.limit.start(now)
        if self.sending and self.pacer is None and self.settings.bitrate:
            self.pacer = pacing.Pacer(self.settings.bitrate, self.settings.burst or 1, self.length, now)

    def fail(self, exc):
        """The stream has ended with this OSError."""
        self.error = exc
        self.finished = True

    def drop(self):
        """Reads and forgets what has arrived, after the measured time; a sender has nothing to read."""


class Receiver(Worker):
    """A worker that waits for data."""

    def wants(self, now):
        """(poll mask, wake): what to wait for. A receiver has no time to wake up at."""
        return (0 if self.finished else select.POLLIN, None)


class Sender(Worker):
    """A worker that sends as rate and limit permit; a subclass says in ready(now) how much that is."""

    sending = True

    def wants(self, now):
        """(poll mask, wake): what to wait for, or at what time (seconds, monotonic) the next block is due."""
        if self.finished:
            return (0, None)
        if self.ready(now):
            return (select.POLLOUT, None)
        if self.finished or self.pacer is None:
            return (0, None)
        return (0, self.pacer.next_time(self.moved + (self.unit - 1) * self.length))
