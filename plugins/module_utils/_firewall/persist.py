# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that survive a reboot where the firewall's own module cannot make them. PRIVATE to the collection.

firewalld and ufw keep what they are told. TripleO and EDPM generate their rules from snippets, so ours goes in as a snippet
and their role generates. Plain nftables and iptables have one file that belongs to the administrator: instead of editing it
a unit of our own puts the rules in again at boot, after the services that load that file.
"""

import json

UNIT = """\
# {comment}: made by the role nfv.iperf.control_port, taken away with control_port_state: closed
[Unit]
Description=Open the iperf control port {port} ({comment})
After=nftables.service iptables.service ip6tables.service netfilter-persistent.service
PartOf=nftables.service iptables.service ip6tables.service netfilter-persistent.service
Before=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
{commands}

[Install]
WantedBy=multi-user.target
"""
SNIPPETS = {"edpm": "/var/lib/edpm-config/firewall", "tripleo": "/var/lib/tripleo-config/firewall"}
FIRST_NUMBER = 450      # TripleO and EDPM sort rules by name: behind the services' own, before "999 ..."


def unit(request, commands):
    """Change: a systemd unit that runs the commands (lists of words) at boot."""
    name = "nfv-iperf-port-%d-%s.service" % (request.port, request.run)
    lines = "\n".join("ExecStart=" + " ".join(_quote(word) for word in command) for command in commands)
    return {"kind": "unit", "id": "unit %s" % name, "name": name, "path": "/etc/systemd/system/" + name,
            "content": UNIT.format(comment=request.comment, port=request.port, commands=lines)}


def _quote(word):
    """A word of ExecStart= (systemd.service(5), command lines)."""
    word = word.replace("%", "%%").replace("$", "$$")
    return '"%s"' % word.replace('"', '\\"') if not word.replace("/", "").replace("-", "").replace(".", "").isalnum() else word


def nft_command(accept, comment):
    """What the unit runs for an accept: handles change with each boot, so the rule goes to the chain's head."""
    return ["/usr/bin/env", "nft", "insert rule %s %s comment \"%s\"" % (accept.place.chain.where, accept.text, comment)]


def iptables_command(change):
    """What the unit runs for an iptables change; the words match those that take the rule back."""
    side = ["--dport", change["dport"]] if change["dport"] else ["--sport", change["sport"], "-m", "conntrack", "--ctstate", "UNTRACKED"]
    return (["/usr/bin/env", "iptables" if change["ip_version"] == "ipv4" else "ip6tables", "-w", "-I", "INPUT", "-p", change["protocol"],
             "-s", change["source"], "-j", "ACCEPT"] + side + ["-m", "comment", "--comment", change["comment"]])


def _rules(request):
    """[(rule name, rule)] in the words of TripleO and EDPM, one per source and protocol."""
    rules = []
    for dummy, source in request.pairs():
        for protocol in request.protocols:
            name = "%d %s %s from %s" % (FIRST_NUMBER, request.comment, protocol, source)
            rules.append((name, {"proto": protocol, "dport": [request.port], "source": source, "state": []}))
            if request.notrack:
                rules.append(("%d %s %s replies from %s" % (FIRST_NUMBER + 1, request.comment, protocol, source), {
                    "proto": protocol, "sport": request.port, "source": source, "state": ["UNTRACKED"]}))
    return rules


def snippet(request, flavour):
    """Change: the rules as a snippet (a YAML list; JSON is YAML) that TripleO's or EDPM's role generates nft rules from."""
    path = "%s/nfv-iperf-%d-%s.yaml" % (SNIPPETS[flavour], request.port, request.run)
    content = json.dumps([{"rule_name": name, "rule": rule} for name, rule in _rules(request)], indent=2, sort_keys=True) + "\n"
    return {"kind": "snippet", "id": "snippet %s" % path, "path": path, "content": content, "flavour": flavour, "comment": request.comment,
            "generated": "/etc/nftables/%s-rules.nft" % flavour}


def tripleo_firewall(request):
    """Change: rules for TripleO's role tripleo_firewall, which writes them to iptables and saves them."""
    sources = ",".join(source for dummy, source in request.pairs())
    return {"kind": "tripleo_firewall", "id": "tripleo_firewall %s from %s" % (request.comment, sources), "comment": request.comment,
            "rules": dict((name, dict(rule, state=rule["state"] or ["NEW"])) for name, rule in _rules(request))}
