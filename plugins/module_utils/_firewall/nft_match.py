# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a packet of our test match an nftables statement? PRIVATE to the collection.

The packets are known only in part: family, protocol, one port, the state in conntrack and that the source is among some
networks. So there are three answers, YES, NO and MAYBE, and whatever this file does not understand is MAYBE. The caller
treats "may be dropped" as dropped and "may be accepted" as not accepted: an answer that is too careful costs a rule that
was not needed, never a test that fails.
"""

import ipaddress

YES, NO, MAYBE = "yes", "no", "maybe"

# libnftables-json(5): payload protocols that a TCP or UDP packet of either family never has
FOREIGN = ("icmp", "icmpv6", "igmp", "sctp", "dccp", "udplite", "ah", "esp", "comp", "arp", "vlan")
TCP_FLAGS = {"payload": {"protocol": "tcp", "field": "flags"}}
PROTOCOL_NUMBERS = {6: "tcp", 17: "udp", 1: "icmp", 58: "ipv6-icmp", 132: "sctp"}


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


def match(statement, packet, elements_of):
    """Answer for one {"match": ...} statement's body. elements_of(name) gives the elements of a named set or None."""
    operator = statement.get("op", "==")
    answer = equal(statement["left"], statement["right"], packet, elements_of, operator)
    if operator in ("==", "in"):
        return answer
    return negate(answer) if operator == "!=" else MAYBE


def equal(left, right, packet, elements_of, operator="=="):
    """Is the packet's value of the expression `left` the value, or in the set, `right`?"""
    if not isinstance(left, dict) or len(left) != 1:
        return MAYBE
    (kind, body), = left.items()
    if isinstance(right, str) and right.startswith("@"):
        right = elements_of(right[1:])
        if right is None:
            return MAYBE
    elif isinstance(right, dict) and "set" in right:
        right = right["set"]
    values = [_element(value) for value in _flat(right)]
    if kind == "meta":
        return _meta(body.get("key"), values, packet)
    if kind == "ct" and body.get("key") == "state":
        return among(YES if value == packet.ct_state else NO for value in values)
    if kind == "payload" and "protocol" in body:
        return _payload(body["protocol"], body.get("field"), values, packet)
    if kind == "fib" and body.get("result") == "type" and _words(body.get("flags")) == {"daddr"}:
        return among(to_type(value) for value in values)
    if kind == "&" and body[0] == TCP_FLAGS and packet.protocol == "tcp":
        return first_flags(_words(body[1]), _words(values))
    return MAYBE


def to_type(name):
    """Are packets to this host of this type of address (`fib daddr type`, `--dst-type`)?"""
    return MAYBE if not isinstance(name, str) else YES if name.lower() == "local" else NO


def first_flags(mask, wanted):
    """Does the first packet of a TCP connection, a SYN, have of the flags in `mask` exactly those wanted? Both are sets of lower case names."""
    return YES if mask & {"syn"} == wanted else NO


def _words(value):
    return set(_flat(value))


def _flat(right):
    """The values of a list, or of flags that some versions of nft join as {"|": [...]}."""
    if isinstance(right, dict) and set(right) == {"|"}:
        right = right["|"]
    if not isinstance(right, list):
        return [right]
    return [value for part in right for value in _flat(part)]


def _element(value):
    """A set element without its timeout, counter and comment."""
    if isinstance(value, dict) and "elem" in value:
        return value["elem"].get("val")
    return value


def _meta(key, values, packet):
    if key == "l4proto":
        return among(_same(value, packet.protocol) for value in values)
    if key in ("nfproto", "protocol"):
        names = ("ipv4", "ip") if packet.family == "ipv4" else ("ipv6", "ip6")
        return among(YES if value in names else NO for value in values)
    if key in ("iif", "iifname"):
        return among(arrives(value, packet) for value in values)
    return MAYBE


def arrives(name, packet):
    """Does the packet come in by the interface of this name, or one that begins so ("eth*")?"""
    if name == "lo":
        return NO  # the packets come from another host
    if not packet.interface or not isinstance(name, str):
        return MAYBE
    return YES if packet.interface == name or (name.endswith("*") and packet.interface.startswith(name[:-1])) else NO


def _payload(protocol, field, values, packet):
    if protocol in FOREIGN:
        return NO
    if protocol in ("ip", "ip6"):
        if (protocol == "ip") != (packet.family == "ipv4"):
            return NO
        if field == "saddr":
            return from_sources(values, packet.sources)
        if field in ("protocol", "nexthdr"):
            return among(_same(value, packet.protocol) for value in values)
        return MAYBE
    if protocol in ("tcp", "udp", "th"):
        if protocol not in (packet.protocol, "th"):
            return NO
        port = {"dport": packet.dport, "sport": packet.sport}.get(field)
        if port is not None:
            return among(_port(value, port) for value in values)
    return MAYBE


def _same(value, name):
    """Compare a protocol that nft prints as a name or a number."""
    if isinstance(value, (str, int)):
        return YES if PROTOCOL_NUMBERS.get(value, value) == name else NO
    return MAYBE


def _port(value, port):
    if isinstance(value, dict) and "range" in value:
        first, last = value["range"]
        if isinstance(first, int) and isinstance(last, int):
            return YES if first <= port <= last else NO
    if isinstance(value, int):
        return YES if value == port else NO
    return MAYBE


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
