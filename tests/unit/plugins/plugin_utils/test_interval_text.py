# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An interval of a test as a line: one direction and two, what is not known left out."""

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import interval_text


@pytest.mark.parametrize("interval, line", [
    ({"sum": {"start": 0.0, "end": 1.0004, "bits_per_second": 9.41e9, "retransmits": 3}}, "  0.0-1.0 s  9.41 Gbit/s, 3 retransmits"),
    ({"sum": {"start": 9, "end": 10, "bits_per_second": 1e6, "lost_packets": 0, "jitter_ms": 0.5, "omitted": True}},
     "  9.0-10.0 s  1.00 Mbit/s, 0 lost, jitter 0.500 ms, omitted"),
    ({"sum": {"start": 1, "end": 2, "bits_per_second": 1e6}, "sum_bidir_reverse": {"bits_per_second": 2e6}}, "  1.0-2.0 s  1.00 Mbit/s  back 2.00 Mbit/s"),
    ({"sum": {"start": 1, "end": 2}}, "  1.0-2.0 s  -"),
])
def test_line(interval, line):
    assert interval_text.line(interval) == line
