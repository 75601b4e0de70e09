# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What -n and -k leave: exact over all streams, and only behind the omitted period."""

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._engine.limit import Limit
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play


def limit(**given):
    made = Limit(data_play.settings(**given))
    made.start(100.0)
    return made


def test_without_a_limit_there_is_always_room():
    made = limit(time=5)
    made.took(101.0, 10 ** 12, 10 ** 6)
    assert (made.active, made.reached, made.room(101.0, 10), made.datagrams(101.0, 10)) == (False, False, None, None)


def test_bytes_are_counted_down_to_the_last():
    made = limit(bytes=1000)
    made.took(101.0, 900, 9)
    assert (made.bytes, made.blocks, made.room(101.0, 600), made.reached) == (100, None, 100, False)
    made.took(101.0, 100, 1)
    assert (made.bytes, made.room(101.0, 600), made.reached) == (0, 0, True)


def test_a_receiver_may_get_more_than_the_limit():
    made = limit(bytes=1000)
    made.took(101.0, 1500, 1)
    assert (made.bytes, made.reached) == (0, True)


def test_blocks_that_other_streams_have_begun_are_theirs():
    made = limit(blockcount=3)
    made.took(101.0, 40, 0, 1)  # one stream is 40 bytes into its first block of 100
    assert made.room(101.0, 100) == 200
    assert made.room(101.0, 100, 40) == 260
    made.took(101.0, 260, 3, -1)
    assert (made.room(101.0, 100), made.reached) == (0, True)


def test_a_begun_block_is_the_last():
    made = limit(blockcount=1)
    made.took(101.0, 40, 0, 1)
    assert (made.room(101.0, 100), made.room(101.0, 100, 40), made.reached) == (0, 60, False)


@pytest.mark.parametrize("given, length, count", [({"bytes": 1000}, 100, 10), ({"bytes": 1001}, 100, 11), ({"blockcount": 7}, 100, 7)])
def test_datagrams_are_whole(given, length, count):
    assert limit(udp=True, length=length, **given).datagrams(101.0, length) == count


def test_what_is_omitted_is_free():
    made = limit(bytes=1000, omit=5)
    made.took(104.9, 5000, 50)
    assert (made.room(104.9, 100), made.datagrams(104.9, 100), made.reached) == (None, None, False)
    assert made.room(105.0, 100) == 1000
    made.took(105.0, 1000, 10)
    assert made.reached


def test_a_block_begun_in_the_omitted_period_counts_when_it_ends():
    made = limit(blockcount=2, omit=5)
    made.took(104.9, 40, 0, 1)
    assert made.room(105.0, 100) == 100
    assert made.room(105.0, 100, 40) == 160
    made.took(105.0, 60, 1, -1)
    assert made.blocks == 1
