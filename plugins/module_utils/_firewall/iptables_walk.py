# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a packet through iptables' INPUT chain, as iptables-save prints it (iptables-extensions(8)). PRIVATE to the collection."""

from .iptables import STOPPERS, target_of
from .packet import MAYBE, NO, YES, among, arrives, both, first_flags, from_sources, negate, to_port, to_type

# Targets after which a packet goes on to the next rule.
GO_ON = ("", "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "SECMARK", "CONNSECMARK", "AUDIT", "TRACE", "SET")
# The kernel stops earlier at a loop, which iptables does not let in.
DEPTH = 16


def stops(table, packet):
    """Whether a Filter stops a packet.Packet, or may; what is not understood may match."""
    if not table.policy:
        return False
    end = _walk(table, "INPUT", packet, 0)
    return end == "stop" or (end != "accept" and table.policy != "ACCEPT")


def _walk(table, name, packet, depth):
    """"stop", "accept" (surely), or None when the packet leaves the chain at its end (or may)."""
    sure = YES
    for words in table.chains.get(name, []) if depth <= DEPTH else []:
        answer, target = _matches(words, packet), target_of(words)
        if answer == NO or target in GO_ON:
            continue
        if target in STOPPERS:
            return "stop"
        if target == "ACCEPT":
            end = "accept"
        elif target == "RETURN":
            if answer == YES:
                return None
            sure, end = MAYBE, None
        else:
            end = _walk(table, target, packet, depth + 1)
            if end == "stop":
                return end
            if "-g" in words:
                if answer == YES and end is None:
                    return None
                sure = sure if answer == YES else MAYBE
        if end == "accept" and both(sure, answer) == YES:
            return end
    return None


def _matches(words, packet):
    """Is a rule about the packet? words: behind `-A CHAIN`."""
    answer = YES
    rest = list(words)
    negated = False
    while rest:
        option = rest.pop(0)
        if option == "!":
            negated = True
            continue
        if option in ("-j", "-g"):
            break  # what follows is the target's
        value = rest.pop(0) if rest and not rest[0].startswith("-") and rest[0] != "!" else ""
        if option == "-m" or option == "--comment":
            continue
        if option == "--tcp-flags":
            value += " " + rest.pop(0)
        found = MATCHES[option](value, packet) if option in MATCHES else MAYBE
        answer = both(answer, negate(found) if negated else found)
        negated = False
    return answer


def _states(value, packet):
    return YES if packet.ct_state.upper() in value.split(",") else NO


def _flags(value, packet):
    mask, wanted = (set(part.lower().split(",")) - {"none"} for part in value.split())
    return first_flags(mask, wanted) if packet.protocol == "tcp" and "all" not in mask else MAYBE


MATCHES = {
    "-s": lambda value, packet: from_sources([value], packet.sources),
    "-p": lambda value, packet: YES if value in (packet.protocol, "all") else NO,
    "-i": lambda value, packet: arrives(value[:-1] + "*" if value.endswith("+") else value, packet),
    "--dport": lambda value, packet: to_port(value, packet.dport),
    "--dports": lambda value, packet: to_port(value, packet.dport),
    "--ctstate": _states,
    "--state": _states,
    "--tcp-flags": _flags,
    "--dst-type": lambda value, packet: among(to_type(one) for one in value.split(",")),
    "-f": lambda value, packet: NO,
    "--rt-type": lambda value, packet: NO,
}
