# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nodes measured, put together as the data set of a run (nfv.iperf/run-v1). PRIVATE to the collection.

Every link that the plan asked for is in it once. A link without a result is missing, with a reason, and has no number: missing is not zero.
"""

import json
import os
import platform

import yaml

from . import plan

SCHEMA = "nfv.iperf/run-v1"
# Of more links than these, a mesh of 300 nodes, those that are well go without transcripts and intervals: they would be gigabytes.
DETAILED = 100000
NEVER_BEGAN = "it could not be reached, or a task failed on it before the tests"
NUMBERS = {"seconds": "seconds", "bps": "received_bps", "sent_bps": "sent_bps", "retransmits": "retransmits", "lost_percent": "lost_percent",
           "jitter_ms": "jitter_ms", "rtt_ms": "rtt_ms_mean", "limited_by": "limited_by"}


def load(folder, run, detailed=True):
    """What the nodes of a run returned: {node: {"progress", "lost", "results"}}, from the files that iperf_plan_wait wrote; {} for a run that was not.

    detailed: whether with the transcripts and intervals of tests that ended well.
    """
    place = os.path.join(folder, run)
    found = {}
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
        with open(os.path.join(place, name), encoding="utf-8") as source:
            one = json.load(source)
        for result in () if detailed else one["results"]:
            if result["status"] == "ok":
                result.update(transcript=[], intervals=[])
        found[one["node"]] = one
    return found


def gather(fleet, folder, addresses, infos, about):
    """The data set of a run, before it is judged, out of the files that iperf_plan_wait wrote to folder.

    fleet: the fleet's plan. addresses, infos: see run(); infos has every host of the play. about: title, started, ended (seconds since 1970), ansible (its
    version), groups ({name: hosts}) and preflight of the run.
    """
    detailed = len(plan.links(fleet)) <= DETAILED
    attempts = [load(folder, fleet["run"] + part, detailed) for part in ("", "_again")]
    unreachable = {host: NEVER_BEGAN for host in infos if host not in fleet["alive"]}
    unreachable.update({host: one["lost"] for host, one in attempts[0].items() if one["lost"]})
    facts = {
        "id": fleet["run"], "title": about["title"], "started": about["started"], "ended": about["ended"], "groups": _memberships(about["groups"]),
        "preflight": about["preflight"], "seconds": seconds(fleet, attempts[0]),
        "environment": {"controller": platform.node(), "collection": _version(), "ansible": about["ansible"]},
        "options": {key: fleet[key] for key in ("topology", "port", "at_once", "tests")},
    }
    return run(fleet, [results_of(one) for one in attempts], addresses, infos, unreachable, facts)


def _memberships(groups):
    """{host: its groups} of {group: its hosts}, without those that every inventory has."""
    found = {}
    for name, members in groups.items():
        for host in members if name not in ("all", "ungrouped") else ():
            found.setdefault(host, []).append(name)
    return found


def _version():
    """The version of this collection: of the installed one's manifest, or of the checkout's galaxy.yml."""
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name, read in (("MANIFEST.json", lambda source: json.load(source)["collection_info"]), ("galaxy.yml", yaml.safe_load)):
        try:
            with open(os.path.join(top, name), encoding="utf-8") as source:
                return read(source)["version"]
        except OSError:
            pass
    return None


def results_of(nodes):
    """All results of a run, of any node."""
    return [result for one in nodes.values() for result in one["results"]]


def collect(fleet, results, unreachable=None):
    """The links of a run.

    fleet: the fleet's plan. results: what nodes returned, in the order of the attempts: a list of lists of results of iperf_plan_info. unreachable:
    {host: why it took no part}.
    """
    unreachable = unreachable or {}
    found, absent, tries = {}, {}, {}
    for attempt in results:
        for result in attempt:
            if result["status"] == "absent":
                absent[(result["network"], result["peer"], result["host"])] = result["reason"]
                continue
            test = fleet["tests"][result["test"]]
            ends = (result["visitor"], result["peer"]) if test["direction"] == "forward" else (result["peer"], result["visitor"])
            name = plan.link(result["network"], ends[0], ends[1], test["protocol"])["id"]
            tries[name] = tries.get(name, 0) + 1
            if name not in found or found[name]["status"] != "ok" or result["status"] == "ok":
                found[name] = dict(result, direction=test["direction"])
    return [_link(one, found.get(one["id"]), tries.get(one["id"], 0), _why(one, unreachable, absent)) for one in plan.links(fleet)]


def _why(one, unreachable, absent):
    for end in ("from", "to"):
        if one[end] in unreachable:
            return "%s is to blame, %s" % (one[end], unreachable[one[end]])
    for visitor, host in ((one["from"], one["to"]), (one["to"], one["from"])):
        if (one["network"], visitor, host) in absent:
            return "%s did not come to %s: %s" % (visitor, host, absent[(one["network"], visitor, host)])
    return "neither node returned a result"


def _link(one, result, attempts, reason):
    record = dict(one, status="missing", reason=reason, attempts=attempts, diagnosis=None, visitor=None, began=None, transcript=[], intervals=[])
    record.update(dict.fromkeys(list(NUMBERS) + ["cpu_from", "cpu_to"]))
    if result is None:
        return record
    summary = result.get("summary") or {}
    record.update({name: summary.get(key) for name, key in NUMBERS.items()})
    ends = ("cpu_from", "cpu_to") if result["direction"] == "forward" else ("cpu_to", "cpu_from")
    record.update({ends[0]: summary.get("cpu_local_percent"), ends[1]: summary.get("cpu_remote_percent")})
    record["limited_by"] = _limit(record["limited_by"], result["direction"])
    record.update(visitor=result["visitor"], began=result.get("began"))
    record.update(status="ok" if result["status"] == "ok" else "failed", reason="" if result["status"] == "ok" else result["error"]["text"],
                  transcript=result.get("transcript") or [], intervals=result.get("intervals") or [], diagnosis=result.get("diagnosis"))
    if record["status"] == "ok" and record["bps"] is None:
        record.update(status="failed", reason="the test ended well, but the receiver told no rate")
    return record


def _limit(limited_by, direction):
    """The limiting end as a link sees it: from_cpu or to_cpu instead of the visitor's local and remote."""
    ends = ("from_cpu", "to_cpu") if direction == "forward" else ("to_cpu", "from_cpu")
    return {"local_cpu": ends[0], "remote_cpu": ends[1]}.get(limited_by, limited_by)


