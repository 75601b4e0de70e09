# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""When a stream with a target rate may send. PRIVATE to the collection.

Theory: the only rule is about the average since the start of the test (the omitted seconds included): a block may go out when
the bits before it, divided by the rate, are seconds that have passed. So the first block goes out at once, a stream that
was held up catches up, and waiting ends exactly when the average has come down to the rate. With a burst, blocks go out in
groups of that many and the rule is asked before each group. A pacer keeps no counter: the caller's count of bytes is the
truth, also when a write was cut short.
Source: docs/docsite/rst/protocol.rst, section "Pacing" (the rule of iperf3 3.18 and later).
"""

UNLIMITED = 1 << 30  # blocks: more than anybody sends in one go


class Pacer:
    """The pacing of one stream.

    rate_bits: bit/s, 0 for unlimited. burst: blocks per group, 0 or 1 for none. length: bytes of a block.
    start: seconds of the clock that `now` comes from.
    """

    def __init__(self, rate_bits, burst, length, start):
        self.rate_bits = rate_bits
        self.burst = max(1, burst)
        self.length = length
        self.start = start

    def next_time(self, bytes_sent):
        """The absolute time at which the next block is due after `bytes_sent` bytes."""
        return self.start + bytes_sent * 8 / self.rate_bits if self.rate_bits else self.start

    def allowed(self, now, bytes_sent):
        """How many blocks may be sent now; 0: none before next_time()."""
        if not self.rate_bits:
            return UNLIMITED
        if now < self.next_time(bytes_sent):
            return 0
        # the same comparison as next_time() allowed one block; rounding must not take it back
        behind = max(0.0, (now - self.start) * self.rate_bits / 8 - bytes_sent)
        groups = int(behind // (self.length * self.burst)) + 1
        return min(groups * self.burst, UNLIMITED)
