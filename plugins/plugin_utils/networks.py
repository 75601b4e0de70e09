# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which address a host has on which network. PRIVATE to the collection.

What inventories say, and what it means:

* TripleO and EDPM give each host `<network>_ip`. They spell one network differently (internal_api, internalapi), so names are compared without their
  underscores, and both spellings are looked for.
* TripleO's heat-sourced inventory gives a host that is not on a network `<network>_ip` all the same, equal to its ctlplane_ip, and no
  `<network>_hostname`. Such a host is left out, with a note, and so is one that lacks the hostname while others have it.
* Without networks, a host's address is the expression iperf_address if there is one, and else what Ansible connects to.

Sources: architecture.rst, "Fleets"; the inventories that the fixtures of the unit tests are modelled on.
"""

CONTROL_PLANE = "ctlplane"
DEFAULT = "default"
ADDRESS_VARIABLES = ("iperf_address", "validate_bandwidth_address")
# The spellings that a name without underscores can stand for
SPELLINGS = {"internalapi": ("internal_api", "internalapi"), "storagemgmt": ("storage_mgmt", "storagemgmt")}


def key(network):
    """What two spellings of a network have in common."""
    return network.lower().replace("_", "").replace("-", "")


def spellings(network):
    """How the network may be spelled in variables, the given spelling first."""
    plain = network.lower().replace("-", "_")
    found = [network, plain] + list(SPELLINGS.get(key(network), ())) + [key(network)]
    return list(dict.fromkeys(found))


def _variable(variables, network, suffix):
    """(name, text) of the first variable <network>_<suffix> that is set, (None, "") if none is."""
    for spelling in spellings(network):
        name = spelling + suffix
        if name in variables and variables[name]:
            return name, str(variables[name])
    return None, ""


def connection_address(host, variables):
    """What Ansible connects to."""
    for name in ("ansible_host", "ansible_ssh_host"):
        if name in variables and variables[name]:
            return str(variables[name])
    return host


def resolve(hosts, networks):
    """The addresses of hosts on networks.

    hosts: {name: its variables}. networks: names; none means the default network. Returns ({network: {host: address}}, left out:
    [{"host", "network", "reason"}]), both in the order of the arguments. Raises ValueError for a network that no host is on.
    """
    if not networks:
        return {DEFAULT: {host: _default(host, variables) for host, variables in hosts.items()}}, []
    found, left_out = {}, []
    for network in networks:
        named = {host for host, variables in hosts.items() if _variable(variables, network, "_hostname")[0]}
        found[network] = {}
        for host, variables in hosts.items():
            address, reason = _on_network(variables, network, bool(named) and host not in named)
            if reason:
                left_out.append({"host": host, "network": network, "reason": reason})
            else:
                found[network][host] = address
        if not found[network]:
            raise ValueError("no host is on network %r: no host has one of the variables %s that is an address of its own; allowed are the networks of "
                             "the inventory" % (network, ", ".join(name + "_ip" for name in spellings(network))))
    return found, left_out


def _default(host, variables):
    for name in ADDRESS_VARIABLES:
        if name in variables and variables[name]:
            return str(variables[name])
    return connection_address(host, variables)


def _on_network(variables, network, nameless):
    """(address, "") or ("", why not)."""
    name, address = _variable(variables, network, "_ip")
    if name is None:
        return "", "it has no variable %s" % (spellings(network)[0] + "_ip")
    if key(network) == CONTROL_PLANE:
        return address, ""
    if CONTROL_PLANE + "_ip" in variables and address == str(variables[CONTROL_PLANE + "_ip"]):
        return "", "its %s is its control plane address, which is how TripleO says that it is not on the network" % name
    if nameless:
        return "", "it has no %s_hostname, which other hosts have, so it is not on the network" % name[:-len("_ip")]
    return address, ""
