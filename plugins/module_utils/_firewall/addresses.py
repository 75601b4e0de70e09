# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of a firewall rule: which addresses may reach the port. PRIVATE to the collection.

A list that people wrote (addresses and CIDRs of both families, doubles, host bits set) becomes the smallest list of networks
that means exactly the same addresses, per family and sorted, so that the same request always gives the same rules.
"""

import ipaddress

FAMILIES = ("ipv4", "ipv6")


def family_of(text):
    """"ipv4" or "ipv6" of an address or CIDR; ValueError for anything else."""
    return "ipv%d" % ipaddress.ip_network(text, strict=False).version


def normalise(sources):
    """Return {"ipv4": [text, ...], "ipv6": [text, ...]}: exact, collapsed, sorted; a single address has no prefix length.

    Loopback and IPv6 link-local addresses are left out: they never cross the firewall between two hosts under that name.
    Raises ValueError naming the entry that is neither an address nor a CIDR.
    """
    networks = {"ipv4": [], "ipv6": []}
    for source in sources:
        try:
            network = ipaddress.ip_network(str(source).strip(), strict=False)
        except ValueError:
            raise ValueError("%r is neither an IPv4 or IPv6 address nor a CIDR such as 192.0.2.0/24 or 2001:db8::/64" % (source,))
        if network.is_loopback or (network.version == 6 and network.is_link_local):
            continue
        networks["ipv%d" % network.version].append(network)
    return dict((family, [plain(network) for network in ipaddress.collapse_addresses(found)]) for family, found in networks.items())


def plain(network):
    """Text of a network as firewalls print it: a single address without /32 or /128."""
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return str(network)


def as_networks(texts):
    """The texts of normalise() as ipaddress networks."""
    return [ipaddress.ip_network(text) for text in texts]


def first_host(text):
    """An address inside the source, to ask the routing table with."""
    network = ipaddress.ip_network(text, strict=False)
    if network.num_addresses <= 2:
        return str(network.network_address)
    return str(network.network_address + 1)
