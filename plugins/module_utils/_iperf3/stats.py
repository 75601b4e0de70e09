# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Loss, order and jitter of one received UDP stream. PRIVATE to the collection.

The rules are iperf3's (docs/docsite/rst/protocol.rst, "UDP streams"), so that our numbers mean the same as its:

* Datagrams are numbered from 1. A number above the highest one seen so far counts the numbers it skipped as lost.
* Any other number is late or a duplicate: it is out of order, and takes one back from the lost ones if there are any.
  Nothing is remembered about single numbers, so duplicates are not told from late datagrams.
* Jitter is the running mean of RFC 1889, section 6.3.1 (gain 1/16), of the change in transit time from datagram to datagram.
  The first datagram of the measured period has nothing to be compared with and adds a change of zero. Sender's and receiver's clocks need not
  agree, only run at the same speed.
* What is lost after the highest number seen cannot be known here.

The kernel hands over many datagrams at once (UDP_GRO): they were sent with one time stamp and arrive at one time, so only the first can change
the transit time. That makes a batch computable without a loop: `record_batch`.
"""


class UdpReceiver:
    """Counters of one stream. All times in seconds, on any clock each."""

    __slots__ = ("high", "lost", "out_of_order", "jitter", "packets", "_transit")

    def __init__(self):
        self.high = 0  # highest number seen, this is what the wire calls the receiver's packets
        self.lost = 0
        self.out_of_order = 0
        self.jitter = 0.0
        self.packets = 0  # datagrams that arrived
        self._transit = None

    def record(self, number, sent_s, arrival_s):
        """One datagram: its number, the send time in its header and the time it arrived."""
        self.record_batch(number, 1, sent_s, arrival_s)

    def record_batch(self, first_number, count, sent_s, arrival_s):
        """The same as record() for `count` (>= 1) consecutive numbers with one send time and one arrival, in order."""
        self.packets += count
        late = min(count, max(0, self.high - first_number + 1))
        if late:
            self.out_of_order += late
            self.lost = max(0, self.lost - late)
        if late < count:
            # Only without late ones there can be a gap: the numbers of a batch are consecutive.
            self.lost += first_number + late - 1 - self.high
            self.high = first_number + count - 1
        transit = abs(arrival_s - sent_s)
        change = 0.0 if self._transit is None else abs(transit - self._transit)
        self._transit = transit
        self.jitter += (change - self.jitter) / 16.0
        if count > 1:
            self.jitter *= 0.9375 ** (count - 1)

    def begin_measured(self):
        """The omit period ends: jitter starts anew, the counters run on. What they were is the caller's to remember."""
        self.jitter = 0.0
        self._transit = None
