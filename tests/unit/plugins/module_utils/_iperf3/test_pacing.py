# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pacing: the average never runs ahead by more than a block or a burst, and the wait ends exactly when it may."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.pacing import UNLIMITED, Pacer


def play(pacer, seconds, length):
    """Send as a well-behaved sender does, on a clock that only moves to where the pacer points; [(time, blocks)]."""
    now, sent, sends = pacer.start, 0, []
    end = pacer.start + seconds
    while now < end:
        blocks = pacer.allowed(now, sent)
        assert blocks > 0, "next_time() pointed to a time at which nothing may be sent"
        sends.append((now, blocks))
        sent += blocks * length
        assert pacer.allowed(now, sent) == 0
        now = pacer.next_time(sent)
    return sends


@pytest.mark.parametrize("rate, length, burst, seconds, blocks", [
    (1000000, 4096, 0, 1.0, 31),  # the annotated transcript of a real client: a block every 32.8 ms
    (200000, 1000, 0, 1.001, 26),  # the same over UDP: every 40 ms
    (100000, 32768, 0, 1.0, 1),
    (8000, 1000, 1, 10.0, 10),
    (8000, 1000, 5, 10.0, 10),
    (8000, 1000, 7, 10.0, 14),
    (1048576, 1460, 10, 1.0, 90),
])
@pytest.mark.parametrize("start", [0.0, 1234567.891])
def test_blocks_in_a_time(rate, length, burst, seconds, blocks, start):
    sends = play(Pacer(rate, burst, length, start), seconds, length)
    assert sum(count for dummy, count in sends) == blocks
    assert {count for dummy, count in sends} == {max(1, burst)}


@pytest.mark.parametrize("rate", [1, 333, 1048576, 10 ** 9 + 7, 10 ** 11, 2 ** 62])
@pytest.mark.parametrize("start", [0.0, 0.1, 98765.4321, 4e6])
@pytest.mark.parametrize("sent", [0, 1, 1460, 999999999, 2 ** 50 + 1])
def test_next_time_is_exact(rate, start, sent):
    """A sender that sleeps until next_time() never finds that it may not send: rounding would make it spin."""
    pacer = Pacer(rate, 0, 1460, start)
    assert pacer.allowed(pacer.next_time(sent), sent) >= 1


def test_first_block_at_once():
    assert Pacer(1000, 0, 131072, 50.0).allowed(50.0, 0) == 1
    assert Pacer(1000, 4, 131072, 50.0).allowed(50.0, 0) == 4


def test_nothing_before_the_start():
    assert Pacer(1000, 0, 1000, 50.0).allowed(49.9, 0) == 0


def test_who_was_held_up_catches_up():
    pacer = Pacer(8000, 0, 1000, 100.0)  # one block a second
    assert pacer.allowed(104.5, 1000) == 4  # due at 101, 102, 103, 104
    assert pacer.allowed(104.5, 5000) == 0
    assert pacer.next_time(5000) == 105.0
    assert Pacer(8000, 3, 1000, 100.0).allowed(104.5, 1000) == 6  # whole bursts


def test_counts_bytes_not_blocks():
    pacer = Pacer(8000, 0, 1000, 0.0)
    assert pacer.next_time(1500) == 1.5
    assert pacer.allowed(1.4, 1500) == 0
    assert pacer.allowed(1.5, 1500) == 1


def test_no_rate():
    pacer = Pacer(0, 0, 1000, 5.0)
    assert pacer.allowed(5.0, 0) == pacer.allowed(5.0, 10 ** 15) == UNLIMITED
    assert pacer.next_time(10 ** 15) == 5.0
