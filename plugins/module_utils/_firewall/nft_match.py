# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a packet of our test match an nftables statement? PRIVATE to the collection.

The statements are those of libnftables-json(5).
"""

from .packet import MAYBE, NO, YES, among, arrives, first_flags, from_sources, negate, to_type

# libnftables-json(5): payload protocols that a TCP or UDP packet of either family never has
FOREIGN = ("icmp", "icmpv6", "igmp", "sctp", "dccp", "udplite", "ah", "esp", "comp", "arp", "vlan")
TCP_FLAGS = {"payload": {"protocol": "tcp", "field": "flags"}}
PROTOCOL_NUMBERS = {6: "tcp", 17: "udp", 1: "icmp", 58: "ipv6-icmp", 132: "sctp"}


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


def _words(value):
    return set(str(word) for word in _flat(value))


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
