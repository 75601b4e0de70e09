# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stops a client as the firewalls are now, our own rules among them."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall.host import Host
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.stops import stops

CLIENT = "192.0.2.1"
UFW = {"/etc/default/ufw": 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n'}
DEFAULT = ["ufw (its default for incoming packets)"]


def host(answers=None, files=None):
    """A node that answers commands by their first word; ip says that everybody is behind eth0."""
    answers = dict({"ip": "192.0.2.1 dev eth0 src 192.0.2.9 uid 0\n"}, **(answers or {}))

    def run(argv, data=None):
        return (0, answers[argv[0]], "") if argv[0] in answers else (127, "", "")
    return Host(run, lambda path: (files or {}).get(path, ""))


def ufw(*rules, **files):
    text = "".join("### tuple ### %s\n-A ufw-user-input ...\n" % rule for rule in rules)
    return host({"ufw": "Status: active\n"}, dict(UFW, **dict({"/etc/ufw/user.rules": text}, **files)))


@pytest.mark.parametrize("rules, found", [
    ((), DEFAULT),
    (("allow any 5201 0.0.0.0/0 any 192.0.2.0/24 in comment=6e66",), []),
    (("allow_log tcp 5000:5300 0.0.0.0/0 any 0.0.0.0/0 in",), []),
    (("allow udp 5201 0.0.0.0/0 any 0.0.0.0/0 in",), DEFAULT),
    (("allow any 5201 0.0.0.0/0 any 198.51.100.0/24 in",), DEFAULT),
    (("allow any 80,5202 0.0.0.0/0 any 0.0.0.0/0 in",), DEFAULT),
    (("allow any 5201 10.0.0.1 any 0.0.0.0/0 in",), DEFAULT),
    (("allow any 5201 0.0.0.0/0 any 0.0.0.0/0 in_eth0",), []),
    (("allow any 5201 0.0.0.0/0 any 0.0.0.0/0 in_eth1",), DEFAULT),
    (("allow any 5201 0.0.0.0/0 any 0.0.0.0/0 out", "route:allow any 5201 0.0.0.0/0 any 0.0.0.0/0 in"), DEFAULT),
    (("allow any 5201 0.0.0.0/0 any 0.0.0.0/0 iPerf - in",), []),
    (("deny any 5201 0.0.0.0/0 any 192.0.0.0/16 in", "allow any 5201 0.0.0.0/0 any 192.0.2.1 in"), ["ufw (deny 5201 from 192.0.0.0/16)"]),
    (("allow any 5201 0.0.0.0/0 any 192.0.2.1 in", "deny any 5201 0.0.0.0/0 any 192.0.0.0/16 in"), []),
    (("limit tcp any 0.0.0.0/0 any 0.0.0.0/0 in",), ["ufw (limit any from anywhere)"]),
])
def test_ufw_decides_by_its_first_rule(rules, found):
    assert stops(ufw(*rules), CLIENT, 5201, "tcp") == found


def test_ufw_by_family_and_default():
    assert stops(ufw("allow any 5201 0.0.0.0/0 any 0.0.0.0/0 in"), "2001:db8::1", 5201, "tcp") == DEFAULT
    assert stops(ufw(**{"/etc/ufw/user6.rules": "### tuple ### allow any 5201 ::/0 any ::/0 in\n"}), "2001:db8::1", 5201, "tcp") == []
    assert stops(ufw(**{"/etc/default/ufw": "IPV6=no\nDEFAULT_INPUT_POLICY=DROP\n"}), "2001:db8::1", 5201, "tcp") == []
    assert stops(ufw(**{"/etc/default/ufw": 'DEFAULT_INPUT_POLICY="ACCEPT"\n'}), CLIENT, 5201, "tcp") == []


def test_what_is_not_among_ufws_rules_is_told_as_iptables():
    saved = "*filter\n:INPUT DROP [0:0]\n:ufw-before-input - [0:0]\n-A INPUT -j ufw-before-input\n%sCOMMIT\n"
    files = dict(UFW, **{"/etc/ufw/user.rules": "### tuple ### allow any 5201 0.0.0.0/0 any 0.0.0.0/0 in\n"})
    accept, drop = ("-A ufw-before-input -p tcp -m tcp --dport 5201 -j %s\n" % target for target in ("ACCEPT", "DROP"))
    assert stops(host({"ufw": "Status: active\n", "iptables-save": saved % accept}, files), CLIENT, 5201, "tcp") == []
    assert stops(host({"ufw": "Status: active\n", "iptables-save": saved % (drop + accept)}, files), CLIENT, 5201, "tcp") == CHAIN
    assert stops(host({"ufw": "Status: active\n", "iptables-save": saved % ""}, UFW), CLIENT, 5201, "tcp") == DEFAULT


OURS = "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 5201 -m comment --comment \"nfv.iperf port 5201 run x\" -j ACCEPT\n"
CHAIN = ["chain INPUT of iptables"]


@pytest.mark.parametrize("policy, rules, found", [
    ("ACCEPT", "", []), ("DROP", "", CHAIN), ("DROP", OURS, []),
    ("ACCEPT", "-A INPUT -j REJECT --reject-with icmp-host-prohibited\n" + OURS, CHAIN),
    ("DROP", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n" + OURS, []),
    ("DROP", "-A INPUT -m conntrack --ctstate INVALID -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP\n" + OURS, CHAIN),
    ("DROP", "-A INPUT ! -s 192.0.2.0/24 -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -m addrtype --dst-type MULTICAST -j DROP\n-A INPUT -m addrtype ! --dst-type LOCAL -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -m rt --rt-type 0 -j DROP\n-A INPUT -f -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -m set --match-set bad src -j DROP\n" + OURS, CHAIN),
    ("DROP", "-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"in: \"\n" + OURS, []),
    ("DROP", "-A INPUT -p udp -m multiport --dports 5000:5300 -j DROP\n" + OURS, []),
    ("DROP", "-A INPUT -p tcp -m multiport --dports 22,5000:5300 -j ACCEPT\n", []),
    ("DROP", "-A INPUT -i eth+ -p tcp -m state --state NEW -j ACCEPT\n", []),
    ("DROP", "-A INPUT -i eth1 -p tcp -j ACCEPT\n", CHAIN),
    ("DROP", "-A INPUT -j SITE\n-A SITE -p udp -j RETURN\n-A SITE -p tcp -j ACCEPT\n", []),
    ("DROP", "-A INPUT -j SITE\n-A SITE -m recent --rcheck -j RETURN\n-A SITE -p tcp -j ACCEPT\n", CHAIN),
    ("ACCEPT", "-A INPUT -g SITE\n-A INPUT -j DROP\n-A SITE -p udp -j DROP\n", []),
    ("ACCEPT", "-A INPUT -j SITE\n-A SITE -j SITE\n", []),
])
def test_iptables_is_followed_rule_by_rule(policy, rules, found):
    text = "*filter\n:INPUT %s [0:0]\n:SITE - [0:0]\n%sCOMMIT\n" % (policy, rules)
    assert stops(host({"iptables-save": text}), CLIENT, 5201, "tcp") == found


def nft(*rules, table=("inet", "site"), policy="drop"):
    listing = [{"table": {"family": table[0], "name": table[1]}},
               {"chain": {"family": table[0], "table": table[1], "name": "in", "hook": "input", "type": "filter", "prio": 0, "policy": policy}},
               {"chain": {"family": table[0], "table": table[1], "name": "zone"}}]
    listing += [{"rule": {"family": table[0], "table": table[1], "chain": chain, "handle": 9, "comment": "nfv.iperf port 5201 run x", "expr": expr}}
                for chain, expr in rules]
    return json.dumps({"nftables": listing})


def matching(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


PORT = matching({"payload": {"protocol": "tcp", "field": "dport"}}, 5201)
IIF = {"meta": {"key": "iifname"}}
FLAGS = {"&": [{"payload": {"protocol": "tcp", "field": "flags"}}, ["fin", "syn", "rst", "ack"]]}
CHAIN_IN, ZONE = ["chain inet site in"], ["chain inet site zone"]


@pytest.mark.parametrize("rules, found", [
    ((), CHAIN_IN),
    ((("in", [PORT, {"accept": None}]),), []),  # a rule of ours counts like any other
    ((("in", [matching(IIF, "eth1"), {"goto": {"target": "zone"}}]), ("in", [PORT, {"accept": None}]), ("zone", [{"drop": None}])), []),
    ((("in", [matching(IIF, "eth*"), {"goto": {"target": "zone"}}]), ("in", [PORT, {"accept": None}]), ("zone", [{"drop": None}])), ZONE),
    ((("in", [matching({"fib": {"result": "type", "flags": ["daddr"]}}, "local", "!="), {"drop": None}]), ("in", [PORT, {"accept": None}])), []),
    ((("in", [matching(FLAGS, "syn", "!="), {"drop": None}]), ("in", [PORT, {"accept": None}])), []),
    ((("in", [matching(FLAGS, ["fin", "syn"]), {"drop": None}]), ("in", [PORT, {"accept": None}])), []),
    ((("in", [matching(FLAGS, "syn"), {"drop": None}]), ("in", [PORT, {"accept": None}])), CHAIN_IN),
])
def test_nftables_is_followed_with_the_interface(rules, found):
    assert stops(host({"nft": nft(*rules)}), CLIENT, 5201, "tcp") == found


def test_each_firewall_is_asked_once_and_all_of_them_count():
    saved = "*filter\n:INPUT DROP [0:0]\n%sCOMMIT\n"
    listed = nft(table=("ip", "filter"))
    assert stops(host({"iptables-save": saved % OURS, "nft": listed}), CLIENT, 5201, "tcp") == []
    assert stops(host({"iptables-save": saved % "", "nft": listed}), CLIENT, 5201, "tcp") == CHAIN
    assert stops(host({"iptables-save": saved % "", "nft": nft()}), CLIENT, 5201, "tcp") == CHAIN + CHAIN_IN


@pytest.mark.parametrize("source, interface", [("127.0.0.1", "eth0"), ("192.0.2.9", "lo")])
def test_a_host_is_not_stopped_by_itself(source, interface):
    assert stops(host({"nft": nft(), "ip": "x dev %s src y\n" % interface}), source, 5201, "tcp") == []
