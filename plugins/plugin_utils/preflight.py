# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every pair's connections show before there is any load. PRIVATE to the collection.

The look is a plan of its own, in which each visit is the preflight of iperf_client: some packets over the connections that the real tests will make. Several
rounds of the schedule are looked at together. The checks of a pair are those of the engine (control, tcp_data, udp_data, tcp_full_size, udp_full_size); of
a protocol that the run does not use they are told and stop nothing.
"""

from . import plan

# A node has at most so many visits at once, and one that nobody answers holds nobody else up.
AT_ONCE = 16
SHOWN = 20
# Of the missing rules of a host so many are shown.
RULES = 12


def fleet(whole):
    """The look's fleet for the whole fleet's plan. UDP's look includes TCP's."""
    test = next((test for test in whole["tests"].values() if test["protocol"] == "UDP"), None) or next(iter(whole["tests"].values()))
    options = {name: test["options"][name] for name in ("udp", "length") if name in test["options"]}
    tests = {"look": {"protocol": test["protocol"], "direction": "forward", "options": dict(options, time=1), "look": True}}
    look = dict(whole, run=whole["run"] + "_look", tests=tests, at_once=AT_ONCE if whole["at_once"] else 0)
    return dict(look, cost=dict(plan.duration(look), load=False))


def gather(whole, results):
    """[{"from", "to", "network", "checks": [{"name", "ok", "needed", "detail"}], "diagnosis"}] for every visit: `from` is who visits.

    whole: the fleet's plan. results: what nodes returned, as for run_data.collect(). needed: whether a check is of a protocol that the run uses.
    """
    used = set(test["protocol"].lower() for test in whole["tests"].values())
    found = {}
    for result in results:
        if result["status"] == "absent":
            ends = (result["network"], result["peer"], result["host"])
            found.setdefault(ends, {"checks": [_control("the visitor did not come: %s" % result["reason"])], "diagnosis": None})
            continue
        checks = [dict(check, needed=check["name"] == "control" or check["name"].partition("_")[0] in used) for check in result.get("checks") or ()]
        if not checks:
            checks = [_control(result["error"]["text"])]
        found[(result["network"], result["visitor"], result["peer"])] = {"checks": checks, "diagnosis": result.get("diagnosis")}
    return [dict({"network": network, "from": visitor, "to": host}, **one) for (network, visitor, host), one in found.items()]


def _control(detail):
    return {"name": "control", "ok": False, "needed": True, "detail": detail}


def problems(whole, pairs, firewalls=None):
    """Lines that say what stands in the way: a block for each visited host, with a line for each network and check, and the remedy.

    firewalls: {host: what control_port_info found there}, for those that were asked.
    """
    missing = _missing(pairs)
    lines = []
    for host in dict.fromkeys(host for host, dummy, dummy in missing):
        mine = {key[1:]: found for key, found in missing.items() if key[0] == host}
        lines += [_line(whole, host, network, name, found) for (network, name), found in mine.items()]
        lines += ["  " + line for line in _remedy(host, mine, (firewalls or {}).get(host))]
    return lines


def unreached(whole, pairs):
    """{host: {"sources": [addresses that have to reach its port], "protocols": ["tcp", "udp"]}} of the hosts whose firewall is to be looked at."""
    used = sorted({test["protocol"].lower() for test in whole["tests"].values()} | {"tcp"})
    found = {}
    for (host, network, name), pairs_of_it in _missing(pairs).items():
        if name.endswith("full_size"):
            continue
        one = found.setdefault(host, {"sources": [], "protocols": []})
        one["sources"] += [whole["addresses"][network][pair["from"]] for pair, dummy in pairs_of_it]
        one["protocols"] = sorted(set(one["protocols"]) | {protocol for protocol in used if name == "control" or name == protocol + "_data"})
    return {host: dict(one, sources=list(dict.fromkeys(one["sources"]))) for host, one in found.items()}


def _missing(pairs):
    """{(visited host, network, check): [(pair, check)]} of what does not work and has to."""
    found = {}
    for pair in pairs:
        for check in pair["checks"]:
            if check["ok"] is False and check["needed"]:
                found.setdefault((pair["to"], pair["network"], check["name"]), []).append((pair, check))
    return found


def _line(whole, host, network, name, found):
    addresses = whole["addresses"][network]
    sources = ["%s (%s)" % (pair["from"], addresses[pair["from"]]) for pair, dummy in found]
    more = " and %d more" % (len(sources) - SHOWN) if len(sources) > SHOWN else ""
    return "%s (%s, network %s) %s from %s%s, %s" % (
        host, addresses[host], network, _what(name, whole["port"]), ", ".join(sources[:SHOWN]), more, found[0][1]["detail"])


def _remedy(host, mine, firewall):
    """Lines that say what helps: the rules that the host itself says it lacks, or what the first visitor guesses."""
    if firewall and firewall["blocked"]:
        chains = list(dict.fromkeys(chain for one in firewall["blocked"] for chain in one["chains"]))
        commands = firewall["commands"] or ["(no command of one line: the role nfv.iperf.control_port makes the changes)"]
        more = ["  and %d more like these" % (len(commands) - RULES)] if len(commands) > RULES else []
        return (["%s on %s stops them. The missing rules, for root on %s:" % (", ".join(chains), host, host)]
                + ["  " + line for line in commands[:RULES]] + more + firewall["lasting"])
    known = [line for found in mine.values() for line in (found[0][0]["diagnosis"] or {}).get("remedy") or ()]
    lines = ["remedy for %s, %s" % (host, line) for line in dict.fromkeys(known)]
    if firewall and firewall["readable"] and not all(name.endswith("full_size") for dummy, name in mine):
        return ["the firewall on %s lets them in, so something on the way stops them, or nothing serves there" % host] + lines
    if firewall and not firewall["readable"]:
        lines.append("which rules are missing on %s only root may see there: run this again with become, -e iperf_become=true" % host)
    return lines


def _what(name, port):
    if name.endswith("full_size"):
        return "gets no %s packets of full size" % name[:3].upper()
    return "is not reached on %s port %d" % ("UDP" if name == "udp_data" else "TCP", port)


def blocked(pairs):
    """{(network, host, host, protocol)}, in both orders, of what the look found not to work: a test that failed there too has had its two attempts."""
    found = set()
    for pair in pairs:
        checks = {check["name"]: check["ok"] for check in pair["checks"]}
        for protocol in ("TCP", "UDP"):
            if False in (checks.get("control"), checks.get(protocol.lower() + "_data"), checks.get(protocol.lower() + "_full_size")):
                found.update([(pair["network"], pair["from"], pair["to"], protocol), (pair["network"], pair["to"], pair["from"], protocol)])
    return found
