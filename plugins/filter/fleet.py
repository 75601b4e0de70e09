# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role validate_bandwidth: which hosts and pairs, and in which rounds."""

from collections.abc import Mapping

from ansible.errors import AnsibleError, AnsibleFilterError
from jinja2.exceptions import UndefinedError

from ..plugin_utils import leftovers, networks, plan, plan_text, preflight, run_data, wishes


class _Variables(Mapping):
    """A host's variables, of which one that cannot be evaluated says so in one line."""

    def __init__(self, found):
        self.found = found

    def __getitem__(self, name):
        try:
            value = self.found[name]
            str(value)  # what is undefined tells it only when it is looked at
        except (AnsibleError, UndefinedError) as error:
            raise networks.Unreadable(" ".join(str(error).split()))
        return value

    def __contains__(self, name):
        return name in self.found

    def __iter__(self):
        return iter(self.found)

    def __len__(self):
        return len(self.found)


def iperf_problems(options, variables=()):
    return {"problems": wishes.problems(options), "notes": wishes.strangers(variables, options)}


def iperf_addresses(hostvars, hosts, wanted=None, play=(), gone=()):
    others = [host for host in play if host not in set(hosts) | set(gone)]
    found, left_out, problems = _told(networks.resolve, {host: _Variables(hostvars[host]) for host in hosts}, wishes.listed(wanted),
                                      lambda: (_Variables(hostvars[host]) for host in others))
    left_out += [{"host": host, "network": network, "reason": "it was out of the play before this role began: unreachable, failed or ended"}
                 for host in networks.gone(hosts, play, gone) for network in found]
    return {"addresses": found, "left_out": left_out, "problems": problems}


def iperf_obstacles(addresses, topology, hosts, play, groups):
    problems, notes, alone = _told(plan.obstacles, addresses["addresses"], topology, hosts, play, groups)
    return {"problems": problems, "notes": notes, "alone": alone}


def iperf_own_addresses(addresses, host):
    return {network: found[host] for network, found in addresses["addresses"].items() if host in found}


def iperf_fleet(addresses, run, alive, protocols, options, topology="mesh", port=5201, groups=None, at_once=1):
    fleet = _told(plan.make, run, addresses, alive, plan.tests(wishes.listed(protocols), options), topology, int(port), groups, at_once)
    return dict(fleet, cost=plan.duration(fleet))


def iperf_plan_text(fleet, left_out=(), rounds=False, notes=()):
    return plan_text.lines(fleet, left_out, rounds, notes)


def iperf_node_plan(fleet, host):
    return plan.node_plan(fleet, host)


def iperf_preflight_fleet(fleet):
    return preflight.fleet(fleet)


def iperf_preflight(fleet, folder, hostvars=None):
    pairs = preflight.gather(fleet, run_data.results_of(run_data.load(folder, preflight.fleet(fleet)["run"])))
    unreached = preflight.unreached(fleet, pairs)
    told = {host: hostvars[host].get("__validate_bandwidth_firewall") for host in unreached} if hostvars is not None else {}
    firewalls = {host: found for host, found in told.items() if found and "blocked" in found}
    return {"preflight": pairs, "unreached": unreached, "problems": preflight.problems(fleet, pairs, firewalls)}


def iperf_again(fleet, folder, alive, looked=()):
    nodes = run_data.load(folder, fleet["run"], detailed=False)
    links = run_data.collect(fleet, [run_data.results_of(nodes)])
    reached = [host for host in alive if not (nodes.get(host) or {"lost": "no results"})["lost"]]
    second = plan.again(fleet, fleet["run"] + "_again", run_data.failed(links, preflight.blocked(looked)), reached)
    return dict(second, cost=plan.duration(second))


def iperf_leftovers(info):
    return {"lines": leftovers.lines(info), "openings": leftovers.openings(info)}


def _told(work, *arguments):
    try:
        return work(*arguments)
    except ValueError as error:
        raise AnsibleFilterError(str(error))


class FilterModule:
    """The filters by name."""

    def filters(self):
        return {name: function for name, function in globals().items() if name.startswith("iperf_")}
