# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which address a host has on which network. PRIVATE to the collection.

What inventories say, and what it means:

* TripleO and EDPM give each host `<network>_ip`. They spell one network differently (internal_api, internalapi), so names are compared without their
  underscores, and both spellings are looked for.
* TripleO's heat-sourced inventory gives a host that is not on a network `<network>_ip` all the same, equal to its ctlplane_ip, and no
  `<network>_hostname`. Such a host is left out, with a note, and so is one that lacks the hostname while others have it.
* TripleO's and EDPM's inventories list the names of networks beside their lower-case ones in `networks_lower`; both may be said.
* Without networks, a host's address is the expression iperf_address if there is one, and else what Ansible connects to.

A host that is not on a network is left out with a note. What can only be an error in the inventory, such as text that is no address or one address of two
hosts, is a problem, and a run with problems does not start.

Sources: architecture.rst, "Fleets"; the inventories that the fixtures of the unit tests are modelled on.
"""

import ipaddress
import re

CONTROL_PLANE = "ctlplane"
DEFAULT = "default"
ADDRESS_VARIABLES = ("validate_bandwidth_address", "iperf_address")
# What the role found by these names for the host, where the play or the role was given one, and what it is if it cannot be evaluated.
FOUND_ADDRESS, UNKNOWN = "__validate_bandwidth_address", "unknown"
# The spellings that a name without underscores can stand for
SPELLINGS = {"internalapi": ("internal_api", "internalapi"), "storagemgmt": ("storage_mgmt", "storagemgmt")}
NAME = re.compile(r"(?=.*[^0-9.])[0-9A-Za-z_]([0-9A-Za-z_-]*[0-9A-Za-z_])?(\.[0-9A-Za-z_]([0-9A-Za-z_-]*[0-9A-Za-z_])?)*\.?\Z")
SHOWN = 10


class Unreadable(ValueError):
    """A variable of a host that cannot be evaluated; the text says why."""


def key(network):
    """What two spellings of a network have in common."""
    return network.lower().replace("_", "").replace("-", "")


def spellings(network):
    """How the network may be spelled in variables, the given spelling first."""
    plain = network.lower().replace("-", "_")
    found = [network, plain] + list(SPELLINGS.get(key(network), ())) + [key(network)]
    return list(dict.fromkeys(found))


def _spellings_of(network, variables):
    """The same, and last what the host's networks_lower says, which is looked at only if it comes to that."""
    yield from spellings(network)
    lower = variables["networks_lower"] if "networks_lower" in variables else None
    for name, one in lower.items() if isinstance(lower, dict) else ():
        if key(str(name)) == key(network):
            yield str(one)


def address(text):
    """(the address as nodes use it, "") or ("", why it is none). Numeric or a name; brackets go, and what is IPv4 in IPv6 clothes becomes IPv4."""
    if not isinstance(text, str):
        return "", "is %r, which is no text" % (text,)
    plain = text.strip()
    plain = plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain
    number, percent, zone = plain.partition("%")
    try:
        found = ipaddress.ip_address(number)
    except ValueError:
        if NAME.match(plain) and len(plain) <= 253:
            return plain, ""
        return "", "is %r, allowed is an IPv4 or IPv6 address without prefix length, or a name" % text
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_unspecified or found.is_multicast:
        return "", "is %r, which is no address of a single host" % text
    if found.is_link_local and found.version == 6 and not zone:
        return "", "is %r, which is link-local: say on which interface of the other nodes, as in %s%%eth0" % (text, found)
    return str(found) + (percent + zone if found.version == 6 else ""), ""


def _variable(variables, network, suffix):
    """(name, value) of the first variable <network>_<suffix> that is set, (None, "") if none is."""
    for spelling in _spellings_of(network, variables):
        name = spelling + suffix
        if name in variables and variables[name]:
            return name, variables[name]
    return None, ""


def connection_address(host, variables):
    """What Ansible connects to."""
    for name in ("ansible_host", "ansible_ssh_host"):
        if name in variables and variables[name]:
            return str(variables[name])
    return host


