# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds: every pair once, no host twice in a round, and as few rounds as can be."""

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import rounds, topology


def pairs_of(wanted, count, groups=None):
    hosts = list(range(count))
    return topology.pairs(topology.parse(wanted), hosts, groups)


def check(count, pairs):
    found = rounds.schedule(count, pairs)
    assert sorted(sorted(pair) for one in found for pair in one) == sorted(map(sorted, pairs))
    for one in found:
        ends = [end for pair in one for end in pair]
        assert len(ends) == len(set(ends))
    return len(found)


@pytest.mark.parametrize("count", list(range(2, 25)) + [100, 101])
def test_a_mesh_takes_one_round_less_than_hosts(count):
    assert check(count, pairs_of("mesh", count)) == (count - 1 if count % 2 == 0 else count) == rounds.mesh_rounds(count)


@pytest.mark.parametrize("count", [2, 3, 8, 9, 20, 21])
def test_each_host_finds_its_opponent_without_the_others(count):
    whole = [{frozenset(pair) for pair in one} for one in rounds.schedule(count, pairs_of("mesh", count))]
    for number, one in enumerate(whole):
        for host in range(count):
            other = rounds.opponent(count, host, number)
            assert other is None and not any(host in pair for pair in one) or frozenset((host, other)) in one


@pytest.mark.parametrize("wanted, count, most", [
    ("ring", 10, 2), ("ring", 11, 3), ("ring", 3, 3), ("star", 12, 11), ({"pairs": [[0, 1], [2, 3], [4, 5]]}, 6, 1),
    ("sample:3", 60, 12), ("sample:5", 200, 20),
])
def test_other_topologies(wanted, count, most):
    if isinstance(wanted, dict):
        assert check(count, [tuple(pair) for pair in wanted["pairs"]]) == most
    else:
        assert check(count, pairs_of(wanted, count)) <= most


@pytest.mark.parametrize("sizes", [(3, 3), (4, 9), (12, 5), (1, 7)])
def test_groups_take_as_many_rounds_as_the_larger_one_has_hosts(sizes):
    groups = {"a": list(range(sizes[0])), "b": list(range(sizes[0], sum(sizes)))}
    found = [(one, other) for one in groups["a"] for other in groups["b"]]
    assert check(sum(sizes), found) == max(sizes)


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_need_at_most_two_rounds_more_than_the_busiest_host(seed):
    found = pairs_of({"sample": 4, "seed": seed}, 30)
    busiest = max(sum(host in pair for pair in found) for host in range(30))
    assert check(30, found) <= busiest + 2


def test_nothing_takes_no_round():
    assert rounds.schedule(5, []) == [] and rounds.mesh_rounds(1) == 0


def test_visits_are_shared_evenly():
    visits = [0] * 20
    for pair in pairs_of("mesh", 20):
        visits[rounds.visitor(*pair)] += 1
        assert rounds.visitor(*pair) == rounds.visitor(*pair[::-1])
    assert min(visits) >= 9 and max(visits) <= 10
