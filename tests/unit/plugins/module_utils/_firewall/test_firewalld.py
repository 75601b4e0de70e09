# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones of sources, the spelling of rich rules, and whether a zone's file is still as it was built in."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import firewalld

LISTED = """\
block
  target: %%REJECT%%
  interfaces:\x20
  rich rules:\x20

work (active)
  target: default
  icmp-block-inversion: no
  interfaces: eth0 eth1
  sources: 192.0.2.0/24 00:11:22:33:44:55 ipset:friends
  services: dhcpv6-client ssh
  rich rules:\x20
\trule family="ipv4" source address="192.0.2.1" port port="5201" protocol="tcp" accept
\trule service name="ftp" accept

public
  target: default
  interfaces: eth2
  sources:\x20
"""
RULE = 'rule family="ipv4" source address="192.0.2.1" port port="5201" protocol="tcp" accept'
BUILTIN = '<?xml version="1.0"?>\n<zone>\n <short>Work</short>\n <description>For\n use.</description>\n <service name="ssh"/>\n <forward/>\n</zone>'
CHANGED = ('<zone>\n<short>Work</short><description>For use.</description><forward/><service name="ssh"/>%s</zone>')
RULE_XML = '<rule family="ipv4"><source address="192.0.2.1"/><port port="5201" protocol="tcp"/><accept/></rule>'


def test_zones_are_read():
    zones = firewalld.parse_zones(LISTED)
    assert sorted(zones) == ["block", "public", "work"]
    assert zones["work"]["interfaces"] == ["eth0", "eth1"]
    assert zones["work"]["rich rules"] == [RULE, 'rule service name="ftp" accept']
    assert zones["block"]["rich rules"] == zones["public"]["rich rules"] == []


@pytest.mark.parametrize("source, interface, zone", [
    ("192.0.2.9", "eth2", "work"),          # bound by its address, which goes before the interface
    ("192.0.2.0/25", "eth2", "work"),
    ("192.0.0.0/16", "eth2", "public"),     # only in part bound
    ("2001:db8::1", "eth1", "work"),
    ("203.0.113.1", "eth9", "home"),
    ("203.0.113.1", "", "home"),
])
def test_zone_of_a_source(source, interface, zone):
    assert firewalld.zone_of(source, interface, firewalld.parse_zones(LISTED), "home") == zone


def test_rich_rules_are_spelled_as_firewalld_does():
    assert firewalld.rich_rule("ipv4", "192.0.2.1", 5201, "tcp") == RULE
    assert firewalld.rich_rule("ipv4", "192.0.2.1", 5201, "tcp", priority="-1") == RULE.replace("rule ", 'rule priority="-1" ')
    assert 'source-port port="5201"' in firewalld.rich_rule("ipv6", "2001:db8::1", 5201, "udp", "source-port")


@pytest.mark.parametrize("added, same", [
    ("", True),
    (RULE_XML, True),
    (RULE_XML.replace("5201", "5202"), False),
    (RULE_XML + '<service name="http"/>', False),
    (RULE_XML.replace("<accept/>", "<log/><accept/>"), False),
])
def test_a_zone_file_with_nothing_but_our_rules(added, same):
    assert firewalld.same_zone(CHANGED % added, BUILTIN, [RULE]) is same


def test_a_file_that_is_no_zone_is_not_ours():
    assert firewalld.same_zone("", BUILTIN, []) is False
    assert firewalld.same_zone(CHANGED % "", "", []) is False


@pytest.mark.parametrize("rule, found", [
    ('rule family="ipv4" source address="198.51.100.0/24" reject', True), ("rule service name=\"ftp\" log prefix=\"x\" drop", True),
    ('rule family="ipv4" source address="198.51.100.0/24" reject type="icmp-port-unreachable"', True), (RULE, False),
])
def test_zones_that_deny_something(rule, found):
    assert firewalld.denies({"rich rules": [RULE, rule]}) is found


def test_a_rule_of_ours_with_a_priority_is_no_change_of_a_zone_by_others():
    rule = firewalld.rich_rule("ipv4", "192.0.2.1", 5201, "tcp", priority=firewalld.FIRST)
    assert firewalld.same_zone(CHANGED % RULE_XML.replace("<rule ", '<rule priority="-1" '), BUILTIN, [rule])
