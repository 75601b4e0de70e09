# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a fleet, from what its nodes told; and the board on which they tell it."""

import fcntl
import os

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import board, progress

COST = {"nodes": 2, "rounds": 4, "visits": 4, "seconds": 16.0}
SLOW = {"from": "a", "to": "b", "network": "n", "bps": 94.1e6}


def told(at, done, failed=0, slowest=None, rounds=4):
    return {"round": at, "rounds": rounds, "visits_done": done, "tests_failed": failed, "slowest": slowest}


def test_nothing_told_yet():
    facts = progress.gather([], COST, 0.0)
    assert (facts["round"], facts["visits"], facts["left"], facts["slowest"]) == (0, 0, 16.0, None)
    assert progress.words(facts) == "0 of 4 rounds, 0 of 4 pairs, 0 failed, 16 s left"


def test_half_way():
    facts = progress.gather([told(2, 1, 1, dict(SLOW, bps=2e8)), told(3, 1, 0, SLOW)], COST, 10.0)
    assert progress.words(facts) == "2 of 4 rounds, 2 of 4 pairs, 1 failed, 9 s left, slowest a -> b 94.1 Mbit/s"
    assert progress.drawn(facts, 200) == "[##########..........] rounds 2/4  pairs 2/4  failed 1  9 s left, slowest a -> b 94.1 Mbit/s"
    assert len(progress.drawn(facts, 50)) == 50


@pytest.mark.parametrize("still, part", [(0.0, 0.5), (2.0, 0.625), (4.0, 0.7375), (99.0, 0.7375)])
def test_a_round_under_way_counts_by_its_time_until_it_should_be_over(still, part):
    facts = progress.gather([told(2, 1), told(2, 1)], COST, 8.0, still)
    assert facts["part"] == pytest.approx(part)
    assert facts["visits"] == 2


def test_the_bar_never_goes_back():
    assert progress.gather([told(2, 1), told(2, 0)], COST, 8.0, 0.0, 0.4)["part"] == 0.4


def test_the_end():
    facts = progress.gather([told(None, 2), told(None, 2)], COST, 17.0)
    assert (facts["round"], facts["part"], facts["left"]) == (4, 1.0, 0.0)
    assert progress.drawn(facts, 60).startswith("[####################] rounds 4/4")


def test_nodes_that_have_not_told_are_taken_for_the_others():
    facts = progress.gather([told(2, 1)], COST, 8.0)
    assert (facts["round"], facts["visits"]) == (2, 2)
    assert progress.gather([{}], COST, 1.0)["visits"] == 0
    assert progress.gather([told(1, 0)], COST, 1.0)["round"] == 0
    assert progress.gather([told(None, 2)], COST, 8.0)["visits"] == 3


@pytest.mark.parametrize("load, slowest", [(True, SLOW), (False, None)])
def test_rates_of_a_look_mean_nothing(load, slowest):
    assert progress.gather([told(1, 1, 0, SLOW)] * 2, dict(COST, load=load), 1.0)["slowest"] == slowest


def test_one_of_all_shows_the_board(tmp_path):
    shown = []
    folder = str(tmp_path / "board")
    first = board.Board(folder, COST, lambda text, newline: shown.append((text, newline)), 0)
    first.put("a/b", told(1, 1))
    first.show()
    first.show()
    assert len(shown) == 1 and shown[0][1] is True and shown[0][0].startswith("1 of 4 rounds, 2 of 4 pairs")
    second = board.Board(folder, COST, lambda text, newline: shown.append((text, newline)), 100)
    second.show()
    assert len(shown) == 1
    first.leave("a/b")
    second.show()
    assert len(shown) == 2 and shown[1][1] is False and "[##########" in shown[1][0]
    second.put("c", told(None, 2))
    first.put("a/b", told(None, 2, 1))
    second.leave("c")
    assert shown[2] == (board.NEW_LINE, False)
    assert shown[3] == ("4 of 4 rounds, 4 of 4 pairs, 1 failed, over after 0 s", True)
    handle = os.open(os.path.join(folder, "lock"), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more
    os.close(handle)


def test_the_end_is_shown_once(tmp_path):
    """Also when both hosts find that they are the last, or a host has nothing to tell."""
    shown = []
    both = [board.Board(str(tmp_path / "board"), COST, lambda text, newline: shown.append(text), 0) for dummy in range(2)]
    both[0].show()
    both[0].put("a", told(None, 2))
    del shown[:]
    both[0].leave("a")
    assert shown == []
    both[1].leave("b")
    both[0].leave("a")
    assert shown == ["4 of 4 rounds, 3 of 4 pairs, 0 failed, over after 0 s"]
