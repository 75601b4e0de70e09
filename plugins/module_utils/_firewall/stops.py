# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a host's firewalls stops a packet as they are now, whoever made their rules. PRIVATE to the collection.

Each firewall is read in the form that says most: iptables, and ufw with it, in what iptables-save prints, everything else, firewalld's tables among it, as
nftables. (nft prints iptables' matches without what they compare.) What ufw stops is told as the rule of ufw's that does.
"""

from . import addresses, iptables, iptables_walk, nft_rules, ufw
from .nft_walk import Walk

SAVED = {"ipv4": ("ip", "filter"), "ipv6": ("ip6", "filter")}


def stops(host, source, port, protocol, untracked=False):
    """[what stops it, in words]: empty when packets of "tcp" or "udp" from `source` (address or CIDR) get to the port.

    untracked: connection tracking does not see them. What cannot be told for sure counts as stopped. Raises FirewallError, ValueError.
    """
    sources = addresses.normalise([source])
    found = []
    for family in addresses.FAMILIES:
        if sources[family]:
            found += _stops(host, family, sources, port, protocol, "untracked" if untracked else "new")
    return found


def _stops(host, family, sources, port, protocol, state):
    source = sources[family][0]
    interface = host.interface_to(source)
    if interface == "lo":
        return []  # an address of this host itself
    packet = next(nft_rules.Request(port, (protocol,), {family: sources[family]}, "").packets())
    packet.interface, packet.ct_state = interface, state
    found = _iptables(host, packet)
    if host.nft is not None:
        told = [SAVED[one] for one in addresses.FAMILIES if host.iptables[one].policy]
        for base in host.nft.base_chains("input", told):
            if (base.family, family) in (("ip", "ipv6"), ("ip6", "ipv4")):
                continue
            place = Walk(host.nft, base, packet).place()
            if place is not None:
                found.append("chain " + place.chain.where)
    return found


def _iptables(host, packet):
    """What of iptables stops the packet, in ufw's words if it is a rule of ufw's."""
    saved = host.iptables[packet.family]
    if saved.policy and not iptables_walk.stops(saved, packet):
        return []
    told = _ufw(host.ufw, packet) if host.ufw else []
    return told or (["chain INPUT of %s" % iptables.COMMANDS[packet.family]] if saved.policy else [])


def _ufw(state, packet):
    if packet.family == "ipv6" and not state["ipv6"]:
        return []
    rule = ufw.decides(state, packet)
    if rule is None:
        return [] if state["default"] == "ACCEPT" else ["ufw (its default for incoming packets)"]
    return [] if rule.startswith("allow ") else ["ufw (%s)" % rule]
