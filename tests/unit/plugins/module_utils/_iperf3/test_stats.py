# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loss, order and jitter: the rules one by one, what the real program counted, and batches against single datagrams."""

import random

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.stats import UdpReceiver


class Reference(object):
    """The rules of the protocol's description, written down once more without any thought of speed."""

    def __init__(self):
        self.high = self.lost = self.out_of_order = self.packets = 0
        self.jitter = 0.0
        self.previous = None

    def record(self, number, sent, arrival):
        self.packets += 1
        if number >= self.high + 1:
            if number > self.high + 1:
                self.lost += number - 1 - self.high
            self.high = number
        else:
            self.out_of_order += 1
            if self.lost > 0:
                self.lost -= 1
        transit = abs(arrival - sent)
        if self.previous is None:
            self.previous = transit
        self.jitter += (abs(transit - self.previous) - self.jitter) / 16
        self.previous = transit


def numbers_of(receiver):
    return (receiver.high, receiver.lost, receiver.out_of_order, receiver.packets)


def received(numbers):
    receiver = UdpReceiver()
    for index, number in enumerate(numbers):
        receiver.record(number, index * 0.1, index * 0.1)
    return receiver


@pytest.mark.parametrize("numbers, expected", [
    # numbers as they arrive, (high, lost, out of order, packets)
    ([], (0, 0, 0, 0)),
    ([1, 2, 3], (3, 0, 0, 3)),
    ([5], (5, 4, 0, 1)),
    ([1, 3], (3, 1, 0, 2)),
    ([1, 3, 2], (3, 0, 1, 3)),
    ([1, 2, 2, 2], (2, 0, 2, 4)),
    ([1, 3, 3, 3], (3, 0, 2, 4)),
    ([1, 4, 4], (4, 1, 1, 3)),
    ([0], (0, 0, 1, 1)),
    ([1, 1000000, 2, 3], (1000000, 999996, 2, 4)),
    # seen on a real server: 8 out of order, 1 lost
    ([1, 2, 4, 3, 5, 6, 9, 7, 8, 10, 10, 12, 13, 14, 16, 15, 17, 18, 21, 19, 20, 22, 22, 24], (24, 1, 8, 24)),
])
def test_loss_and_order(numbers, expected):
    assert numbers_of(received(numbers)) == expected


def test_the_first_datagram_makes_no_jitter_however_far_the_clocks_are_apart():
    receiver = UdpReceiver()
    receiver.record(1, 1795660000.0, 12.0)
    assert receiver.jitter == 0.0
    receiver.record(2, 1795660000.1, 12.1)
    assert receiver.jitter == pytest.approx(0.0, abs=1e-6)


def test_jitter_is_a_sixteenth_of_each_change():
    receiver = UdpReceiver()
    receiver.record(1, 0.0, 0.010)
    receiver.record(2, 1.0, 1.026)
    assert receiver.jitter == pytest.approx(0.016 / 16)
    receiver.record(3, 2.0, 2.026)
    assert receiver.jitter == pytest.approx(0.016 / 16 * 15 / 16)


def test_a_batch_is_the_same_as_its_datagrams_one_by_one():
    chance = random.Random(20260726)
    for dummy in range(300):
        batches, singles, reference = UdpReceiver(), UdpReceiver(), Reference()
        number, now = 1, 0.0
        for dummy2 in range(chance.randint(1, 30)):
            number = max(0, number + chance.choice((0, 0, 0, 1, 3, 40, -1, -5, -30)))
            count = chance.choice((1, 1, 2, 3, 17, 64))
            now += chance.random() / 100
            arrival = now + chance.random() / 1000
            batches.record_batch(number, count, now, arrival)
            for offset in range(count):
                singles.record(number + offset, now, arrival)
                reference.record(number + offset, now, arrival)
            number += count
        assert numbers_of(batches) == numbers_of(singles) == numbers_of(reference)
        assert batches.jitter == pytest.approx(reference.jitter, rel=1e-9, abs=1e-15)
        assert singles.jitter == pytest.approx(reference.jitter, rel=1e-9, abs=1e-15)


def test_the_measured_period_begins_with_new_jitter_and_keeps_the_counters():
    receiver = received([1, 2, 5, 4])
    receiver.record(7, 0.0, 3.0)
    assert receiver.jitter > 0
    receiver.begin_measured()
    assert numbers_of(receiver) == (7, 2, 1, 5)
    assert receiver.jitter == 0.0
    receiver.record(8, 0.0, 9.0)
    assert receiver.jitter == 0.0
