# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets of our tests, as far as they are known before they come, and what is sure about them. PRIVATE to the collection.

They are known only in part: family, protocol, one port, the state in conntrack, the interface, and that the source is among some networks. So there are
three answers, YES, NO and MAYBE, and whatever is not understood is MAYBE. The callers treat "may be dropped" as dropped and "may be accepted" as not
accepted: an answer that is too careful costs a rule that was not needed, never a test that fails.
"""

import ipaddress

YES, NO, MAYBE = "yes", "no", "maybe"


class Packet:
    """The first packet of one kind of flow: family "ipv4"/"ipv6", protocol "tcp"/"udp", dport or sport (the other is None:
    unknown), ct_state "new" or "untracked", sources: list of networks it may come from, interface: that it comes in by, "" when unknown."""

    def __init__(self, family, protocol, sources, dport=None, sport=None, ct_state="new", interface=""):
        self.family = family
        self.protocol = protocol
        self.sources = sources
        self.dport = dport
        self.sport = sport
        self.ct_state = ct_state
        self.interface = interface


def both(first, second):
    """YES only when both are, NO when one is."""
    if NO in (first, second):
        return NO
    return YES if first == second == YES else MAYBE


def negate(answer):
    return {YES: NO, NO: YES, MAYBE: MAYBE}[answer]


def among(answers):
    """One of several elements: YES when one is, NO when none can be."""
    answers = list(answers)
    if YES in answers:
        return YES
    return MAYBE if MAYBE in answers else NO


# -- what a firewall may ask about a packet --------------------------------------------------------------------------------------

def arrives(name, packet):
    """Does the packet come in by the interface of this name, or one that begins so ("eth*")?"""
    if name == "lo":
        return NO  # the packets come from another host
    if not packet.interface or not isinstance(name, str):
        return MAYBE
    return YES if packet.interface == name or (name.endswith("*") and packet.interface.startswith(name[:-1])) else NO


def to_type(name):
    """Are packets to this host of this type of address (`fib daddr type`, `--dst-type`)?"""
    return MAYBE if not isinstance(name, str) else YES if name.lower() == "local" else NO


def first_flags(mask, wanted):
    """Does the first packet of a TCP connection, a SYN, have of the flags in `mask` exactly those wanted? Both are sets of lower case names."""
    return YES if mask & {"syn"} == wanted else NO


def to_port(text, port):
    """Is the port in a list such as "22,5000:5300"?"""
    answers = []
    for part in text.split(","):
        first, dummy, last = part.partition(":")
        known = first.isdigit() and (last or first).isdigit()
        answers.append((YES if int(first) <= port <= int(last or first) else NO) if known else MAYBE)
    return among(answers)


def from_sources(values, sources):
    """YES when every source lies in the values, NO when none touches them."""
    ranges = []
    for value in values:
        found = span(value)
        if found is None:
            return MAYBE
        ranges.append(found)
    touched = inside = 0
    for network in sources:
        first, last = int(network.network_address), int(network.broadcast_address)
        touched += any(low <= last and first <= high for low, high in ranges)
        inside += any(low <= first and last <= high for low, high in ranges)
    if not touched:
        return NO
    return YES if inside == len(sources) else MAYBE


def span(value):
    """(first, last) of an address, prefix or range as numbers; None when it is not understood."""
    try:
        if isinstance(value, str):
            network = ipaddress.ip_network(value, strict=False)
        elif isinstance(value, dict) and "prefix" in value:
            network = ipaddress.ip_network("%s/%d" % (value["prefix"]["addr"], value["prefix"]["len"]), strict=False)
        elif isinstance(value, dict) and "range" in value:
            return tuple(int(ipaddress.ip_address(end)) for end in value["range"])
        else:
            return None
    except (ValueError, KeyError, TypeError):
        return None
    return int(network.network_address), int(network.broadcast_address)


def merged(spans):
    """The spans sorted, those that touch made one: nft prints neighbouring addresses as a range, however they were written."""
    found = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
