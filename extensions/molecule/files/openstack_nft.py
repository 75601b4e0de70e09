# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate and load nftables rules from snippets as the roles of EDPM and TripleO do: openstack_nft.py edpm|tripleo configure|run

It stands in for osp.edpm.edpm_nftables and tripleo_nftables, whose files, chains and order of rules it follows. Snippets are
read as JSON, which is YAML too, since the node has no YAML parser.
"""

import glob
import json
import os
import subprocess
import sys

FLAVOUR, STEP = sys.argv[1:]
PREFIX = FLAVOUR.upper()
SNIPPETS = "/var/lib/%s-config/firewall" % FLAVOUR
FOLDER = "/etc/nftables"
CHANGED = os.path.join(FOLDER, FLAVOUR + "-rules.nft.changed")
# the layout that iptables-nft knows, in which only the inet tables are used
BASE = [("inet filter", "INPUT", "filter", "input", "filter"), ("inet filter", "OUTPUT", "filter", "output", "filter"),
        ("inet raw", "PREROUTING", "filter", "prerouting", "raw"), ("inet raw", "OUTPUT", "filter", "output", "raw"),
        ("ip filter", "INPUT", "filter", "input", "filter"), ("ip filter", "OUTPUT", "filter", "output", "filter"),
        ("ip6 filter", "INPUT", "filter", "input", "filter"), ("ip6 filter", "OUTPUT", "filter", "output", "filter"),
        ("ip nat", "PREROUTING", "nat", "prerouting", "dstnat"), ("ip nat", "POSTROUTING", "nat", "postrouting", "srcnat")]


def name(part):
    return os.path.join(FOLDER, "%s-%s.nft" % (FLAVOUR, part))


def write(path, lines):
    with open(path, "w") as stream:
        stream.write("".join(line + "\n" for line in lines))


def nft(*paths):
    text = "".join(open(path).read() for path in paths)
    subprocess.run(["nft", "-f", "-"], input=text.encode(), check=True)


def rules():
    """All rules of all snippets, sorted by name."""
    found = []
    for path in sorted(glob.glob(SNIPPETS + "/*.yaml")):
        with open(path) as stream:
            found += json.load(stream)
    return sorted(found, key=lambda rule: rule["rule_name"])


def place(rule):
    return rule.get("table", "filter"), rule.get("chain", "INPUT")


def words(rule):
    """A rule in nft's words, in the order in which the templates put them."""
    yield "add rule inet %s %s_%s" % (rule.get("table", "filter"), PREFIX, rule.get("chain", "INPUT"))
    if "interface" in rule:
        yield "iifname " + rule["interface"]
    for key, field in (("source", "saddr"), ("destination", "daddr")):
        if key in rule:
            yield "%s %s %s" % ("ip6" if ":" in rule[key] else "ip", field, rule[key])
    protocol = rule.get("proto", "all")
    if "sport" in rule:
        yield "%s sport %s" % (protocol, rule["sport"])
    if "dport" in rule:
        ports = rule["dport"] if isinstance(rule["dport"], list) else [rule["dport"]]
        yield "%s dport { %s }" % (protocol, ", ".join(str(port) for port in ports))
    elif protocol not in ("all", "tcp", "udp"):
        yield "meta l4proto " + protocol
    state = rule.get("state", ["NEW"])
    if state:
        yield "ct state " + ",".join(state).lower()
    if "limit" in rule:
        yield "limit rate %s burst %d packets" % (rule["limit"].replace("/min", "/minute"), rule.get("limit_burst", 5))
    yield "counter"
    jump = rule.get("jump", "accept").lower()
    yield 'log prefix "%s"' % rule["prefix"] if jump == "log" else jump


def configure():
    os.makedirs(FOLDER, exist_ok=True)
    everything = rules()
    places = []
    for rule in everything:
        if place(rule["rule"]) not in places:
            places.append(place(rule["rule"]))
    write(os.path.join(FOLDER, "iptables.nft"), [
        "add table %s\nadd chain %s %s { type %s hook %s priority %s; policy accept; }" % (table, table, chain, kind, hook, priority)
        for table, chain, kind, hook, priority in BASE])
    write(name("chains"), ["add chain inet %s %s_%s" % (table, PREFIX, chain) for table, chain in places])
    write(name("flushes"), ["flush chain inet %s %s_%s" % (table, PREFIX, chain) for table, chain in places])
    write(name("jumps"), ["insert rule inet %s %s jump %s_%s" % (table, chain, PREFIX, chain) for table, chain in places])
    listing = subprocess.run(["nft", "list", "ruleset"], stdout=subprocess.PIPE, check=True).stdout.decode()
    write(name("update-jumps"), ["insert rule inet %s %s jump %s_%s" % (table, chain, PREFIX, chain) for table, chain in places
                                 if "jump %s_%s" % (PREFIX, chain) not in listing])
    write(name("rules"), ['%s comment "%s"' % (" ".join(words(rule["rule"])), rule["rule_name"]) for rule in everything]
          + ["add chain inet filter INPUT { policy drop; }"])
    write(CHANGED, [])


def run():
    if "inet filter" not in subprocess.run(["nft", "list", "tables"], stdout=subprocess.PIPE, check=True).stdout.decode():
        nft(os.path.join(FOLDER, "iptables.nft"))
    nft(name("chains"))
    if os.path.exists(CHANGED):
        nft(name("flushes"), name("rules"), name("update-jumps"))
        os.unlink(CHANGED)


{"configure": configure, "run": run}[STEP]()
