# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The share of a CPU that a test used."""

import time

from ansible_collections.nfv.iperf.plugins.module_utils._engine import cpu


def test_percent_is_of_the_time_since_the_start(monkeypatch):
    clock, used = [100.0], [(7.0, 3.0)]
    monkeypatch.setattr(cpu.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(cpu, "_used", lambda: used[0])
    meter = cpu.CpuMeter()
    meter.start()
    clock[0], used[0] = 110.0, (11.0, 4.0)
    assert meter.percent() == (50.0, 40.0, 10.0)


def test_a_meter_that_was_not_started_says_zero():
    assert cpu.CpuMeter().percent() == (0.0, 0.0, 0.0)


def test_the_system_tells_what_this_process_uses():
    before = sum(cpu._used())
    limit = time.monotonic() + 20
    while sum(cpu._used()) <= before:
        assert time.monotonic() < limit, "a loop used no CPU"
