# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules put and taken: what the commands are, that they are repeated by nobody, and that a stranger's rules stay."""

import copy
import json
import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import addresses, nft_rules
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.nft_ruleset import Ruleset

HERE = os.path.dirname(os.path.abspath(__file__))
COMMENT = "nfv.iperf port 5201 run r1"


def document(name):
    with open(os.path.join(HERE, "rulesets", name + ".json")) as stream:
        return json.load(stream)


def parse(data):
    return Ruleset.parse(json.dumps(data))


def request(*sources, **more):
    return nft_rules.Request(5201, ("tcp", "udp"), addresses.normalise(sources), more.pop("comment", COMMENT), **more)


def rule(where, statements, comment, handle=99):
    family, table, chain = where.split()
    return {"rule": {"family": family, "table": table, "chain": chain, "handle": handle, "comment": comment, "expr": statements}}


def ours(where, protocol, source, handle, comment=COMMENT):
    """A rule of ours as nft prints it."""
    family = "ip6" if ":" in source else "ip"
    return rule(where, [
        {"match": {"op": "==", "left": {"payload": {"protocol": family, "field": "saddr"}}, "right": source}},
        {"match": {"op": "==", "left": {"payload": {"protocol": protocol, "field": "dport"}}, "right": 5201}}, {"accept": None}], comment, handle)


def test_each_chain_that_drops_gets_its_rules_in_one_batch():
    commands, rules = nft_rules.changes(parse(document("site")), request("192.0.2.7", "2001:db8::/64"), True)
    assert [command.split(" ip")[0].split(" position")[0] for command in commands] == (
        ["insert rule inet site from_outside"] * 4 + ["add rule"] * 2)
    assert commands[-1] == 'add rule ip filter guard ip saddr 192.0.2.7 udp dport 5201 accept comment "%s"' % COMMENT
    assert len(rules) == 6
    assert {"chain": "inet site from_outside", "rule": "ip6 saddr 2001:db8::/64 tcp dport 5201 accept"} in rules


def test_several_sources_are_one_rule():
    commands, dummy = nft_rules.changes(parse(document("edpm")), request("192.0.2.7", "198.51.100.0/24"), True)
    assert commands[0] == 'add rule inet filter INPUT ip saddr { 192.0.2.7, 198.51.100.0/24 } tcp dport 5201 accept comment "%s"' % COMMENT
    assert len(commands) == 2


def test_where_nothing_drops_nothing_is_put():
    data = document("edpm")
    for item in data["nftables"]:
        if item.get("chain", {}).get("policy"):
            item["chain"]["policy"] = "accept"
    assert nft_rules.changes(parse(data), request("192.0.2.7"), True) == ([], [])


@pytest.fixture(name="opened")
def fixture_opened():
    data = document("edpm")
    data["nftables"] += [ours("inet filter INPUT", "tcp", "192.0.2.7", 90), ours("inet filter INPUT", "udp", "192.0.2.7", 91)]
    return data


def test_a_second_time_changes_nothing(opened):
    assert nft_rules.changes(parse(opened), request("192.0.2.7"), True)[0] == []


def test_other_sources_replace_the_rules(opened):
    commands, dummy = nft_rules.changes(parse(opened), request("192.0.2.8"), True)
    assert [command for command in commands if "handle" in command] == ["delete rule inet filter INPUT handle 90", "delete rule inet filter INPUT handle 91"]
    assert len(commands) == 4


def test_a_lost_rule_is_put_again_and_the_other_stays(opened):
    del opened["nftables"][-1]
    commands, dummy = nft_rules.changes(parse(opened), request("192.0.2.7"), True)
    assert len(commands) == 1 and "udp dport 5201" in commands[0]


def test_rules_behind_a_new_drop_are_put_before_it(opened):
    dropped = copy.deepcopy(opened)
    dropped["nftables"].insert(-2, rule("inet filter INPUT", [{"drop": None}], "everything", 80))
    commands, dummy = nft_rules.changes(parse(dropped), request("192.0.2.7"), True)
    assert len([command for command in commands if command.startswith("insert rule inet filter INPUT position 80 ")]) == 2
    assert len([command for command in commands if command.startswith("delete rule")]) == 2


def test_closing_takes_our_rules_and_no_others(opened):
    opened["nftables"].append(ours("inet filter INPUT", "tcp", "192.0.2.7", 92, comment=COMMENT + "1"))
    commands, rules = nft_rules.changes(parse(opened), request(), False)
    assert commands == ["delete rule inet filter INPUT handle 90", "delete rule inet filter INPUT handle 91"]
    assert rules == []


def test_another_run_does_not_rely_on_our_rules(opened):
    other = request("192.0.2.7", comment="nfv.iperf port 5201 run r2", ignored="nfv.iperf port 5201 run ")
    assert len(nft_rules.changes(parse(opened), other, True)[0]) == 2
    assert nft_rules.changes(parse(opened), request("192.0.2.7", comment="x"), True)[0] == []


def test_without_tracking_replies_are_accepted_and_the_table_is_made():
    commands, rules = nft_rules.changes(parse(document("edpm")), request("192.0.2.7", notrack_table="nfv_iperf_5201_r1"), True)
    assert {"chain": "inet filter INPUT", "rule": "ip saddr 192.0.2.7 tcp sport 5201 ct state untracked accept"} in rules
    assert "add table inet nfv_iperf_5201_r1" in commands
    assert 'add rule inet nfv_iperf_5201_r1 output ip daddr 192.0.2.7 udp sport 5201 notrack comment "%s"' % COMMENT in commands
    assert len([command for command in commands if " notrack " in command]) == 8


def test_the_table_without_tracking_goes_with_the_rules():
    data = document("edpm")
    data["nftables"].append({"table": {"family": "inet", "name": "nfv_iperf_5201_r1"}})
    commands, dummy = nft_rules.changes(parse(data), request(notrack_table="nfv_iperf_5201_r1"), False)
    assert commands == ["delete table inet nfv_iperf_5201_r1"]
    assert nft_rules.changes(parse(document("edpm")), request(notrack_table="nfv_iperf_5201_r1"), False)[0] == []
