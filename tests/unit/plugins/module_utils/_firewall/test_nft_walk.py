# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an accept has to go, for rulesets that nft printed and for small ones that hold one difficulty each."""

import ipaddress
import json
import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall.packet import Packet
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.nft_ruleset import Ruleset
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.nft_walk import Walk

HERE = os.path.dirname(os.path.abspath(__file__))
ACCEPT, DROP, RETURN = {"accept": None}, {"drop": None}, {"return": None}
LOG = {"log": {"prefix": "dropped: "}}


def printed(name):
    """A ruleset as nft printed it."""
    with open(os.path.join(HERE, "rulesets", name + ".json")) as stream:
        return Ruleset.parse(stream.read())


def jump(target, verb="jump"):
    return {verb: {"target": target}}


def match(left, right, operator="=="):
    return {"match": {"op": operator, "left": left, "right": right}}


def field(protocol, name):
    return {"payload": {"protocol": protocol, "field": name}}


def meta(key):
    return {"meta": {"key": key}}


def ct_state(right):
    return match({"ct": {"key": "state"}}, right, "in")


def ruleset(policy="accept", family="inet", **chains):
    """A table "t" with a base chain "base" and others; chains: name -> list of rules, a rule is a list of statements."""
    items = [{"table": {"family": family, "name": "t"}}]
    handle = 0
    for name in chains:
        chain = {"family": family, "table": "t", "name": name}
        if name == "base":
            chain.update(type="filter", hook="input", prio=0, policy=policy)
        items.append({"chain": chain})
    items.append({"set": {"family": family, "table": "t", "name": "trusted", "elem": [{"prefix": {"addr": "192.0.2.0", "len": 24}}]}})
    for name in chains:
        for number, statements in enumerate(chains[name]):
            handle += 1
            items.append({"rule": {"family": family, "table": "t", "chain": name, "handle": handle, "expr": statements}})
    return Ruleset.parse(json.dumps({"nftables": items}))


def packet(family="ipv4", protocol="tcp", source="192.0.2.7", **more):
    return Packet(family, protocol, [ipaddress.ip_network(source)], **dict({"dport": 5201}, **more))


def place(rules, a_packet=None):
    """None, or ("chain", index of the rule to come before, None for the end) of the base chain "base"."""
    base = rules.base_chains("input")[0]
    found = Walk(rules, base, a_packet or packet()).place()
    if found is None:
        return None
    handles = [rule.handle for rule in found.chain.rules]
    return found.chain.name, handles.index(found.handle) if found.handle is not None else None


