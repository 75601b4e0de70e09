# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes open a port, on hosts that exist as the answers of their commands only."""

import json
import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import addresses, effect, plan
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.host import FirewallError, Host

HERE = os.path.dirname(os.path.abspath(__file__))
DROPPING = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n%sCOMMIT\n"
NOTHING = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"
ZONES = "work (active)\n  interfaces: eth0\n  sources: \n  rich rules: \n%s\npublic\n  interfaces: \n"
FIREWALLD = {"firewall-cmd --state": "running\n", "firewall-cmd --get-default-zone": "public\n", "firewall-cmd --list-all-zones": ZONES % "",
             "firewall-cmd --permanent --list-all-zones": ZONES % ""}
SYSCTLS = {"/proc/sys/" + (plan.CONNTRACK + name).replace(".", "/"): value for name, value in (("acct", "0\n"), ("tcp_timeout_established", "300\n"))}


def ruleset(name):
    with open(os.path.join(HERE, "rulesets", name + ".json")) as stream:
        return stream.read()


def host(commands=None, files=None):
    answers = {"nft -j -a list ruleset": '{"nftables": []}', "iptables-save -t filter": NOTHING, "ip6tables-save -t filter": NOTHING}
    answers.update(commands or {})

    def run(argv, data=None):
        words = " ".join(argv)
        if words.startswith("ip -o"):
            return 0, "x dev eth0 src y", ""
        return (0, answers[words], "") if answers.get(words) is not None else (127, "", "")
    return Host(run, lambda path: (files or {}).get(path, ""))


def request(*sources, **more):
    return plan.Request(5201, addresses.normalise(sources or ["192.0.2.7", "2001:db8::7"]), more.pop("run", "r1"), **more)


def kinds(made):
    return [change["kind"] for change in made.changes]


def test_a_host_without_any_firewall_needs_nothing():
    made = plan.make(host(), request())
    assert (made.backends, made.changes) == ([], [])


def test_firewalld_gets_a_rule_per_source_and_protocol_in_the_zone_where_it_arrives():
    made = plan.make(host(FIREWALLD), request())
    assert made.backends == ["firewalld"]
    assert kinds(made) == ["firewalld"] * 4
    assert set(change["zone"] for change in made.changes) == {"work"}
    assert set(change["permanent"] for change in made.changes) == {False}


def test_firewalld_accepts_before_what_the_zone_denies():
    denied = FIREWALLD["firewall-cmd --list-all-zones"].replace("rich rules:", 'rich rules:\n\trule family="ipv4" source address="192.0.2.0/24" reject', 1)
    commands = dict(FIREWALLD, **{"firewall-cmd --list-all-zones": denied})
    assert all(change["rule"].startswith('rule priority="-1" family=') for change in plan.make(host(commands), request()).changes)
    assert not any("priority" in change["rule"] for change in plan.make(host(FIREWALLD), request()).changes)


def test_permanent_rules_are_changes_of_their_own_and_so_is_the_file_that_they_would_leave():
    made = plan.make(host(FIREWALLD, {"/usr/lib/firewalld/zones/work.xml": "<zone/>"}), request(permanent=True))
    assert kinds(made) == ["firewalld_file"] + ["firewalld"] * 8
    assert made.changes[0]["remove"] == ["/etc/firewalld/zones/work.xml", "/etc/firewalld/zones/work.xml.old"]


def test_ufw_gets_one_rule_for_both_protocols():
    made = plan.make(host({"ufw status": "Status: active\n"}, {"/etc/default/ufw": "IPV6=yes"}), request())
    assert made.backends == ["ufw"]
    assert [(change["family"], change["protocol"], change["port"]) for change in made.changes] == [("ipv4", "any", "5201"), ("ipv6", "any", "5201")]


def test_ufw_without_ipv6_is_told():
    made = plan.make(host({"ufw status": "Status: active\n"}, {"/etc/default/ufw": "IPV6=no"}), request())
    assert len(made.changes) == 1
    assert "2001:db8::7" in made.notes[0]


def test_ufw_and_its_own_chains_are_one_firewall():
    commands = {"ufw status": "Status: active\n", "iptables-save -t filter": DROPPING % "", "ip6tables-save -t filter": DROPPING % ""}
    assert plan.make(host(commands), request()).backends == ["ufw"]


def test_iptables_is_opened_for_the_family_that_drops_only():
    made = plan.make(host({"iptables-save -t filter": DROPPING % ""}), request())
    assert made.backends == ["iptables"]
    assert [(change["ip_version"], change["protocol"], change["position"]) for change in made.changes] == [("ipv4", "tcp", "2"), ("ipv4", "udp", "2")]


def test_tripleo_is_told_from_plain_iptables():
    rule = '-A INPUT -m comment --comment "999 drop all ipv4" -j DROP\n'
    assert plan.make(host({"iptables-save -t filter": DROPPING % rule}), request()).backends == ["tripleo"]


@pytest.mark.parametrize("name", ["edpm", "tripleo"])
def test_openstack_nodes_are_told_by_their_chains(name):
    made = plan.make(host({"nft -j -a list ruleset": ruleset(name)}), request())
    assert made.backends == [name]
    assert kinds(made) == ["nftables"]
    permanent = plan.make(host({"nft -j -a list ruleset": ruleset(name)}), request(permanent=True))
    assert kinds(permanent) == ["snippet"]
    rules = json.loads(permanent.changes[0]["content"])
    assert {"proto": "udp", "dport": [5201], "source": "192.0.2.7", "state": []} in [rule["rule"] for rule in rules]


