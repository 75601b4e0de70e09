# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a packet through an nftables base chain to the place that would drop it. PRIVATE to the collection.

Theory. An accept ends the base chain it is in and no other: a packet must pass every base chain of the hook, so each one
that would drop needs a rule of its own, and a rule in a table of one's own helps nobody. Within a base chain the packet
meets rules in order, follows jumps and gotos, and at the end the policy. The first rule that drops, rejects or queues it,
or may do so, is the one to come before; when only the policy drops, the rule goes to the end of the base chain. Log rules
straight before that place belong to it: a packet that will be accepted is not to be logged as dropped.
"""

from .nft_match import equal, match
from .packet import MAYBE, NO, YES, both

STOPPERS = ("drop", "reject", "queue")
TERMINAL = STOPPERS + ("accept", "return", "jump", "goto", "continue")
DEPTH = 16      # the kernel's own limit of nested jumps (NFT_JUMP_STACK_SIZE)


class Place:
    """Where an accept has to go: chain and the handle of the rule to come before (None: the chain's end)."""

    def __init__(self, chain, handle=None):
        self.chain = chain
        self.handle = handle

    def __repr__(self):
        return "Place(%s, %r)" % (self.chain.where, self.handle)


class Walk:
    """One packet's way through one base chain; ask place()."""

    def __init__(self, ruleset, base, packet):
        self._ruleset = ruleset
        self._base = base
        self._packet = packet
        self._log = None        # the first log rule of the run that leads up to where we are

    def place(self):
        """The Place that an accept needs, or None when the packet surely gets through this base chain."""
        end = self._chain(self._base, 0)
        if isinstance(end, Place):
            return self._log or end
        if end == "accept" or self._base.policy != "drop":
            return None
        return self._log or Place(self._base)

    def _chain(self, chain, depth):
        """A Place that stops the packet, "accept", or None when it leaves at the end (or may)."""
        if depth > DEPTH:
            return None
        sure = YES      # MAYBE once the packet may have left this chain early
        for rule in chain.rules:
            for matches, verdict, target in self._outcomes(chain, rule):
                if matches == NO:
                    continue
                if verdict == "log":
                    self._log = self._log or Place(chain, rule.handle)
                    continue
                if verdict in STOPPERS:
                    return Place(chain, rule.handle)
                if verdict == "accept":
                    if both(sure, matches) == YES:
                        return "accept"
                    self._log = None
                elif verdict == "return":
                    if matches == YES:
                        return None
                    sure = MAYBE
                elif verdict in ("jump", "goto"):
                    end = self._jump(chain, target, depth)
                    if isinstance(end, Place):
                        return end
                    if both(sure, matches) == YES and end == "accept":
                        return end
                    if verdict == "goto":
                        if matches == YES:
                            return None
                        sure = MAYBE
        return None

    def _jump(self, chain, target, depth):
        inner = self._ruleset.chains.get((chain.family, chain.table, target))
        return self._chain(inner, depth + 1) if inner else None

    def _outcomes(self, chain, rule):
        """[(answer, verdict, target)] of a rule, in order: one, or one per element of a verdict map."""
        def elements_of(name):
            return self._ruleset.sets.get((chain.family, chain.table, name))

        answer = YES
        logs = False
        for statement in rule.statements:
            if not isinstance(statement, dict) or len(statement) != 1:
                answer = both(answer, MAYBE)
                continue
            (kind, body), = statement.items()
            if kind == "match":
                answer = both(answer, match(body, self._packet, elements_of))
            elif kind in ("limit", "xt", "quota", "ct count"):
                answer = both(answer, MAYBE)
            elif kind == "log":
                logs = True
            elif kind == "vmap":
                return self._verdict_map(answer, body, elements_of)
            elif kind in TERMINAL:
                return [(answer, kind, (body or {}).get("target"))]
        return [(answer, "log", None)] if logs else []

    def _verdict_map(self, answer, body, elements_of):
        data = body.get("data")
        if isinstance(data, str) and data.startswith("@"):
            data = elements_of(data[1:])
        elif isinstance(data, dict):
            data = data.get("set")
        outcomes = []
        for pair in data or []:
            if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], dict):
                continue
            (verdict, target), = pair[1].items()
            found = both(answer, equal(body.get("key"), pair[0], self._packet, elements_of))
            outcomes.append((found, verdict, (target or {}).get("target")))
        return outcomes