TO_PORT = match(field("tcp", "dport"), 5201)
FROM_TRUSTED = match(field("ip", "saddr"), "@trusted")
CASES = (
    ("nothing drops", dict(base=[[TO_PORT, ACCEPT]]), None),
    ("an empty chain with policy accept", dict(base=[]), None),
    ("only the policy drops", dict(policy="drop", base=[[ct_state(["established", "related"]), ACCEPT]]), ("base", None)),
    ("accepted before the policy", dict(policy="drop", base=[[TO_PORT, ACCEPT]]), None),
    ("accepted for a set that the source is in", dict(policy="drop", base=[[FROM_TRUSTED, TO_PORT, ACCEPT]]), None),
    ("accepted for others only", dict(policy="drop", base=[[match(field("ip", "saddr"), "203.0.113.0"), ACCEPT]]), ("base", None)),
    ("accepted for all but others", dict(policy="drop", base=[[match(field("ip", "saddr"), "203.0.113.0", "!="), ACCEPT]]), None),
    ("flags joined by older versions of nft", dict(base=[[ct_state({"|": ["established", {"|": ["new", "untracked"]}]}), DROP]]), ("base", 0)),
    ("the other protocol is accepted", dict(policy="drop", base=[[match(field("udp", "dport"), 5201), ACCEPT]]), ("base", None)),
    ("a range that holds the port", dict(policy="drop", base=[[match(field("tcp", "dport"), {"range": [5000, 6000]}), ACCEPT]]), None),
    ("a list that holds the port", dict(policy="drop", base=[[match(field("tcp", "dport"), {"set": [22, 5201]}), ACCEPT]]), None),
    ("any port of the protocol", dict(policy="drop", base=[[match(meta("l4proto"), {"set": ["tcp", "udp"]}), ACCEPT]]), None),
    ("a drop after others", dict(base=[[ct_state("established"), ACCEPT], [match(meta("iifname"), "lo"), ACCEPT], [DROP]]), ("base", 2)),
    ("a drop of others is passed", dict(base=[[match(field("tcp", "dport"), 22), DROP], [{"reject": {}}]]), ("base", 1)),
    ("a drop that cannot be understood", dict(base=[[{"xt": {"type": "match", "name": "u32"}}, DROP]]), ("base", 0)),
    ("an accept that cannot be understood", dict(policy="drop", base=[[{"xt": None}, ACCEPT]]), ("base", None)),
    ("an accept with a limit", dict(policy="drop", base=[[{"limit": {"rate": 1, "per": "second"}}, ACCEPT]]), ("base", None)),
    ("an accept on loopback only", dict(policy="drop", base=[[match(meta("iif"), "lo"), ACCEPT]]), ("base", None)),
    ("an accept for icmp only", dict(policy="drop", base=[[match(field("icmp", "type"), "echo-request"), ACCEPT]]), ("base", None)),
    ("a drop in a chain jumped to", dict(base=[[jump("inner")]], inner=[[match(field("tcp", "dport"), 22), ACCEPT], [DROP]]), ("inner", 1)),
    ("a jump that comes back", dict(policy="drop", base=[[jump("inner")]], inner=[[match(field("tcp", "dport"), 22), ACCEPT]]), ("base", None)),
    ("a jump that accepts", dict(policy="drop", base=[[jump("inner")]], inner=[[TO_PORT, ACCEPT]]), None),
    ("a jump that may not be taken", dict(policy="drop", base=[[match(meta("mark"), 7), jump("inner")]], inner=[[ACCEPT]]), ("base", None)),
    ("a return before the drop", dict(base=[[jump("inner")], [ACCEPT]], inner=[[TO_PORT, RETURN], [DROP]]), None),
    ("a return that may happen before an accept", dict(policy="drop", base=[[jump("inner")]], inner=[
        [match(meta("mark"), 7), RETURN], [ACCEPT]]), ("base", None)),
    ("a goto ends the chain", dict(policy="drop", base=[[jump("inner", "goto")], [TO_PORT, ACCEPT]], inner=[]), ("base", None)),
    ("a verdict map", dict(base=[[{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["established", ACCEPT], ["new", jump("inner")]]}}}]],
                           inner=[[DROP]]), ("inner", 0)),
    ("a verdict map for others", dict(base=[[{"vmap": {"key": meta("iifname"), "data": {"set": [["lo", DROP]]}}}]]), None),
    ("a log before the drop goes with it", dict(base=[[ct_state("established"), ACCEPT], [LOG], [DROP]]), ("base", 1)),
    ("a log and drop in one", dict(base=[[LOG, DROP]]), ("base", 0)),
    ("a log before the policy", dict(policy="drop", base=[[jump("inner")]], inner=[[{"limit": {"rate": 1, "per": "minute"}}, LOG]]), ("inner", 0)),
    ("a log of everything stays first", dict(policy="drop", base=[[LOG], [match(meta("mark"), 7), ACCEPT], [DROP]]), ("base", 2)),
    ("a chain that calls itself", dict(policy="drop", base=[[jump("inner")]], inner=[[jump("inner")]]), ("base", None)),
)


@pytest.mark.parametrize("chains, expected", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_place_of_an_accept(chains, expected):
    assert place(ruleset(**chains)) == expected


def test_ipv6_is_not_matched_by_ipv4_rules():
    rules = ruleset(policy="drop", base=[[FROM_TRUSTED, ACCEPT], [match(meta("nfproto"), "ipv6"), match(field("tcp", "dport"), 5201), ACCEPT]])
    assert place(rules, packet("ipv6", source="2001:db8::1")) is None
    assert place(rules, packet("ipv4", source="203.0.113.1")) == ("base", None)


def test_untracked_packets_are_not_new():
    rules = ruleset(policy="drop", base=[[ct_state("new"), TO_PORT, ACCEPT]])
    assert place(rules) is None
    assert place(rules, packet(ct_state="untracked")) == ("base", None)


def test_sources_partly_inside_a_set_are_not_accepted():
    rules = ruleset(policy="drop", base=[[FROM_TRUSTED, ACCEPT]])
    wide = Packet("ipv4", "tcp", [ipaddress.ip_network("192.0.0.0/16")], dport=5201)
    assert place(rules, wide) == ("base", None)


def test_every_base_chain_of_the_hook_is_looked_at_and_foreign_tables_are_not():
    site = printed("site")
    assert [chain.where for chain in site.base_chains("input")] == ["inet site from_outside", "ip filter guard"]
    assert [chain.where for chain in site.base_chains("input", [("ip", "filter")])] == ["inet site from_outside"]


PRINTED = (
    ("site", "tcp", "inet site from_outside", "log"),       # the log of what is rejected next, not the set in the chain before it
    ("edpm", "tcp", "inet filter INPUT", None),             # the policy drops, EDPM_INPUT is flushed by EDPM's own role
    ("tripleo", "udp", "inet filter TRIPLEO_INPUT", "999 log all"),
)


@pytest.mark.parametrize("name, protocol, chain, before", PRINTED)
def test_rulesets_as_nft_prints_them(name, protocol, chain, before):
    rules = printed(name)
    base = [one for one in rules.base_chains("input") if (one.family, one.table) == tuple(chain.split()[:2])][0]
    found = Walk(rules, base, packet(protocol=protocol)).place()
    assert found.chain.where == chain
    stops = [rule for rule in found.chain.rules if rule.handle == found.handle]
    if before is None:
        assert found.handle is None
    else:
        assert before in stops[0].comment or any(before in statement for statement in stops[0].statements)
