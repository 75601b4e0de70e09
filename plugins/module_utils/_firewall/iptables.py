# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables: does its INPUT chain drop, and where an accept goes. PRIVATE to the collection.

Reads the text of `iptables-save -t filter`. An accept goes behind the leading run of rules that only accept (established
connections stay the first thing looked at) and before the first rule that does anything else.
"""

import re
import shlex

from .nft_match import MAYBE, NO, YES, among, arrives, both, first_flags, from_sources, to_type

# what iptables-nft-save says of a table, or of base chains in it, that nft alone understands
INCOMPATIBLE = re.compile(r"incompatible.*use 'nft' tool")
COMMANDS = {"ipv4": "iptables", "ipv6": "ip6tables"}
STOPPERS = ("DROP", "REJECT", "NFQUEUE", "QUEUE")
# Targets after which a packet goes on to the next rule.
GO_ON = ("", "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "SECMARK", "CONNSECMARK", "AUDIT", "TRACE", "SET")
DEPTH = 16
TRIPLEO_DROP = re.compile(r"^999 drop all\b")


class Filter:
    """The filter table of one family: policy of INPUT ("" = no such table), chains {name: [list of words]}."""

    def __init__(self, text):
        self.policy = ""
        self.chains = {}
        inside = False
        for line in text.splitlines():
            if line.startswith("*"):
                inside = line.strip() == "*filter"
            elif inside and line.startswith(":"):
                name, policy = line[1:].split()[:2]
                self.chains[name] = []
                if name == "INPUT":
                    self.policy = policy
            elif inside and line.startswith("-A "):
                words = shlex.split(line)
                self.chains.setdefault(words[1], []).append(words[2:])

    @property
    def blocks(self):
        """True when something in INPUT, or in a chain that it leads to, may drop or reject a packet."""
        return bool(self.policy) and (self.policy != "ACCEPT" or self._drops("INPUT", set()))

    def _drops(self, name, seen):
        seen.add(name)
        for words in self.chains.get(name, []):
            target = target_of(words)
            if target in STOPPERS:
                return True
            if target in self.chains and target not in seen and self._drops(target, seen):
                return True
        return False

    @property
    def accept_position(self):
        """Number (from 1) that a new accept gets in INPUT; one more than there are rules means: at the end."""
        position = 1
        for words in self.chains.get("INPUT", []):
            if target_of(words) != "ACCEPT":
                break
            position += 1
        return position

    @property
    def is_tripleo(self):
        """True when TripleO's role tripleo_firewall wrote the chain: it ends in "999 drop all"."""
        return any(TRIPLEO_DROP.match(comment_of(words)) for words in self.chains.get("INPUT", []))

    @property
    def is_firewalld(self):
        """True when firewalld with its iptables backend owns the chain."""
        return "INPUT_ZONES" in self.chains or "IN_public" in self.chains

    def has_comment(self, comment):
        """True when a rule's comment is or contains this one."""
        return any(comment in comment_of(words) for rules in self.chains.values() for words in rules)


def target_of(words):
    """The target of a rule's words, "" when it has none."""
    for option in ("-j", "-g"):
        if option in words:
            return words[words.index(option) + 1]
    return ""


def comment_of(words):
    """The comment of a rule's words, "" when it has none."""
    return words[words.index("--comment") + 1] if "--comment" in words else ""


# -- a packet's way -------------------------------------------------------------------------------------------------------------

def stops(table, packet):
    """Whether a Filter stops an nft_match.Packet, or may; what is not understood may match."""
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
        answer = both(answer, {YES: NO, NO: YES, MAYBE: MAYBE}[found] if negated else found)
        negated = False
    return answer


def _states(value, packet):
    return YES if packet.ct_state.upper() in value.split(",") else NO


def _ports(value, port):
    answers = []
    for part in value.split(","):
        first, dummy, last = part.partition(":")
        answers.append((YES if int(first) <= port <= int(last or first) else NO) if first.isdigit() and (last or first).isdigit() else MAYBE)
    return among(answers)


def _flags(value, packet):
    mask, wanted = (set(part.lower().split(",")) - {"none"} for part in value.split())
    return first_flags(mask, wanted) if packet.protocol == "tcp" and "all" not in mask else MAYBE


MATCHES = {
    "-s": lambda value, packet: from_sources([value], packet.sources),
    "-p": lambda value, packet: YES if value in (packet.protocol, "all") else NO,
    "-i": lambda value, packet: arrives(value[:-1] + "*" if value.endswith("+") else value, packet),
    "--dport": lambda value, packet: _ports(value, packet.dport),
    "--dports": lambda value, packet: _ports(value, packet.dport),
    "--ctstate": _states,
    "--state": _states,
    "--tcp-flags": _flags,
    "--dst-type": lambda value, packet: among(to_type(one) for one in value.split(",")),
    "-f": lambda value, packet: NO,
    "--rt-type": lambda value, packet: NO,
}
