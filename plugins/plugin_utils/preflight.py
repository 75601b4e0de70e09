# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every pair's connections show before there is any load. PRIVATE to the collection.

The look is a plan of its own: the smallest test of each protocol, one block, for each pair, in several rounds of the schedule at once. The visitor's
connections are the ones that the real tests make, so what passes here passes there. The checks of a pair are

* control: the TCP connection to the port, and what is said on it;
* tcp_data, udp_data: the connections of the data. Not known (None) where the control connection did not work.
"""

from ..module_utils._iperf3 import errors
from . import plan

# Rounds of the schedule that are looked at together: a node has so many visits at once, and one that answers nobody holds nobody up.
AT_ONCE = 16
ONE_BLOCK = {"blockcount": 1, "interval": 0}
SHOWN = 20
# Numbers of errors that say that the data, and not the control connection, was in trouble; iperf3's and ours (protocol.rst, "Errors").
DATA_ERRORS = (144, 203, 204, 205, 206, errors.UDP_BLOCKED, errors.DATA_LOST)


def fleet(whole):
    """The look's fleet for the whole fleet's plan."""
    protocols = dict.fromkeys(test["protocol"].lower() for test in whole["tests"].values())
    tests = {name: test for name, test in plan.tests(protocols, {name: ONE_BLOCK for name in protocols}).items() if test["direction"] == "forward"}
    look = dict(whole, run=whole["run"] + "_look", tests=tests, at_once=AT_ONCE if whole["at_once"] else 0)
    return dict(look, cost=dict(plan.duration(look), load=False))


def gather(look, results, unreachable=None):
    """[{"from", "to", "network", "checks": [{"name", "ok", "detail"}]}] for every visit: `from` is who visits.

    look: the look's fleet. results: what nodes returned, as for run_data.collect(). unreachable: {host: why}.
    """
    found = {}
    for result in results:
        if result["status"] == "absent":
            ends = (result["network"], result["peer"], result["host"])
            found.setdefault(ends, {})["control"] = {"name": "control", "ok": False, "detail": "the visitor did not come: %s" % result["reason"]}
            continue
        ends = (result["network"], result["visitor"], result["peer"])
        checks = found.setdefault(ends, {})
        name = look["tests"][result["test"]]["protocol"].lower() + "_data"
        error = result.get("error")
        if error is None:
            checks[name] = {"name": name, "ok": True, "detail": ""}
            checks["control"] = {"name": "control", "ok": True, "detail": ""}
        elif error["number"] in DATA_ERRORS:
            checks[name] = {"name": name, "ok": False, "detail": error["text"]}
            checks["control"] = {"name": "control", "ok": True, "detail": ""}
        else:
            checks[name] = {"name": name, "ok": None, "detail": "not tried, because the control connection did not work"}
            checks.setdefault("control", {"name": "control", "ok": False, "detail": error["text"]})
    return [{"network": network, "from": visitor, "to": host, "checks": [checks[name] for name in sorted(checks)]}
            for (network, visitor, host), checks in found.items()]


def problems(look, pairs):
    """Lines that say which rule is missing where: one for each host, protocol and network."""
    missing = {}
    for pair in pairs:
        for check in pair["checks"]:
            if check["ok"] is False:
                protocol = "UDP" if check["name"] == "udp_data" else "TCP"
                missing.setdefault((pair["to"], pair["network"], protocol), []).append((pair["from"], check["detail"]))
    lines = []
    for (host, network, protocol), visitors in missing.items():
        addresses = look["addresses"][network]
        sources = ["%s (%s)" % (addresses[name], name) for name, dummy in visitors]
        more = ", and %d more" % (len(sources) - SHOWN) if len(sources) > SHOWN else ""
        lines.append("%s (%s, network %s) is not reached on %s port %d by %s%s, allow that in its firewall; %s" % (
            host, addresses[host], network, protocol, look["port"], ", ".join(sources[:SHOWN]), more, visitors[0][1]))
    return lines


def blocked(pairs):
    """{(network, host, host, protocol)}, in both orders, of what the look found not to work: a test that failed there too has had its two attempts."""
    found = set()
    for pair in pairs:
        checks = {check["name"]: check["ok"] for check in pair["checks"]}
        for protocol in ("TCP", "UDP"):
            if checks.get("control") is False or checks.get(protocol.lower() + "_data") is False:
                found.update([(pair["network"], pair["from"], pair["to"], protocol), (pair["network"], pair["to"], pair["from"], protocol)])
    return found
