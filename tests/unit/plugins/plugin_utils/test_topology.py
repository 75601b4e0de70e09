# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topologies: which pairs, each once; and what a user may say."""

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import topology

HOSTS = list("abcdef")
GROUPS = {"one": ["a", "b"], "other": ["c", "d", "x"], "both": ["b", "c"]}


def names(wanted, hosts=tuple(HOSTS)):
    return ["".join(hosts[end] for end in pair) for pair in topology.pairs(topology.parse(wanted), list(hosts), GROUPS)]


@pytest.mark.parametrize("wanted, pairs", [
    ("mesh", "ab ac ad ae af bc bd be bf cd ce cf de df ef"), ("ring", "ab bc cd de ef fa"), ("star", "ba ca da ea fa"),
    ({"star": "c"}, "ac bc dc ec fc"), ("star:c", "ac bc dc ec fc"), ({"star": "x"}, ""),
    ({"pairs": [["a", "b"], ["d", "c"], ["b", "a"], ["a", "x"]]}, "ab dc"),
    ({"groups": ["one", "other"]}, "ac ad bc bd"), ({"groups": ["one", "both"]}, "ab ac bc"), ({"groups": ["one", "one"]}, "ab"),
])
def test_pairs(wanted, pairs):
    assert names(wanted) == pairs.split()


@pytest.mark.parametrize("wanted", ["mesh", "ring", "star", "sample:3"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_hosts(wanted, count):
    assert len(names(wanted, HOSTS[:count])) == (count == 2)


def test_a_sample_gives_each_host_others_and_the_seed_decides():
    hosts = ["h%d" % number for number in range(50)]
    one = topology.pairs(topology.parse("sample:3"), hosts)
    assert one == topology.pairs(topology.parse({"sample": 3, "seed": 0}), hosts)
    assert one != topology.pairs(topology.parse({"sample": 3, "seed": 1}), hosts)
    degrees = [sum(number in pair for pair in one) for number in range(50)]
    assert min(degrees) >= 3 and len(set(map(frozenset, one))) == len(one)
    assert all(first != second for first, second in one)


def test_a_sample_as_large_as_the_fleet_is_a_mesh():
    assert {frozenset(pair) for pair in topology.pairs(topology.parse("sample:9"), HOSTS)} == \
        {frozenset(pair) for pair in topology.pairs(topology.parse("mesh"), HOSTS)}


@pytest.mark.parametrize("wanted, words", [
    ("grid", "mesh, ring, star"), ({}, "mesh"), ({"star": "a", "ring": None}, "mesh"), (7, "mesh"), ("sample", "sample:3"), ("sample:0", "sample:3"),
    ("sample:x", "sample:3"), ({"pairs": "a b"}, "list of pairs"), ({"pairs": [["a"]]}, "list of pairs"), ({"groups": ["a"]}, "two groups"),
])
def test_what_is_not_allowed_is_told(wanted, words):
    with pytest.raises(ValueError) as refused:
        topology.parse(wanted)
    assert words in str(refused.value)


def test_an_unknown_group_is_told():
    with pytest.raises(ValueError) as refused:
        names({"groups": ["one", "none"]})
    assert "'none'" in str(refused.value)
