# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role validate_bandwidth: which hosts and pairs, in which rounds, and what came of it."""

import json
import os
import platform

from collections.abc import Mapping

import yaml

from ansible.errors import AnsibleError, AnsibleFilterError
from jinja2.exceptions import UndefinedError

from ..plugin_utils import leftovers, networks, plan, plan_text, preflight, run_data, shortfall, wishes


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
    nodes = run_data.load(folder, fleet["run"])
    links = run_data.collect(fleet, [run_data.results_of(nodes)])
    reached = [host for host in alive if not (nodes.get(host) or {"lost": "no results"})["lost"]]
    second = plan.again(fleet, fleet["run"] + "_again", run_data.failed(links, preflight.blocked(looked)), reached)
    return dict(second, cost=plan.duration(second))


def iperf_run(fleet, folder, addresses, hostvars, everybody, title="", started=0.0, ended=0.0, ansible_version="", group_names=None, preflight=()):
    attempts = [run_data.load(folder, fleet["run"]), run_data.load(folder, fleet["run"] + "_again")]
    unreachable = {host: "it could not be reached, or a task failed on it before the tests" for host in everybody if host not in fleet["alive"]}
    unreachable.update({host: one["lost"] for host, one in attempts[0].items() if one["lost"]})
    memberships = {}
    for name, members in (group_names or {}).items():
        for host in members if name not in ("all", "ungrouped") else ():
            memberships.setdefault(host, []).append(name)
    facts = {
        "id": fleet["run"], "title": title, "started": float(started), "ended": float(ended), "groups": memberships, "preflight": list(preflight),
        "seconds": run_data.seconds(fleet, attempts[0]),
        "environment": {"controller": platform.node(), "collection": galaxy_version(), "ansible": ansible_version},
        "options": {"topology": fleet["topology"], "port": fleet["port"], "at_once": fleet["at_once"], "tests": fleet["tests"]},
    }
    infos = {host: hostvars[host].get("__validate_bandwidth_node") for host in everybody}
    return run_data.run(fleet, [run_data.results_of(one) for one in attempts], addresses, infos, unreachable, facts)


def galaxy_version():
    """The version of this collection: of the installed one's manifest, or of the checkout's galaxy.yml."""
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        with open(os.path.join(top, "MANIFEST.json"), encoding="utf-8") as source:
            return json.load(source)["collection_info"]["version"]
    except OSError:
        pass
    try:
        with open(os.path.join(top, "galaxy.yml"), encoding="utf-8") as source:
            return yaml.safe_load(source)["version"]
    except OSError:
        return None


def iperf_leftovers(info):
    return {"lines": leftovers.lines(info), "openings": leftovers.openings(info)}


def iperf_shortfall(run, folder):
    return shortfall.text(run, folder)


def _told(work, *arguments):
    try:
        return work(*arguments)
    except ValueError as error:
        raise AnsibleFilterError(str(error))


class FilterModule:
    """The filters by name."""

    def filters(self):
        return {name: function for name, function in globals().items() if name.startswith("iperf_")}
