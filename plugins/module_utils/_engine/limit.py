# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What -n and -k leave to be moved, for all streams of one direction together.

PRIVATE to the collection. Rules (docs/docsite/rst/protocol.rst, "End conditions"):
* bytes or blocks are counted over all streams of a direction, sent or received, and only behind the omitted period;
* this engine is exact where iperf3 is not: it neither sends a byte nor a block more than was asked for. A TCP sender's last
  block may therefore be short with -n; datagrams are never short, so with UDP the limit is rounded up to whole ones;
* a block that a TCP stream has begun is finished by this stream. Begun blocks are set aside here, so that two streams never finish one block too many.
"""


class Limit(object):
    """The limit that all workers of one direction share; they live in one thread.

    active: whether there is a limit at all. bytes, blocks: what is left of it, None for what is not limited.
    """

    def __init__(self, settings):
        self.bytes = settings.bytes or None
        self.blocks = settings.blockcount or None
        self.active = bool(self.bytes or self.blocks)
        self._omit = settings.omit or 0
        self._counts_from = 0.0
        self._begun = 0

    def start(self, now):
        """TEST_START at `now` (seconds, monotonic): what is moved before now + omit is free."""
        self._counts_from = now + self._omit

    @property
    def reached(self):
        """True when all that was asked for has been moved."""
        return self.active and (self.bytes == 0 or self.blocks == 0)

    def room(self, now, length, offset=0):
        """Bytes that a stream may still move at `now`; None means any number.

        length: bytes of a block. offset: how far the stream is in a block that it has begun.
        """
        if not self.active or now < self._counts_from:
            return None
        if self.bytes is not None:
            return self.bytes
        return max(0, self.blocks - self._begun) * length + (length - offset if offset else 0)

    def datagrams(self, now, length):
        """Whole datagrams of `length` bytes that may still be sent at `now`; None means any number."""
        if not self.active or now < self._counts_from:
            return None
        return -(-self.bytes // length) if self.bytes is not None else self.blocks

    def took(self, now, nbytes, blocks, begun=0):
        """A stream moved nbytes and finished `blocks` blocks at `now`; begun: 1 if it has now begun a block, -1 if it no longer has."""
        self._begun += begun
        if not self.active or now < self._counts_from:
            return
        if self.bytes is not None:
            self.bytes = max(0, self.bytes - nbytes)
        if self.blocks is not None:
            self.blocks = max(0, self.blocks - blocks)
