# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""How much of a CPU this process used.

PRIVATE to the collection. The numbers of `cpu_util_*` in the results: percent of one CPU over the time of the test
(docs/docsite/rst/protocol.rst, "Results"), so a process with busy threads may show more than 100.
"""

import resource
import time


def _used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime, usage.ru_stime


class CpuMeter(object):
    """start() begins the measured time; percent() says what has been used since."""

    def __init__(self):
        self._at = None
        self._before = None

    def start(self):
        self._at = time.monotonic()
        self._before = _used()

    def percent(self):
        """(total, user, system) in percent of one CPU since start(); zeros when it was not started or no time has passed."""
        seconds = time.monotonic() - self._at if self._at is not None else 0.0
        if seconds <= 0:
            return (0.0, 0.0, 0.0)
        user, system = [100.0 * (now - before) / seconds for now, before in zip(_used(), self._before)]
        return (user + system, user, system)
