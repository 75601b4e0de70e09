# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's plan and its nodes' parts: they fit together, also when hosts are gone, and a thousand of them are made in seconds."""

import json
import os
import time

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import plan, plan_text, wording

HOSTS = ["n%d" % number for number in range(1, 8)]


def addresses(hosts=tuple(HOSTS), network=0):
    return {host: "10.%d.0.%d" % (network, number) for number, host in enumerate(hosts, 1)}


def fleet(topology="mesh", alive=tuple(HOSTS), networks=None, protocols=("tcp",), **options):
    return plan.make("r1", networks or {"a": addresses()}, alive, plan.tests(protocols, {"tcp": {"time": 2}, "udp": {"time": 3, "bitrate": "1M"}}), topology,
                     **options)


def visits(whole):
    """{(network, round, visitor, host)} by what visitors' plans say, after a look whether the hosts' plans say the same."""
    made, expected = set(), set()
    for host in whole["alive"]:
        one = json.loads(json.dumps(plan.node_plan(whole, host)))
        assert one["node"] == host and one["schema"] == plan.SCHEMA
        steps = []
        for step in one["steps"]:
            network = one["networks"][step[1]]
            peer, address = network["peers"][step[2]]
            assert address == whole["addresses"][network["name"]][peer]
            steps.append(step[0])
            ends = (host, peer) if step[3] else (peer, host)
            (made if step[3] else expected).add((network["name"], step[0]) + ends + tuple(map(tuple, step[4:])))
        assert steps == sorted(steps)
        assert whole["at_once"] != 1 or len(set(steps)) == len(steps), "two steps in one round"
    assert made == expected
    return made


@pytest.mark.parametrize("topology", ["mesh", "ring", "star", "sample:2", {"pairs": [["n1", "n2"], ["n4", "n3"]]}])
@pytest.mark.parametrize("alive", [HOSTS, HOSTS[:6], ["n2", "n4", "n5", "n7"]])
def test_parts_fit_together(topology, alive):
    whole = fleet(topology, alive)
    found = visits(whole)
    assert len(found) == plan.duration(whole)["visits"]
    assert {one[1] for one in found} == set(range(plan.round_count(whole)))
    wanted = {frozenset((link["from"], link["to"])) for link in plan.links(whole)}
    assert {frozenset(one[2:4]) for one in found} == {pair for pair in wanted if pair <= set(alive)}


def test_a_star_at_once_is_incast_and_then_outcast():
    found = visits(fleet({"star": "n3"}, at_once=0))
    assert {one[1] for one in found} == {0} and {one[2] for one in found} == set(HOSTS) - {"n3"} and {one[3] for one in found} == {"n3"}


def test_networks_are_measured_one_after_the_other():
    whole = fleet(networks={"a": addresses(), "b": addresses(HOSTS[:4], 1)})
    rounds = {network: {one[1] for one in visits(whole) if one[0] == network} for network in "ab"}
    assert rounds == {"a": set(range(7)), "b": set(range(7, 10))}
    assert plan.node_plan(whole, "n7")["addresses"] == {"a": "10.0.0.7"}
    assert {step[1] for step in plan.node_plan(whole, "n7")["steps"]} == {0}


@pytest.mark.parametrize("at_once, rounds", [(0, {0}), (3, {0, 1, 2}), (16, {0})])
def test_rounds_at_once(at_once, rounds):
    whole = fleet(at_once=at_once)
    assert {one[1] for one in visits(whole)} == rounds and plan.round_count(whole) == len(rounds)


def test_every_link_is_asked_for_also_of_hosts_that_cannot_be_reached():
    links = plan.links(fleet(alive=["n1", "n2"], protocols=("tcp", "udp")))
    assert len(links) == len({link["id"] for link in links}) == 7 * 6 * 2
    assert links[0] == {"id": "a:n1>n2:tcp", "network": "a", "from": "n1", "to": "n2", "protocol": "TCP"}


def test_tests_of_a_visit():
    tests = plan.tests(["tcp", "udp"], {"tcp": {"time": 5, "window": ""}, "udp": {"bitrate": "1M", "length": None}})
    assert list(tests) == ["tcp-forward", "tcp-reverse", "udp-forward", "udp-reverse"]
    assert tests["tcp-forward"] == {"protocol": "TCP", "direction": "forward", "options": {"time": 5, "connect_timeout": 3000}}
    assert tests["udp-reverse"]["options"] == {"bitrate": "1M", "udp": True, "connect_timeout": 3000, "rcv_timeout": 10000}


def test_a_second_attempt_has_only_the_links_that_failed():
    whole = fleet(protocols=("tcp", "udp"))
    failed = [plan.link("a", "n1", "n2", "TCP"), plan.link("a", "n2", "n1", "UDP"), plan.link("a", "n3", "n1", "TCP"), plan.link("a", "n6", "n7", "TCP")]
    second = plan.again(whole, "r1_again", failed, HOSTS[:6])
    found = {frozenset(one[2:4]): one for one in visits(second)}
    assert set(found) == {frozenset(("n1", "n2")), frozenset(("n1", "n3"))}
    dummy, dummy, visitor, dummy, names = found[frozenset(("n1", "n2"))]
    assert set(names) == ({"tcp-forward", "udp-reverse"} if visitor == "n1" else {"tcp-reverse", "udp-forward"})
    assert plan.duration(second)["tests"] == 3 and plan.round_count(second) == 2
    assert plan.duration(plan.again(whole, "x", [], HOSTS))["visits"] == 0


