# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An nftables ruleset as `nft -j list ruleset` prints it (libnftables-json(5)). PRIVATE to the collection.

Only what placing a rule needs: tables, chains in order, rules in order with their handles, and the elements of named sets.
Nothing here runs a command.
"""

import json


class Rule:
    """One rule: handle, comment ("" when it has none) and its list of JSON statements."""

    def __init__(self, data):
        self.handle = data["handle"]
        self.comment = data.get("comment", "")
        self.statements = data.get("expr", [])


class Chain:
    """One chain; hook, type and policy are "" when it is no base chain."""

    def __init__(self, data):
        self.family = data["family"]
        self.table = data["table"]
        self.name = data["name"]
        self.hook = data.get("hook", "")
        self.type = data.get("type", "")
        self.priority = data.get("prio", 0)
        self.policy = data.get("policy", "accept" if self.hook else "")
        self.rules = []

    @property
    def where(self):
        """The chain's address as nft commands write it: "inet filter input"."""
        return "%s %s %s" % (self.family, self.table, self.name)

    def __repr__(self):
        return "Chain(%s)" % self.where


class Ruleset:
    """All tables of a host. `chains` {(family, table, name): Chain}, `sets` {(family, table, name): elements}, `tables` [(family, name)]."""

    def __init__(self):
        self.tables = []
        self.chains = {}
        self.sets = {}

    @classmethod
    def parse(cls, text):
        """Read the output of `nft -j list ruleset`. ValueError when it is not that."""
        ruleset = cls()
        for item in json.loads(text or '{"nftables": []}')["nftables"]:
            for kind, data in item.items():
                ruleset._take(kind, data)
        return ruleset

    def _take(self, kind, data):
        if kind == "table":
            self.tables.append((data["family"], data["name"]))
        elif kind == "chain":
            chain = Chain(data)
            self.chains[(chain.family, chain.table, chain.name)] = chain
        elif kind in ("set", "map"):
            self.sets[(data["family"], data["table"], data["name"])] = data.get("elem", [])
        elif kind == "rule":
            self.chains[(data["family"], data["table"], data["chain"])].rules.append(Rule(data))

    def base_chains(self, hook, skip_tables=()):
        """Filter chains of a hook that see IP packets on their way to this host, by priority; `skip_tables` [(family, name)]."""
        found = [chain for chain in self.chains.values()
                 if chain.hook == hook and chain.type == "filter" and chain.family in ("ip", "ip6", "inet")
                 and (chain.family, chain.table) not in skip_tables]
        return sorted(found, key=lambda chain: chain.priority)

    def commented(self, comment):
        """[(Chain, Rule)] of all rules that carry exactly this comment."""
        return [(chain, rule) for chain in self.chains.values() for rule in chain.rules if rule.comment == comment]

    def mentioned(self, text):
        """True when a rule's comment contains the text."""
        return any(text in rule.comment for chain in self.chains.values() for rule in chain.rules)

    def without(self, text):
        """A copy without the rules whose comment contains the text; chains and rules are shared otherwise."""
        copy = Ruleset()
        copy.tables, copy.sets = self.tables, self.sets
        for key, chain in self.chains.items():
            twin = Chain.__new__(Chain)
            twin.__dict__.update(chain.__dict__)
            twin.rules = [rule for rule in chain.rules if text not in rule.comment]
            copy.chains[key] = twin
        return copy
