# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role validate_bandwidth: which hosts and pairs, in which rounds, and what came of it."""

import json
import os
import platform

import yaml

from ansible.errors import AnsibleFilterError

from ..plugin_utils import matrix, networks, plan, run_data, verdict


def iperf_addresses(hostvars, hosts, wanted=None):
    found, left_out = _told(networks.resolve, {host: hostvars[host] for host in hosts}, list(wanted or []))
    return {"addresses": found, "left_out": left_out}


def iperf_own_addresses(addresses, host):
    return {network: found[host] for network, found in addresses["addresses"].items() if host in found}


def iperf_fleet(addresses, run, alive, protocols, options, topology="mesh", port=5201, groups=None, parallel=False):
    fleet = _told(plan.make, run, addresses, alive, plan.tests(protocols, options), topology, int(port), groups, parallel)
    return dict(fleet, cost=plan.duration(fleet))


def iperf_node_plan(fleet, host):
    return plan.node_plan(fleet, host)


def iperf_links(fleet, results, unreachable=None):
    return run_data.collect(fleet, results, unreachable)


def iperf_run(fleet, results, addresses, hostvars, everybody, title="", started=0.0, ended=0.0, ansible_version="", group_names=None):
    unreachable = {host: "it could not be reached or failed before the tests" for host in everybody if host not in fleet["alive"]}
    memberships = {}
    for name, members in (group_names or {}).items():
        for host in members if name not in ("all", "ungrouped") else ():
            memberships.setdefault(host, []).append(name)
    infos = {host: hostvars[host].get("__validate_bandwidth_node") for host in everybody}
    facts = {
        "id": fleet["run"], "title": title, "started": float(started), "ended": float(ended), "groups": memberships,
        "environment": {"controller": platform.node(), "collection": galaxy_version(), "ansible": ansible_version},
        "options": {"topology": fleet["topology"], "port": fleet["port"], "parallel": fleet["parallel"], "tests": fleet["tests"]},
    }
    return run_data.run(fleet, results, addresses, infos, unreachable, facts)


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


def iperf_again(fleet, links, run):
    second = plan.again(fleet, run, run_data.failed(links))
    return dict(second, cost=plan.duration(second))


def iperf_judge(run, min_mbps=0, min_percent=0):
    links, judged = verdict.judge(run["links"], run["nodes"], min_mbps, min_percent)
    return dict(run, links=links, verdict=judged)


def iperf_matrix(links):
    return matrix.text(links)


def iperf_markdown(run):
    return matrix.markdown(run)


def _told(work, *arguments):
    try:
        return work(*arguments)
    except ValueError as error:
        raise AnsibleFilterError(str(error))


class FilterModule:
    """The filters by name."""

    def filters(self):
        return {name: function for name, function in globals().items() if name.startswith("iperf_")}
