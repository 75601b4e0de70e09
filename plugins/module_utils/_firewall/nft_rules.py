# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accepts that a port needs in an nftables ruleset, and how to put and take them. PRIVATE to the collection.

Our rules are known by their comment. What they should be is computed on the ruleset without them, so the answer does not
depend on whether they are there; a rule that is there and still right stays where it is. All changes of one call go to
`nft -f -` as one batch, which the kernel takes whole or not at all.
"""

from . import addresses
from .nft_walk import Walk
from .packet import Packet, merged, span

SADDR = {"ipv4": "ip", "ipv6": "ip6"}


class Accept:
    """One accept rule: the kind of packet it is for and the Place it needs."""

    def __init__(self, packet, place):
        self.packet = packet
        self.place = place

    @property
    def text(self):
        """The rule as nft reads it, without its comment."""
        words = [_members(SADDR[self.packet.family] + " saddr", self.packet.sources)]
        if self.packet.dport is not None:
            words.append("%s dport %d" % (self.packet.protocol, self.packet.dport))
        else:
            words.append("%s sport %d ct state untracked" % (self.packet.protocol, self.packet.sport))
        return " ".join(words + ["accept"])


def _members(left, sources):
    names = [addresses.plain(source) for source in sources]
    return "%s %s" % (left, names[0]) if len(names) == 1 else "%s { %s }" % (left, ", ".join(names))


class Request:
    """What is wanted: port 1..65535, protocols ("tcp", "udp"), sources of addresses.normalise(), comment (at most 128 bytes,
    the kernel's NFT_USERDATA limit leaves no more), notrack_table: name of the inet table for notrack rules, or "";
    ignored: rules with this text in their comment may go any time and are not relied on."""

    def __init__(self, port, protocols, sources, comment, notrack_table="", skip_tables=(), ignored=""):
        self.port = port
        self.protocols = protocols
        self.sources = sources
        self.comment = comment
        self.notrack_table = notrack_table
        self.skip_tables = skip_tables
        self.ignored = ignored

    def packets(self):
        """The kinds of packet that have to get in: requests, and untracked replies when there is no tracking."""
        for family in addresses.FAMILIES:
            networks = addresses.as_networks(self.sources.get(family, []))
            for protocol in self.protocols if networks else ():
                state = "untracked" if self.notrack_table else "new"
                yield Packet(family, protocol, networks, dport=self.port, ct_state=state)
                if self.notrack_table:
                    yield Packet(family, protocol, networks, sport=self.port, ct_state=state)


def needed(ruleset, request):
    """The Accepts that the ruleset needs, ours left out of it, so that every packet of the request gets in."""
    bare = ruleset.without(request.ignored or request.comment)
    accepts = []
    for base in bare.base_chains("input", request.skip_tables):
        for packet in request.packets():
            if (base.family, packet.family) in (("ip", "ipv6"), ("ip6", "ipv4")):
                continue
            place = Walk(bare, base, packet).place()
            if place is not None:
                accepts.append(Accept(packet, place))
    return accepts


def decode(statements):
    """What one of our rules says: (family, protocol, dport, sport, sources as merged spans of numbers), or None when it is not ours."""
    family = protocol = dport = sport = None
    sources = []
    for statement in statements:
        body = statement.get("match")
        payload = body.get("left", {}).get("payload") if body else None
        if not payload:
            continue
        if payload.get("field") == "saddr":
            family = {"ip": "ipv4", "ip6": "ipv6"}.get(payload["protocol"])
            right = body["right"]
            sources += [span(value) for value in (right["set"] if isinstance(right, dict) and "set" in right else [right])]
        elif payload.get("field") in ("dport", "sport"):
            protocol = payload["protocol"]
            dport, sport = (body["right"], sport) if payload["field"] == "dport" else (dport, body["right"])
    if not family or not protocol or None in sources:
        return None
    return (family, protocol, dport, sport, merged(sources))


def _identity(accept):
    packet = accept.packet
    return (accept.place.chain.where, (packet.family, packet.protocol, packet.dport, packet.sport, _spans(packet.sources)))


def _spans(networks):
    return merged((int(network.network_address), int(network.broadcast_address)) for network in networks)


def changes(ruleset, request, present):
    """Return (commands, rules): the nft commands that bring the ruleset to the state wanted ([] = it is there) and the rules
    that are or would be in force, as [{"chain", "rule"}]."""
    accepts = needed(ruleset, request) if present else []
    wanted = [_identity(accept) for accept in accepts]
    have = []
    commands = []
    for chain, rule in ruleset.commented(request.comment):
        if (chain.family, chain.table) == ("inet", request.notrack_table):
            continue
        identity = (chain.where, decode(rule.statements))
        if identity in wanted and identity not in have and _stays(ruleset, request, chain, identity[1]):
            have.append(identity)
        else:
            commands.append("delete rule %s handle %d" % (chain.where, rule.handle))
    for accept, identity in zip(accepts, wanted):
        if identity not in have:
            commands.append(_put(accept, request.comment))
    commands += _notrack_commands(ruleset, request, present)
    return commands, [{"chain": accept.place.chain.where, "rule": accept.text} for accept in accepts]


def _stays(ruleset, request, chain, decoded):
    """False when a rule of ours is in a chain but no longer before what drops: somebody put a rule above it."""
    for packet in request.packets():
        if (packet.family, packet.protocol, packet.dport, packet.sport) != decoded[:4]:
            continue
        for base in ruleset.base_chains("input", request.skip_tables):
            place = Walk(ruleset, base, packet).place()
            if place is not None and place.chain.where == chain.where:
                return False
    return True


def _put(accept, comment):
    place = accept.place
    if place.handle is None:
        return 'add rule %s %s comment "%s"' % (place.chain.where, accept.text, comment)
    return 'insert rule %s position %d %s comment "%s"' % (place.chain.where, place.handle, accept.text, comment)


def notrack_rules(request):
    """[(hook chain name, rule)]: packets to and from the port, both ways, for the sources only."""
    rules = []
    for chain, side in (("prerouting", "saddr"), ("output", "daddr")):
        for family in addresses.FAMILIES:
            networks = addresses.as_networks(request.sources.get(family, []))
            for port in ("dport", "sport") if networks else ():
                for protocol in request.protocols:
                    rules.append((chain, "%s %s %s %d notrack" % (
                        _members("%s %s" % (SADDR[family], side), networks), protocol, port, request.port)))
    return rules


def _notrack_commands(ruleset, request, present):
    name = request.notrack_table
    exists = ("inet", name) in ruleset.tables
    if not name or (not exists and not present):
        return []
    if not present:
        return ["delete table inet %s" % name]
    wanted = notrack_rules(request)
    if exists:
        have = [rule for chain, rule in ruleset.commented(request.comment) if (chain.family, chain.table) == ("inet", name)]
        if len(have) == len(wanted) and _notrack_sources(have) == _wanted_sources(request):
            return []
    commands = ["delete table inet %s" % name] if exists else []
    commands.append("add table inet %s" % name)
    for hook in ("prerouting", "output"):
        commands.append("add chain inet %s %s { type filter hook %s priority -300; policy accept; }" % (name, hook, hook))
    commands += ['add rule inet %s %s %s comment "%s"' % (name, chain, rule, request.comment) for chain, rule in wanted]
    return commands


def _notrack_sources(rules):
    found = set()
    for rule in rules:
        decoded = decode([_as_saddr(statement) for statement in rule.statements])
        found.add((decoded[0], decoded[4]) if decoded else None)
    return found


def _wanted_sources(request):
    networks = [(family, addresses.as_networks(request.sources.get(family, []))) for family in addresses.FAMILIES]
    return set((family, _spans(sources)) for family, sources in networks if sources)


def _as_saddr(statement):
    """decode() reads source addresses; a rule of the output hook has the peers as destinations."""
    payload = statement.get("match", {}).get("left", {}).get("payload", {}) if "match" in statement else {}
    if payload.get("field") != "daddr":
        return statement
    left = {"payload": {"protocol": payload["protocol"], "field": "saddr"}}
    return {"match": dict(statement["match"], left=left)}
