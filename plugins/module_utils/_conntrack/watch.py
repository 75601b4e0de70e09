# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Looking at the table now and then while a test runs.

No thread: whoever runs the test calls look() as often as it likes, and most calls return at once. A look happens a second after
the last at the earliest, and later on a node with a large table, where one takes a good part of a second: looking shall not take
more than a fiftieth of the time. Only entries with one of the test's ports are kept, and of a long test every other look is
forgotten now and then.
"""

import time

from . import evidence, match, sources, table

_SHARE = 50
_MOST = 500


class Watch:
    """What the table of this node showed of the connections with some port.

    ports: list of the ports by which entries are kept: the server's port is enough. interval: seconds between two looks, at least.
    proc, run and clock are given by tests; clock gives seconds and never jumps."""

    def __init__(self, ports, interval=1.0, proc="/proc", run=sources.run_command, clock=time.monotonic):
        self._wanted = match.line_filter(ports)
        self._interval = interval
        self._proc = proc
        self._run = run
        self._clock = clock
        self._next = None
        self._before = table.read(proc)
        self.reading = None
        self.snapshots = []

    def look(self, force=False):
        """Read the table if it is time to, or in any case with `force`; return whether it was read."""
        now = self._clock()
        if not force and self._next is not None and now < self._next:
            return False
        self.reading = sources.read(self._wanted, proc=self._proc, run=self._run)
        end = self._clock()
        self._next = end + max(self._interval, (end - now) * _SHARE)
        if self.reading.available:
            self.snapshots.append((end, self.reading.records))
            if len(self.snapshots) > _MOST:
                del self.snapshots[1:-1:2]
                self._interval *= 2
        return True

    def report(self, flows, silence=None):
        """evidence.gather() of the looks so far, with `available`, `reason`, `source` and the table's `count`, `max`,
        `fill_percent` and `accounting`. flows: match.Flow each; silence: planned seconds of silence on the control connection."""
        if self.reading is None:
            self.look()
        now = table.read(self._proc)
        reading = self.reading
        return dict(evidence.gather(flows, self.snapshots, silence, now, self._before),
                    available=reading.available, reason=reading.reason, source=reading.source, count=now.count, max=now.max,
                    fill_percent=now.fill_percent, accounting=now.accounting)
