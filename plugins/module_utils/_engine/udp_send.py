# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sending UDP data.

PRIVATE to the collection. Every datagram has exactly `length` bytes. At high rates many go to the kernel in one call (UDP_SEGMENT, udp(7): the kernel cuts
the buffer, so nothing of it is seen on the wire), which is what makes Python fast enough. Rules of a batch:
* at most SEGMENTS datagrams and LARGEST_SEND bytes, which every kernel with segmentation takes;
* with a rate, at most BATCH_SECONDS worth of it, so that a receiver's small socket buffer is not overrun: below some Mbit/s that is one;
* never when a datagram does not fit the route's MTU: the kernel refuses to cut into what it would have to fragment;
* when the kernel refuses all the same, datagrams go one by one from then on.

The send time in a header is wall-clock time, not monotonic: receivers up to 3.6 take the first difference for jitter, and only
then is it small; to later ones it makes no difference (docs/docsite/rst/protocol.rst, "UDP streams").
A datagram that the kernel does not take is not numbered, so that a full queue at the sender is never counted as loss in the network.
"""

import errno
import time

from .._iperf3 import udpwire
from . import payload, sockopts
from .worker import SLICE, Sender

SEGMENTS = 64
LARGEST_SEND = 65507
BATCH_SECONDS = 0.001
# What kernels and devices answer to a batch that they cannot cut.
CANNOT_CUT = frozenset((errno.EINVAL, errno.EMSGSIZE, errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT))
# The queue is full; the same datagrams may be sent later.
LATER = frozenset((errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM, errno.EINTR))


def batch_size(length, bitrate, mtu, headers):
    """Datagrams per send for `length` bytes each at `bitrate` bit/s (0 for unlimited) on a route of this MTU (0 for unknown)."""
    if mtu and length + headers > mtu:
        return 1
    most = min(SEGMENTS, LARGEST_SEND // length)
    if bitrate:
        most = min(most, int(bitrate * BATCH_SECONDS / 8 / length))
    return max(1, most)


class UdpSender(Sender):
    """Sends numbered datagrams as fast as rate and limit permit. ECONNREFUSED and the like are kept in `error` and do not finish it."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        Sender.__init__(self, sock, stream, settings, pacer, limit)
        self.batch = batch_size(self.length, settings.bitrate or 0, *sockopts.route_mtu(sock))
        # With a rate, batches are worth waiting for; a burst says itself what goes together.
        self.unit = self.batch if settings.bitrate and (settings.burst or 1) == 1 else 1
        self._cuts = False
        if self.batch > 1:
            try:
                sock.setsockopt(sockopts.SOL_UDP, sockopts.UDP_SEGMENT, self.length)
                self._cuts = True
            except OSError:
                self.batch = 1
        block = payload.make(self.length, settings.repeating_payload)
        self._headers = udpwire.HeaderBatch(self.length, self.batch, bool(settings.udp_counters_64bit), block)
        self._number = 1

    def ready(self, now):
        """Datagrams that may be sent now in one call; 0 when the rate or the limit say no."""
        count = self.batch
        if self.pacer is not None:
            if self.granted == 0:
                self.granted = self.pacer.allowed(now, self.moved) // self.unit * self.unit
            count = min(count, self.granted)
        if self.limit is not None:
            left = self.limit.datagrams(now, self.length)
            if left is not None:
                if left == 0:
                    self.finished = True
                count = min(count, left)
        return count

    def service(self, now):
        """Sends until the kernel takes no more, rate or limit say no, or SLICE seconds have gone."""
        until = now + SLICE
        while now < until:
            count = self.ready(now)
            if count == 0:
                return
            sent_at = time.time()
            sec = int(sent_at)
            try:
                self.sock.send(self._headers.fill(self._number, count, sec, int((sent_at - sec) * 1e6)))
            except OSError as exc:
                if not self._again(exc):
                    return
                continue
            self._count(now, count)
            now = time.monotonic()

    def _count(self, now, count):
        size = count * self.length
        self._number += count
        self.moved += size
        if self.pacer is not None:
            self.granted -= count
        if self.limit is not None:
            self.limit.took(now, size, count)
        stream = self.stream
        stream.bytes += size
        stream.blocks += count
        stream.packets += count

    def _again(self, exc):
        """After a refused send: whether to try again at once, without batches."""
        if exc.errno in LATER:
            return False
        if self._cuts and exc.errno in CANNOT_CUT:
            self._cuts = False
            self.batch = 1
            self.sock.setsockopt(sockopts.SOL_UDP, sockopts.UDP_SEGMENT, 0)
            return True
        self.error = exc
        return False
