# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which command opens a port in which firewall, and what of a node's firewall stops a client."""

import json
import shlex

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import remedy, verdict
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.host import Host

SOURCE = "192.0.2.1"
ZONES = "public (default, active)\n  interfaces: eth0\n  sources:\n  rich rules:\n"
STATEFUL = {"nftables": [
    {"table": {"family": "inet", "name": "filter"}},
    {"chain": {"family": "inet", "table": "filter", "name": "input", "hook": "input", "type": "filter", "prio": 0, "policy": "drop"}},
    {"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": 4, "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 5201}}, {"accept": None}]}},
]}
REJECTS = json.loads(json.dumps(STATEFUL))
REJECTS["nftables"].append({"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": 9, "expr": [{"reject": {}}]}})


def host(nft=None, answers=None):
    """A node without any firewall but what is given: the nft ruleset and {first word(s) of a command: its output}."""
    answers = answers or {}

    def run(argv, data=None):
        line = " ".join(argv)
        if argv[0] == "nft" and nft is not None:
            return 0, json.dumps(nft), ""
        for begin in sorted(answers, key=len, reverse=True):
            if line.startswith(begin):
                return 0, answers[begin], ""
        return 127, "", ""
    return Host(run, lambda path: "")


def test_the_general_lines_have_one_command_for_each_firewall():
    lines = remedy.opening(5300, ("tcp", "udp"), SOURCE)
    assert len(lines) == 2 * len(remedy.OPENING)
    assert [line.split(": ")[0] for line in lines[::2]] == [row[0] for row in remedy.OPENING] == list(remedy.LASTING)
    assert all("5300" in line and SOURCE in line for line in lines)
    assert any(line.startswith("iptables: ip6tables ") for line in remedy.opening(5300, ("udp",), "2001:db8::1"))
    assert any(" ip6 saddr 2001:db8::1 udp dport 5300 accept" in line for line in remedy.opening(5300, ("udp",), "2001:db8::1"))


@pytest.mark.parametrize("change, line", [
    ({"kind": "firewalld", "zone": "public", "rule": 'rule family="ipv4" accept', "permanent": False},
     "firewall-cmd --zone=public '--add-rich-rule=rule family=\"ipv4\" accept'"),
    ({"kind": "ufw", "source": SOURCE, "protocol": "udp", "port": "5201"}, "ufw prepend allow from 192.0.2.1 to any port 5201 proto udp"),
    ({"kind": "ufw", "source": SOURCE, "protocol": "any", "port": "5201"}, "ufw prepend allow from 192.0.2.1 to any port 5201"),
    ({"kind": "iptables", "ip_version": "ipv4", "position": "3", "protocol": "udp", "dport": "5201", "sport": "", "source": SOURCE},
     "iptables -I INPUT 3 -s 192.0.2.1 -p udp --dport 5201 -j ACCEPT"),
    ({"kind": "iptables", "ip_version": "ipv6", "position": "1", "protocol": "udp", "dport": "", "sport": "5201", "source": "2001:db8::1"},
     "ip6tables -I INPUT 1 -s 2001:db8::1 -p udp --sport 5201 -j ACCEPT"),
    ({"kind": "sysctl"}, ""),
])
def test_the_command_of_a_change(change, line):
    assert remedy.line(remedy.command(change)) == line


def test_nftables_that_drops_by_policy():
    found = verdict.judge(host(STATEFUL), SOURCE, 5201, "udp")
    assert (found["backend"], found["chains"]) == ("nftables", ["chain inet filter input"])
    assert shlex.split(found["commands"][0]) == "nft add rule inet filter input ip saddr 192.0.2.1 udp dport 5201 accept".split()
    assert found["commands"][1] == remedy.LASTING["nftables"]


def test_nftables_that_rejects_by_a_rule():
    commands = verdict.judge(host(REJECTS), SOURCE, 5201, "udp")["commands"]
    assert shlex.split(commands[0]) == "nft insert rule inet filter input position 9 ip saddr 192.0.2.1 udp dport 5201 accept".split()


@pytest.mark.parametrize("ruleset, protocol", [(STATEFUL, "tcp"), ({"nftables": []}, "udp"), (None, "udp")])
def test_nothing_stops_it(ruleset, protocol):
    found = verdict.judge(host(ruleset), SOURCE, 5201, protocol)
    assert (found["chains"], found["commands"]) == ([], [])


