# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ufw: which of its own rules are there, and which of them decides about a packet. PRIVATE to the collection.

ufw keeps its rules as lines `### tuple ### ACTION PROTO DPORT DESTINATION SPORT SOURCE DIRECTION [comment=HEX]` in
user.rules and user6.rules, and takes a rule that differs in its comment only for the same rule: adding it would overwrite an
administrator's comment. So rules are compared without it. ufw has no runtime-only rules: what it opens survives a reboot.
"""

from .packet import MAYBE, NO, YES, arrives, both, from_sources, to_port

ANY = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}
RULE_FILES = ("/etc/ufw/user.rules", "/etc/ufw/user6.rules", "/lib/ufw/user.rules", "/lib/ufw/user6.rules",
              "/var/lib/ufw/user.rules", "/var/lib/ufw/user6.rules")


def is_active(status):
    """True for the text of `ufw status` (in the C locale) of a firewall that is on."""
    return status.splitlines()[:1] == ["Status: active"]


def has_ipv6(defaults):
    """True when /etc/default/ufw lets ufw manage IPv6."""
    for line in defaults.splitlines():
        key, dummy, value = line.strip().partition("=")
        if key == "IPV6":
            return value.strip("\"' ").lower() in ("yes", "true", "1")
    return True


def parse_tuples(text):
    """Set of (action, protocol, dport, destination, sport, source) of all rules for incoming packets without an interface."""
    found = set()
    for line in text.splitlines():
        if not line.startswith("### tuple ### "):
            continue
        words = [word for word in line.split()[3:] if not word.startswith("comment=")]
        if len(words) == 7 and words[6] == "in":
            found.add(tuple(words[:6]))
    return found


def default(defaults):
    """What /etc/default/ufw does with incoming packets that no rule is about: ACCEPT, DROP or REJECT."""
    for line in defaults.splitlines():
        key, dummy, value = line.strip().partition("=")
        if key == "DEFAULT_INPUT_POLICY":
            return value.strip("\"' ").upper()
    return "DROP"


def parse_rules(text):
    """[(action, protocol, dport, destination, sport, source, interface or "")] of the rules for incoming packets, in their order."""
    found = []
    for line in text.splitlines():
        words = [word for word in line.split() if not word.startswith("comment=")]
        if words[:3] != ["###", "tuple", "###"] or len(words) < 10:
            continue
        way, dummy, interface = words[-1].partition("_")
        if way == "in" and ":" not in words[3]:  # "route:allow" is for packets that pass through
            found.append(tuple([words[3].partition("_")[0]] + words[4:9] + [interface]))
    return found


def decides(state, packet):
    """The first rule that decides about a packet.Packet, as "ACTION DPORT from SOURCE"; None when it is left to the default.

    state: of Host.ufw. A rule that may be about the packet decides only against it.
    """
    for action, protocol, dport, destination, sport, source, interface in state["rules"][packet.family]:
        answers = [
            YES if protocol in ("any", packet.protocol) else NO,
            YES if dport == "any" else to_port(dport, packet.dport),
            YES if destination == ANY[packet.family] else MAYBE,
            YES if sport == "any" else MAYBE,
            YES if source == ANY[packet.family] else from_sources([source], packet.sources),
            arrives(interface, packet) if interface else YES,
        ]
        answer = YES
        for one in answers:
            answer = both(answer, one)
        if answer == YES or (answer == MAYBE and action != "allow"):
            return "%s %s from %s" % (action, dport, "anywhere" if source == ANY[packet.family] else source)
    return None


def rule_tuple(family, source, port, protocol="any", from_port=""):
    """The tuple of the rule that community.general.ufw makes of the same arguments."""
    return ("allow", protocol, str(port), ANY[family], from_port or "any", source)