def resolve(hosts, networks, elsewhere=None):
    """The addresses of hosts on networks.

    hosts: {name: its variables}. networks: names; none means the default network. elsewhere: a function that gives the variables of the
    hosts in other batches of the play, whose networks are no errors. Returns ({network: {host: address}}, left out: [{"host", "network", "reason"}],
    problems: lines), all in the order of the arguments.
    """
    unique = {}
    for network in networks:
        unique.setdefault(key(network), network)
    networks = list(unique.values())
    found, left_out, problems = {}, [], []
    for network in networks or [DEFAULT]:
        found[network] = {}
        named = {host for host, variables in hosts.items() if networks and _variable(variables, network, "_hostname")[0]}
        spelled = next((name for name in (_variable(variables, network, "_ip")[0] for variables in hosts.values() if networks) if name), None)
        for host, variables in hosts.items():
            if networks:
                name, text, reason = _on_network(variables, network, bool(named) and host not in named, spelled)
            else:
                name, text, reason = _default(host, variables)
            if not reason:
                text, wrong = address(text)
                problems += ["%s of %s %s" % (name, host, wrong)] if wrong else []
            if reason:
                left_out.append({"host": host, "network": network, "reason": reason})
            elif text:
                found[network][host] = text
        problems += _same(network, found[network])
        if not found[network] and not problems and not any(_variable(variables, network, "_ip")[0] for variables in (elsewhere() if elsewhere else ())):
            problems.append(_nobody(network, hosts, left_out) if networks else left_out[0]["reason"])
    return found, left_out, problems


def gone(hosts, play, absent):
    """Those of the absent hosts that belong to a batch of the play: all, or where a play has `serial`, those between the batch's own. play: all, in order."""
    play = list(play)
    if not hosts or len(set(hosts) | set(absent)) == len(play):
        return list(absent)
    places = [play.index(host) for host in hosts if host in play] or [0]
    return [host for host in play[min(places):max(places)] if host in absent]


def inventory_networks(hosts):
    """The networks that the variables of any host name, as it spells them."""
    found = set()
    for variables in hosts.values():
        for name in list(variables):
            if name.endswith("_ip") and len(name) > 3 and not name.endswith("_gateway_ip"):
                text = variables[name]
                if isinstance(text, str) and address(text)[0] and not NAME.match(text):
                    found.add(name[:-len("_ip")])
    return sorted(found)


def _nobody(network, hosts, left_out):
    known = inventory_networks(hosts)
    reasons = [one for one in left_out if one["network"] == network and "control plane" in one["reason"]]
    text = "no host of this play is on network %r: " % network
    text += "%s, %s" % (reasons[0]["host"], reasons[0]["reason"]) if reasons else "none has a variable " + " or ".join(
        name + "_ip" for name in spellings(network))
    return text + ("; iperf_networks may have %s" % ", ".join(known) if known else
                   "; no host has any variable NETWORK_ip, so leave iperf_networks out, or set iperf_address")


def _same(network, found):
    """Lines about hosts with one address: a host that is measured with itself tells nothing."""
    by_address = {}
    for host, text in found.items():
        by_address.setdefault(text, []).append(host)
    return ["%s have the same address %s on network %s; correct it, or leave one out with --limit" % (
        " and ".join(hosts[:SHOWN]) + (" and %d more" % (len(hosts) - SHOWN) if len(hosts) > SHOWN else ""), text, network)
        for text, hosts in by_address.items() if len(hosts) > 1]


def _default(host, variables):
    """(variable, text, "") or ("", "", why not)."""
    found = variables[FOUND_ADDRESS] if FOUND_ADDRESS in variables else ""
    if found and found != UNKNOWN:
        return "iperf_address", found, ""
    for name in ADDRESS_VARIABLES:
        try:
            if name in variables and variables[name] and not found:
                return name, variables[name], ""
        except Unreadable as error:
            facts = "; facts are there only if the play gathers them" if "ansible_" in str(error) else ""
            return "", "", "%s of %s cannot be evaluated: %s%s" % (name, host, error, facts)
    if found:
        return "", "", "iperf_address of %s cannot be evaluated: one of its variables is not defined" % host
    return "the address", connection_address(host, variables), ""


def _on_network(variables, network, nameless, spelled):
    """(variable, text, "") or ("", "", why not). spelled: the variable that other hosts have."""
    name, text = _variable(variables, network, "_ip")
    if name is None:
        empty = [one + "_ip" for one in _spellings_of(network, variables) if one + "_ip" in variables]
        return "", "", "its variable %s is empty" % empty[0] if empty else "it has no variable %s" % (spelled or spellings(network)[0] + "_ip")
    if key(network) == CONTROL_PLANE:
        return name, text, ""
    if CONTROL_PLANE + "_ip" in variables and text == variables[CONTROL_PLANE + "_ip"]:
        return "", "", "its %s is its control plane address, which is how TripleO says that it is not on the network" % name
    if nameless:
        return "", "", "it has no %s_hostname, which other hosts have, so it is not on the network" % name[:-len("_ip")]
    return name, text, ""