def test_the_rules_that_are_missing_for_many_sources_at_once():
    found = verdict.missing(host(STATEFUL), ["192.0.2.1", "198.51.100.0/24", "2001:db8::1", "127.0.0.1"], 5201, ("tcp", "udp"))
    assert [(one["protocol"], one["source"]) for one in found["blocked"]] == [("udp", "192.0.2.1"), ("udp", "198.51.100.0/24"), ("udp", "2001:db8::1")]
    assert [shlex.split(line) for line in found["commands"]] == [
        "nft add rule inet filter input ip saddr { 192.0.2.1, 198.51.100.0/24 } udp dport 5201 accept".split(),
        "nft add rule inet filter input ip6 saddr 2001:db8::1 udp dport 5201 accept".split()]
    assert (found["backends"], found["lasting"]) == (["nftables"], [remedy.LASTING["nftables"]])


def test_nothing_is_missing_where_nothing_is_stopped():
    assert verdict.missing(host(), [SOURCE], 5201, ("tcp", "udp")) == {"backends": [], "blocked": [], "commands": [], "lasting": []}


def test_firewalld_is_told_in_its_own_words():
    answers = {"firewall-cmd --state": "running\n", "firewall-cmd --get-default-zone": "public\n", "firewall-cmd --list-all-zones": ZONES,
               "firewall-cmd --permanent --list-all-zones": ZONES}
    ruleset = json.loads(json.dumps(STATEFUL).replace('"name": "filter"', '"name": "firewalld"').replace('"table": "filter"', '"table": "firewalld"'))
    found = verdict.judge(host(ruleset, answers), SOURCE, 5201, "udp")
    assert (found["backend"], found["chains"]) == ("firewalld", ["chain inet firewalld input"])
    assert found["commands"] == [
        "firewall-cmd --zone=public '--add-rich-rule=rule family=\"ipv4\" source address=\"192.0.2.1\" port port=\"5201\" protocol=\"udp\" accept'",
        remedy.LASTING["firewalld"]]


def test_iptables_that_drops():
    answers = {"iptables-save": "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 5201 -j ACCEPT\nCOMMIT\n"}
    found = verdict.judge(host(None, answers), SOURCE, 5201, "udp")
    assert (found["backend"], found["chains"]) == ("iptables", ["chain INPUT of iptables"])
    assert found["commands"][0] == "iptables -I INPUT 2 -s 192.0.2.1 -p udp --dport 5201 -j ACCEPT"


def test_a_quick_look_asks_firewalld_once_and_ufw_only_if_it_is_on():
    asked = []

    def run(argv, data=None):
        asked.append(" ".join(argv))
        return (0, ZONES, "") if argv[0] == "firewall-cmd" else (0, "Status: active\n", "")
    node = Host(verdict.Quick(run, lambda path: ""), lambda path: "")
    assert node.firewalld["default"] == "public" and node.firewalld["zones"]["public"]["interfaces"] == ["eth0"]
    assert node.ufw is None
    assert asked == ["firewall-cmd --list-all-zones"]
    node = Host(verdict.Quick(run, lambda path: "# x\nENABLED=yes\n"), lambda path: "")
    assert node.ufw is not None


def test_a_quick_look_at_an_older_firewalld_and_at_none():
    def older(argv, data=None):
        return 0, "public (active)\n" if "--list-all-zones" in argv else "work\n", ""
    assert Host(verdict.Quick(older, lambda path: ""), lambda path: "").firewalld["default"] == "work"
    assert Host(verdict.Quick(lambda argv, data=None: (252, "not running", ""), lambda path: ""), lambda path: "").firewalld is None


def test_loopback_meets_no_firewall():
    assert verdict.judge(host(STATEFUL), "127.0.0.1", 5201, "udp") is None


def test_only_root_reads_it(monkeypatch):
    monkeypatch.setattr(verdict.os, "geteuid", lambda: 1000)
    assert verdict.of_this_node(SOURCE, 5201, "udp") is None


def test_a_command_that_is_missing_or_hangs(monkeypatch):
    assert verdict.run(["no-such-command-of-a-firewall"])[0] == 127
    monkeypatch.setattr(verdict, "SECONDS", 0.05)
    assert verdict.run(["sleep", "20"])[0] == 124
    assert verdict.run(["cat"], "text") == (0, "text", "")
    assert verdict.read("/no/such/file") == ""