@pytest.mark.parametrize("topology, networks", [("star:n9", None), ("mesh", {"a": {"n1": "10.0.0.1"}}), ({"pairs": [["x", "y"]]}, None)])
def test_a_plan_without_pairs_is_refused(topology, networks):
    with pytest.raises(ValueError) as refused:
        fleet(topology, networks=networks)
    assert "no pair of hosts" in str(refused.value) and "--limit" in str(refused.value)


@pytest.mark.parametrize("topology, words", [
    ({"star": "n9"}, "names n9, which the inventory does not have"), ({"star": "u"}, "names u, which is not in this play"),
    ({"pairs": [["n1", "n9"]]}, "pairs names n9"), ({"groups": ["Controller", "Nobody"]}, "groups names 'Nobody'"),
    ({"groups": ["Controller", "Elsewhere"]}, "none of whose hosts is in this play"),
])
def test_names_that_nobody_has_are_problems(topology, words):
    groups = {"all": HOSTS + ["u"], "Controller": HOSTS[:2], "Elsewhere": ["u"]}
    problems, notes, alone = plan.obstacles({"a": addresses()}, topology, HOSTS, HOSTS, groups)
    assert len(problems) == 1 and words in problems[0] and (notes, alone) == ([], False)


def test_a_batch_without_a_pair_is_told_and_is_no_problem():
    alone = plan.obstacles({"a": addresses(HOSTS[:1])}, "mesh", HOSTS[:1], HOSTS, {"all": HOSTS})
    assert alone[0] == [] and alone[2] is True and "only n1 is on it" in alone[1][0]
    problems = plan.obstacles({"a": addresses(HOSTS[:1])}, "mesh", HOSTS[:1], HOSTS[:1], {"all": HOSTS})[0]
    assert "only n1 is on it" in problems[0] and "--limit" in problems[0]
    notes = plan.obstacles({"a": addresses(HOSTS[:3])}, {"pairs": [["n1", "n2"], ["n1", "n5"]]}, HOSTS[:3], HOSTS, {"all": HOSTS})[1]
    assert notes == ["n1 - n5 is left out: a host of it is not in this batch"]


def test_duration():
    assert plan.duration(fleet(protocols=("tcp", "udp"))) == {"nodes": 7, "rounds": 7, "visits": 21, "tests": 84, "seconds": round(7 * 10.3, 1)}
    assert plan.test_seconds({"blockcount": 1}) == 1.0 and plan.test_seconds({"omit": 1}) == 11.0


def test_groups_are_kept_only_as_far_as_they_are_needed():
    groups = {"one": ["n1", "n2"], "two": ["n3", "n4", "other"], "all": HOSTS}
    whole = fleet({"groups": ["one", "two"]}, groups=groups)
    assert set(whole["groups"]) == {"one", "two"} and fleet(groups=groups)["groups"] == {}
    assert len(visits(whole)) == 4 and plan.round_count(whole) == 2


def test_a_thousand_nodes_are_planned_in_seconds():
    hosts = ["node%04d" % number for number in range(1000)]
    whole = fleet(alive=hosts, networks={"a": addresses(hosts)})
    begin = time.monotonic()
    size = sum(len(json.dumps(plan.node_plan(whole, host))) for host in hosts[::50])
    assert time.monotonic() - begin < 10.0  # for 20 of them; far less than that, but CI is slow
    assert plan.round_count(whole) == 999
    assert size / 20 < 100000


def test_the_plan_in_words():
    left_out = [{"host": "u", "network": "a", "reason": "it has no variable a_ip"}] * 12
    lines = plan_text.lines(fleet({"sample": 2, "seed": 1}), left_out, True)
    assert lines[0] == "7 nodes on a, sample 2 seed 1, TCP both ways"
    assert lines[1].endswith("rounds, about %s" % lines[1].rpartition("about ")[2]) and "tests in" in lines[1]
    assert lines[2] == "u is left out on a, it has no variable a_ip" and lines[12] == "2 more are left out"
    assert lines[13].startswith("round 1 on a, ")
    assert plan_text.lines(fleet(networks={"a": addresses(["m%d" % number for number in range(40)])}, alive=["m%d" % number for number in range(40)]),
                           (), True)[-1] == "and 19 more rounds"


def test_the_page_about_fleets_tells_what_plans_cost():
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "..", "..", "docs", "docsite", "rst", "fleets.rst"), encoding="utf-8") as source:
        page = source.read()
    for count in (10, 100, 1000, 10000):
        row = ["   * - {:,}".format(count)]
        hosts = addresses(["n%d" % number for number in range(count)])
        for topology in ("mesh", "sample:4", "ring"):
            cost = plan.duration(plan.make("r", {"net": hosts}, list(hosts), plan.tests(["tcp"], {"tcp": {"time": 10}}), topology))
            row.append("     - {:,} rounds, {:,} tests, {}".format(cost["rounds"], cost["tests"], wording.duration(cost["seconds"])))
        assert "\n".join(row) in page
