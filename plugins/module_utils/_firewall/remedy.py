# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that open a port, as an operator types them, for each firewall. PRIVATE to the collection.

Pure text, nothing is run. What is typed here lasts until the firewall is loaded anew, where the firewall has such a thing; LASTING says how it is kept.
"""

import shlex

from . import firewalld
from .addresses import family_of
from .iptables import COMMANDS

# backend: (command for one protocol and source, with the fields of _fields())
OPENING = (
    ("firewalld", "firewall-cmd --add-rich-rule={rule}"),
    ("ufw", "ufw prepend allow from {source} to any port {port} proto {protocol}"),
    ("nftables", "nft insert rule inet filter input {saddr} saddr {source} {protocol} dport {port} accept"),
    ("iptables", "{iptables} -I INPUT -s {source} -p {protocol} --dport {port} -j ACCEPT"),
    ("tripleo", "tripleo_firewall_rules: {{'301 iperf {protocol}': {{proto: {protocol}, dport: {port}, source: {source}}}}}"),
    ("edpm", "/var/lib/edpm-config/firewall/iperf-{protocol}.yaml: [{{rule_name: 450 iperf {protocol},"
             " rule: {{proto: {protocol}, dport: [{port}], source: {source}}}}}], then role osp.edpm.edpm_nftables"),
)
LASTING = {
    "firewalld": "To keep it over a reload: firewall-cmd --runtime-to-permanent",
    "ufw": "",
    "nftables": "To keep it over a reboot, write it into the file that nftables.service loads",
    "iptables": "To keep it over a reboot, save it with the tool of the distribution (netfilter-persistent save, service iptables save)",
    "tripleo": "To keep it, give it to TripleO: set tripleo_firewall_rules and run its role tripleo_firewall",
    "edpm": "To keep it, give it to EDPM: put the rule into /var/lib/edpm-config/firewall and run its role osp.edpm.edpm_nftables",
}


def _fields(port, protocol, source):
    family = family_of(source)
    return {"port": port, "protocol": protocol, "source": source, "saddr": "ip" if family == "ipv4" else "ip6",
            "iptables": COMMANDS[family], "rule": shlex.quote(firewalld.rich_rule(family, source, port, protocol))}


def opening(port, protocols, source):
    """["firewalld: firewall-cmd ...", ...]: for a node whose firewall is not known, a line a firewall and protocol; source: address or CIDR."""
    return ["%s: %s" % (backend, text.format(**_fields(port, protocol, source))) for backend, text in OPENING for protocol in protocols]


def command(change):
    """The command that makes a change of plan.make(), [] words for one that needs more than a command (see nft() for nftables)."""
    kind = change["kind"]
    if kind == "firewalld":
        words = ["firewall-cmd", "--zone=" + change["zone"], "--add-rich-rule=" + change["rule"]]
        return words + ["--permanent"] if change["permanent"] else words
    if kind == "ufw":
        words = ["ufw", "prepend", "allow", "from", change["source"], "to", "any", "port", change["port"]]
        return words if change["protocol"] == "any" else words + ["proto", change["protocol"]]
    if kind == "iptables":
        side = ["--dport", change["dport"]] if change["dport"] else ["--sport", change["sport"]]
        return [COMMANDS[change["ip_version"]], "-I", "INPUT", change["position"], "-s", change["source"],
                "-p", change["protocol"]] + side + ["-j", "ACCEPT"]
    return []


def nft(accept):
    """The command that puts an nft_rules.Accept where it has to be."""
    place = accept.place
    if place.handle is None:
        return ["nft", "add", "rule"] + place.chain.where.split() + accept.text.split()
    return ["nft", "insert", "rule"] + place.chain.where.split() + ["position", str(place.handle)] + accept.text.split()


def line(words):
    """Words as one line for a shell."""
    return " ".join(shlex.quote(word) for word in words)
