# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs for tests: small ones made by hand, and those of tests/tools/make_run.py."""

import importlib.util
import json
import os

TOP = os.path.dirname(os.path.abspath(__file__))
for dummy in range(4):
    TOP = os.path.dirname(TOP)


def _maker():
    spec = importlib.util.spec_from_file_location("make_run", os.path.join(TOP, "tests", "tools", "make_run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_run = _maker()


def schema():
    with open(os.path.join(TOP, "docs", "schema", "run-v1.json"), encoding="utf-8") as source:
        return json.load(source)


def link(source, target, bps=9e9, network="tenant", protocol="TCP", **values):
    """A link as it was measured; without a rate it is missing."""
    found = {
        "id": "%s:%s>%s:%s" % (network, source, target, protocol.lower()), "network": network, "from": source, "to": target, "protocol": protocol,
        "status": "missing" if bps is None else "ok", "reason": "" if bps else "nobody came", "attempts": 1, "diagnosis": None, "transcript": [],
        "intervals": [], "cpu_from": 10.0, "cpu_to": 10.0, "seconds": 10.0, "bps": bps, "sent_bps": bps, "retransmits": 0 if protocol == "TCP" else None,
        "lost_percent": 0.0 if protocol == "UDP" else None, "jitter_ms": 0.01 if protocol == "UDP" else None, "rtt_ms": None, "limited_by": "link",
    }
    found.update(values)
    return found


def run(*links, **values):
    """A run of links; speeds: {host: bit/s of its interface on tenant}, groups: {host: groups}."""
    speeds, groups = values.pop("speeds", {}), values.pop("groups", {})
    hosts = sorted({one[end] for one in links for end in ("from", "to")})
    found = {
        "schema": "nfv.iperf/run-v1", "id": "20260101T000000Z", "title": "Bandwidth validation", "started": 1767225600.0, "ended": 1767225700.0,
        "environment": {"controller": "here", "collection": "0.1.0", "ansible": "2.19.0"}, "options": {}, "networks": ["tenant"],
        "nodes": {host: {"addresses": {"tenant": "192.0.2.1"}, "groups": groups.get(host, []), "python": "3.9", "cpus": 4,
                         "link_speed": {"tenant": speeds.get(host)}, "notes": []} for host in hosts},
        "left_out": [], "rounds": 1, "links": list(links), "preflight": [], "criteria": [], "baseline": None,
        "verdict": {"status": "inconclusive", "passed": 0, "failed": 0, "missing": 0, "inconclusive": 0, "reasons": ["nothing was judged"]},
    }
    found.update(values)
    return found


def mesh(hosts, bps=9e9, **values):
    """Links between all hosts."""
    return [link(source, target, bps, **values) for source in hosts for target in hosts if source != target]
