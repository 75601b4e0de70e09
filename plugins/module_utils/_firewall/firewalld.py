# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""firewalld: in which zone a source arrives and which rich rules are there. PRIVATE to the collection.

Reads the text of `firewall-cmd --list-all-zones`. A packet belongs to the zone that its source address is bound to, else to
the zone of the interface it comes in by, else to the default zone (firewalld.zones(5)). Rich rules have no comment: the
journal is where it is written whose they are.
"""

import ipaddress
import re
import xml.etree.ElementTree


def parse_zones(text):
    """{zone: {"interfaces": [...], "sources": [...], "rich rules": [...]}} from `firewall-cmd --list-all-zones`."""
    zones = {}
    zone = rules = None
    for line in text.splitlines():
        if line and not line[0].isspace():
            zone = zones.setdefault(line.split()[0], {"interfaces": [], "sources": [], "rich rules": []})
            rules = False
        elif zone is None or not line.strip():
            continue
        elif rules and line.startswith("\t"):
            zone["rich rules"].append(line.strip())
        else:
            key, dummy, value = line.strip().partition(":")
            rules = key == "rich rules"
            if key in ("interfaces", "sources"):
                zone[key] = value.split()
    return zones


def zone_of(source, interface, zones, default):
    """The zone in which packets from the source (address or CIDR) arrive; interface "" when it is not known."""
    network = ipaddress.ip_network(source, strict=False)
    for name, zone in sorted(zones.items()):
        for bound in zone["sources"]:
            try:
                if _inside(network, ipaddress.ip_network(bound, strict=False)):
                    return name
            except ValueError:
                continue    # a MAC address or "ipset:name"
    for name, zone in sorted(zones.items()):
        if interface and interface in zone["interfaces"]:
            return name
    return default


def _inside(network, bound):
    return (network.version == bound.version and bound.network_address <= network.network_address
            and network.broadcast_address <= bound.broadcast_address)


# An accept without a priority comes behind all that denies; firewalld 0.7 and newer know priorities (firewalld.richlanguage(5)).
FIRST = "-1"
_DENIES = re.compile(r" (reject|drop)\b")


def denies(zone):
    """Whether a rich rule of parse_zones()' zone drops or rejects something."""
    return any(_DENIES.search(rule) for rule in zone.get("rich rules", ()))


def rich_rule(family, source, port, protocol, side="port", priority=""):
    """The rule in the spelling that firewalld prints; side "source-port" is for untracked replies."""
    return 'rule %sfamily="%s" source address="%s" %s port="%d" protocol="%s" accept' % (
        'priority="%s" ' % priority if priority else "", family, source, side, port, protocol)


def zone_files(zone):
    """{"path", "old", "builtin"}: the file that a zone gets with its first permanent change, its backup, and what it began as."""
    path = "/etc/firewalld/zones/%s.xml" % zone
    return {"path": path, "old": path + ".old", "builtin": "/usr/lib/firewalld/zones/%s.xml" % zone}


def same_zone(text, builtin, rules):
    """True when a zone's file says no more than the builtin one and these rich rules: nobody else has changed the zone.

    text, builtin: XML (firewalld.zone(5)); rules: texts of rich_rule(). False when either is not XML.
    """
    try:
        now, then = (xml.etree.ElementTree.fromstring(part) for part in (text, builtin))
    except xml.etree.ElementTree.ParseError:
        return False
    others = [child for child in now if not (child.tag == "rule" and _rule_text(child) in rules)]
    return now.attrib == then.attrib and sorted(_canonical(child) for child in others) == sorted(_canonical(child) for child in then)


def _canonical(element):
    """An element as text that does not depend on the order of attributes and children, nor on white space."""
    children = sorted(_canonical(child) for child in element)
    return "%s %r %s %s" % (element.tag, sorted(element.attrib.items()), " ".join((element.text or "").split()), children)


def _rule_text(element):
    """rich_rule() of a <rule>, "" when it is no rule of that form."""
    parts = dict((child.tag, child.attrib) for child in element)
    for side in ("port", "source-port"):
        if set(parts) == {"source", side, "accept"} and set(parts["source"]) == {"address"}:
            return rich_rule(element.get("family"), parts["source"]["address"], int(parts[side]["port"]), parts[side]["protocol"], side,
                             element.get("priority", ""))
    return ""
