# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a change in force on this host, and is anything of it left? PRIVATE to the collection.

in_force() decides whether a change has to be made, so it is true only for the whole of it. remains() decides whether it has
been taken back, so it is true for any part.
"""

from . import addresses, firewalld, iptables, nft_rules, ufw
from .plan import nft_request


def in_force(host, change):
    """True when all of the change is in force on the Host, whoever made it."""
    return IN_FORCE[change["kind"]](host, change)


def remains(host, change):
    """True when any part of the change is still there after it was taken back."""
    kind = change["kind"]
    if kind == "nftables":
        return host.nft is not None and bool(host.nft.commented(change["comment"]) or ("inet", change["notrack_table"]) in host.nft.tables)
    if kind == "iptables":
        return bool(_iptables_sources(host, change))
    if kind == "sysctl":
        # another value than ours was set by somebody else since, and is his
        return change["before"] != change["after"] and in_force(host, change)
    if kind == "firewalld_file":
        text = host.file(change["path"])
        return bool(text) and firewalld.same_zone(text, host.file(change["builtin"]), change["rules"])
    if kind == "unit":
        return bool(host.file(change["path"]))
    if kind == "snippet":
        return bool(host.file(change["path"]) or generated(host, change))
    return in_force(host, change)


def _firewalld_rule(host, change):
    zones = host.firewalld["permanent" if change["permanent"] else "zones"] if host.firewalld else {}
    return change["rule"] in zones.get(change["zone"], {}).get("rich rules", ())


def _ufw(host, change):
    wanted = ufw.rule_tuple(change["family"], change["source"], change["port"], change["protocol"], change["from_port"])
    return bool(host.ufw) and wanted in host.ufw["tuples"]


def _iptables_sources(host, change):
    """The sources of the change that INPUT has a rule for."""
    sources = set()
    option, port = ("--dport", change["dport"]) if change["dport"] else ("--sport", change["sport"])
    for words in host.iptables[change["ip_version"]].chains.get("INPUT", []):
        pairs = list(zip(words, words[1:]))
        if iptables.comment_of(words) == change["comment"] and ("-p", change["protocol"]) in pairs and (option, port) in pairs and "-s" in words:
            sources.update(addresses.normalise([words[words.index("-s") + 1]])[change["ip_version"]])
    return sources


def _iptables(host, change):
    return _iptables_sources(host, change) == set(change["source"].split(","))


def _nftables(host, change):
    return remains(host, change) and not nft_rules.changes(host.nft, nft_request(change), True)[0]


def _sysctl(host, change):
    return host.sysctl(change["name"]) == change["after"]


def _loaded(host, change):
    """True when rules that were generated from a snippet of ours are loaded; our comment is in their names, which go on."""
    return host.nft is not None and host.nft.mentioned(change["comment"] + " ")


def generated(host, change):
    """True when rules were generated from a snippet of ours, loaded or not: then they have to be generated without it."""
    return _loaded(host, change) or change["comment"] + " " in host.file(change["generated"])


def _snippet(host, change):
    return _file(host, change) and _loaded(host, change)


def _file(host, change):
    return host.file(change["path"]) == change["content"]


def _tripleo_firewall(host, change):
    return any(table.has_comment(change["comment"]) for table in host.iptables.values())


IN_FORCE = {
    "firewalld": _firewalld_rule,
    "firewalld_file": lambda host, change: bool(host.file(change["path"])),
    "ufw": _ufw,
    "iptables": _iptables,
    "nftables": _nftables,
    "sysctl": _sysctl,
    "unit": _file,
    "snippet": _snippet,
    "tripleo_firewall": _tripleo_firewall,
}