def seconds(fleet, nodes):
    """{"ideal", "measured", "overhead_percent"}: what the tests alone take by the plan, and what the slowest node took from its start to its end by its own
    clock; None where no node has told."""
    ideal = plan.round_count(fleet) * plan.visit_seconds(fleet)
    took = [one["progress"]["ended"] - one["progress"]["started"] for one in nodes.values()
            if one["progress"].get("ended") and one["progress"].get("started")]
    longest = max(took) if took else None
    return {"ideal": ideal, "measured": longest, "overhead_percent": 100.0 * (longest / ideal - 1.0) if took and ideal else None}


def run(fleet, results, addresses, infos, unreachable, facts):
    """The whole data set, before it is judged.

    addresses: {"addresses", "left_out"} as networks.resolve() gave them. infos: {host: what iperf_plan_info told of the node}. facts: id, title, started,
    ended, environment, options of the run.
    """
    by_network = addresses["addresses"]
    nodes = {}
    for host in dict.fromkeys(host for found in by_network.values() for host in found):
        told = infos.get(host) or {}
        nodes[host] = {
            "addresses": {network: found[host] for network, found in by_network.items() if host in found}, "groups": facts["groups"].get(host, []),
            "python": told.get("python"), "cpus": told.get("cpus"), "link_speed": told.get("link_speed") or {},
            "notes": [unreachable[host]] if host in unreachable else [],
        }
    return {
        "schema": SCHEMA, "id": facts["id"], "title": facts["title"], "started": facts["started"], "ended": facts["ended"],
        "environment": facts["environment"], "options": facts["options"], "networks": list(by_network), "nodes": nodes,
        "left_out": addresses["left_out"], "rounds": plan.round_count(fleet), "seconds": facts["seconds"], "links": collect(fleet, results, unreachable),
        "preflight": facts["preflight"], "criteria": [], "baseline": None,
        "verdict": {"status": "inconclusive", "passed": 0, "failed": 0, "missing": 0, "inconclusive": 0, "reasons": ["nothing was judged"]},
    }


def failed(links, hopeless=()):
    """Those that a second attempt is worth. hopeless: {(network, from, to, protocol)} that need none."""
    return [one for one in links if one["status"] in ("failed", "missing")
            and (one["network"], one["from"], one["to"], one["protocol"]) not in hopeless]
