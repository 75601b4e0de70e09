# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables: does its INPUT chain drop, and where an accept goes. PRIVATE to the collection.

Reads the text of `iptables-save -t filter`. An accept goes behind the leading run of rules that only accept (established
connections stay the first thing looked at) and before the first rule that does anything else.
"""

import re
import shlex

# what iptables-nft-save says of a table, or of base chains in it, that nft alone understands
INCOMPATIBLE = re.compile(r"incompatible.*use 'nft' tool")
COMMANDS = {"ipv4": "iptables", "ipv6": "ip6tables"}
STOPPERS = ("DROP", "REJECT", "NFQUEUE", "QUEUE")
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