def test_the_host_itself_needs_no_rule():
    own = host(FIREWALLD)
    own.interface_to = lambda source: "lo" if source == "192.0.2.7" else "eth0"
    assert set(change["rule"].split('"')[3] for change in plan.make(own, request()).changes) == {"2001:db8::7"}


def test_rules_that_were_generated_but_not_loaded_remain():
    change, = plan.make(host({"nft -j -a list ruleset": ruleset("edpm")}), request(permanent=True)).changes
    assert not effect.remains(host(), change)
    there = host(files={"/etc/nftables/edpm-rules.nft": 'add rule inet filter EDPM_INPUT comment "450 nfv.iperf port 5201 run r1 tcp from 192.0.2.7"'})
    assert effect.remains(there, change) and effect.generated(there, change) and not effect.in_force(there, change)


def test_several_firewalls_at_once_are_all_opened():
    commands = dict(FIREWALLD, **{"nft -j -a list ruleset": ruleset("site"), "ip6tables-save -t filter": DROPPING % ""})
    assert plan.make(host(commands), request()).backends == ["firewalld", "iptables", "nftables"]


def test_a_named_backend_is_the_only_one():
    commands = dict(FIREWALLD, **{"nft -j -a list ruleset": ruleset("site")})
    assert plan.make(host(commands), request(backend="nftables")).backends == ["nftables"]
    assert plan.make(host(commands), request(backend="none")).backends == []


@pytest.mark.parametrize("backend", ["firewalld", "ufw", "nftables", "edpm"])
def test_a_named_backend_that_is_not_there_is_an_error(backend):
    with pytest.raises(FirewallError) as caught:
        plan.make(host({"nft -j -a list ruleset": None}), request(backend=backend))
    assert backend in str(caught.value)


def test_permanent_nftables_has_a_unit_that_puts_the_rules_in_at_boot():
    commands = {"nft -j -a list ruleset": ruleset("site"), "iptables-save -t filter": "# Table `filter' is incompatible, use 'nft' tool.\n"}
    made = plan.make(host(commands), request("192.0.2.7", permanent=True))
    assert kinds(made) == ["nftables", "unit"]
    unit = made.changes[1]
    assert unit["path"] == "/etc/systemd/system/nfv-iperf-port-5201-r1.service"
    assert ('ExecStart=/usr/bin/env nft "insert rule ip filter guard ip saddr 192.0.2.7 tcp dport 5201 accept comment \\"nfv.iperf port 5201 run r1\\""'
            in unit["content"].splitlines())


def test_conntrack_settings_are_raised_and_never_lowered():
    made = plan.make(host(files=SYSCTLS), request(acct=True, timeout=7200))
    assert [(change["before"], change["after"]) for change in made.changes] == [("0", "1"), ("300", "7200")]
    made = plan.make(host(files=SYSCTLS), request(timeout=60))
    assert [(change["before"], change["after"]) for change in made.changes] == [("300", "300")]
    assert effect.in_force(host(files=SYSCTLS), made.changes[0])


def test_conntrack_that_is_not_in_use_is_told():
    made = plan.make(host(), request(acct=True))
    assert made.changes == [] and "nf_conntrack_acct" in made.notes[0]


def test_notrack_without_a_firewall_still_makes_its_table():
    made = plan.make(host(), request(notrack=True))
    assert [change["notrack_table"] for change in made.changes] == ["nfv_iperf_5201_r1"]


def test_notrack_keeps_out_of_the_tables_of_others():
    commands = {"nft -j -a list ruleset": ruleset("edpm"), "iptables-save -t filter": DROPPING % ""}
    change = plan.make(host(commands), request(notrack=True, backend="iptables")).changes[-1]
    assert "inet filter" in change["skip_tables"] and "ip filter" in change["skip_tables"]
    opened = json.loads(ruleset("edpm"))
    opened["nftables"].append({"table": {"family": "inet", "name": "nfv_iperf_5201_r1"}})
    commands["nft -j -a list ruleset"] = json.dumps(opened)
    assert plan.make(host(commands), request(notrack=True, backend="iptables")).changes[-1] == change


def test_notrack_without_nft_is_refused():
    with pytest.raises(FirewallError):
        plan.make(host({"nft -j -a list ruleset": None}), request(notrack=True))


def test_effect_of_iptables_rules():
    line = '-A INPUT -s 192.0.2.7/32 -p tcp -m tcp --dport 5201 -m comment --comment "nfv.iperf port 5201 run r1" -j ACCEPT\n'
    tcp, udp = plan.make(host({"iptables-save -t filter": DROPPING % ""}), request("192.0.2.7")).changes
    there = host({"iptables-save -t filter": DROPPING % line})
    assert effect.in_force(there, tcp) and effect.remains(there, tcp)
    assert not effect.in_force(there, udp) and not effect.remains(there, udp)
    wider = plan.make(there, request("192.0.2.7", "192.0.2.9")).changes[0]
    assert not effect.in_force(there, wider) and effect.remains(there, wider)


def test_effect_of_firewalld_rules():
    change = plan.make(host(FIREWALLD), request("192.0.2.7")).changes[0]
    assert not effect.in_force(host(FIREWALLD), change)
    assert effect.in_force(host(dict(FIREWALLD, **{"firewall-cmd --list-all-zones": ZONES % ("\t" + change["rule"])})), change)


def test_a_setting_that_somebody_else_has_changed_is_his():
    change = plan.make(host(files=SYSCTLS), request(timeout=7200)).changes[0]
    path = "/proc/sys/" + plan.ESTABLISHED.replace(".", "/")
    assert effect.remains(host(files={path: "7200"}), change)
    assert not effect.remains(host(files={path: "9000"}), change)
