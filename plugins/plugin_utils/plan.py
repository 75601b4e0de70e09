# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet's plan, and each node's part of it. PRIVATE to the collection.

The fleet is one small dict (make): who has which address on which network, who can be reached, what is tested, and in which topology. It holds no pairs, so
it stays small for a thousand nodes. A node's part (node_plan) is computed from it where it is needed; all parts agree because all follow from the same
fleet. Networks are measured one after the other, because a node is in one test at a time.
"""

from . import rounds, topology

SCHEMA = "nfv.iperf/plan-v1"
DIRECTIONS = ("forward", "reverse")
# Seconds that a visit takes beside its tests: connections, parameters, results.
VISIT_OVERHEAD = 0.3
CONNECT_SECONDS = 3
# How long a receiver waits for data
SILENCE_SECONDS = 10
# What the end of a test may take when something goes wrong
TROUBLE_SECONDS = 40
PREPARED_SECONDS = 900


def tests(protocols, options):
    """The tests of a visit by name, in order. protocols: of "tcp" and "udp". options: {"tcp": client options, "udp": ...}."""
    found = {}
    for protocol in protocols:
        for direction in DIRECTIONS:
            given = {name: value for name, value in options.get(protocol, {}).items() if value not in (None, "")}
            given.update({"udp": True} if protocol == "udp" else {})
            given.setdefault("connect_timeout", CONNECT_SECONDS * 1000)
            if direction == "reverse":  # iperf3 allows it only where data is received
                given.setdefault("rcv_timeout", SILENCE_SECONDS * 1000)
            found["%s-%s" % (protocol, direction)] = {"protocol": protocol.upper(), "direction": direction, "options": given}
    return found


def make(run, addresses, alive, wanted_tests, wanted_topology, port=5201, groups=None, parallel=False):
    """The fleet's plan.

    run: id of the run. addresses: {network: {host: address}}. alive: hosts that can be reached. wanted_tests: as tests() gives them. wanted_topology: what
    topology.parse() takes. groups: {group: hosts}, for the topology that needs them. parallel: everything at once. Raises ValueError.
    """
    shape = topology.parse(wanted_topology)
    if shape["kind"] == "groups":
        groups = {name: list((groups or {}).get(name, ())) for name in shape["groups"] if name in (groups or {})}
    else:
        groups = {}
    hosts = [host for found in addresses.values() for host in found]
    alive = set(alive)
    fleet = {"run": run, "port": port, "addresses": {network: dict(found) for network, found in addresses.items()},
             "alive": [host for host in dict.fromkeys(hosts) if host in alive], "topology": shape, "groups": groups, "tests": wanted_tests,
             "parallel": bool(parallel), "only": None}
    for network in addresses:
        topology.pairs(shape, list(addresses[network]), groups)  # tells now what is wrong with it
    return fleet


def visit_seconds(fleet):
    """What a visit's tests take by their options; seconds."""
    return sum(test_seconds(test["options"]) for test in fleet["tests"].values())


def test_seconds(options):
    """What one test takes; one that bytes or blocks end is guessed at 10 seconds."""
    return float(options.get("time") or 10) + float(options.get("omit") or 0)


def _schedules(fleet):
    """(network, hosts, rounds) in the order in which they are measured; only pairs of hosts that can be reached."""
    alive = set(fleet["alive"])
    for network, found in fleet["addresses"].items():
        hosts = [host for host in found if host in alive]
        everybody = list(found)
        if fleet["only"] is not None:
            index = {host: number for number, host in enumerate(hosts)}
            pairs = [(index[one], index[other]) for one, other in fleet["only"].get(network, ()) if one in index and other in index]
        elif fleet["topology"]["kind"] == "mesh":
            pairs = None
        else:
            place = {host: number for number, host in enumerate(hosts)}
            both = [(everybody[one], everybody[other]) for one, other in topology.pairs(fleet["topology"], everybody, fleet["groups"])]
            pairs = [(place[one], place[other]) for one, other in both if one in place and other in place]
        yield network, hosts, pairs


def _length(hosts, pairs):
    return rounds.mesh_rounds(len(hosts)) if pairs is None else len(rounds.schedule(len(hosts), pairs))


def round_count(fleet):
    """How many rounds the fleet takes."""
    lengths = [_length(hosts, pairs) for dummy, hosts, pairs in _schedules(fleet)]
    return max(lengths + [0]) and 1 if fleet["parallel"] else sum(lengths)


def duration(fleet):
    """{"rounds", "visits", "tests", "seconds"}: what the plan takes when nothing goes wrong."""
    visits = sum(len(hosts) * (len(hosts) - 1) // 2 if pairs is None else len(pairs) for dummy, hosts, pairs in _schedules(fleet))
    count = round_count(fleet)
    return {"rounds": count, "visits": visits, "tests": visits * len(fleet["tests"]), "seconds": round(count * (visit_seconds(fleet) + VISIT_OVERHEAD), 1)}


def _partners(hosts, pairs, host):
    """(round, partner, whether host visits) for one host, by number."""
    if host not in hosts:
        return
    me = hosts.index(host)
    if pairs is None:
        for number in range(rounds.mesh_rounds(len(hosts))):
            other = rounds.opponent(len(hosts), me, number)
            if other is not None:
                yield number, other, rounds.visitor(me, other) == me
        return
    for number, together in enumerate(rounds.schedule(len(hosts), pairs)):
        for pair in together:
            if me in pair:
                other = pair[1] if pair[0] == me else pair[0]
                yield number, other, rounds.visitor(me, other) == me


def node_plan(fleet, host):
    """The part of a node, as module iperf_plan takes it."""
    steps, offset = [], 0
    for network, hosts, pairs in _schedules(fleet):
        for number, other, visits in _partners(hosts, pairs, host):
            steps.append({"round": 0 if fleet["parallel"] else offset + number, "network": network, "peer": hosts[other],
                          "address": fleet["addresses"][network][hosts[other]], "role": "visit" if visits else "host", "tests": list(fleet["tests"])})
        offset += _length(hosts, pairs)
    seconds = visit_seconds(fleet)
    count = round_count(fleet)
    return {
        "schema": SCHEMA, "run": fleet["run"], "node": host, "port": fleet["port"], "rounds": count, "tests": fleet["tests"], "steps": steps,
        "addresses": {network: found[host] for network, found in fleet["addresses"].items() if host in found},
        "limits": {"connect": CONNECT_SECONDS, "visit": seconds + TROUBLE_SECONDS * len(fleet["tests"]), "patience": seconds + 5,
                   "prepared": PREPARED_SECONDS, "total": (count + 2) * (seconds + 10) + PREPARED_SECONDS},
    }


def links(fleet):
    """Every link that the topology asks for, also with hosts that cannot be reached: {"id", "network", "from", "to", "protocol", "test", "visitor"}."""
    found = []
    for network, addresses in fleet["addresses"].items():
        hosts = list(addresses)
        for one, other in topology.pairs(fleet["topology"], hosts, fleet["groups"]):
            for name, test in fleet["tests"].items():
                first, second = (one, other) if test["direction"] == "forward" else (other, one)
                found.append(link(network, hosts[first], hosts[second], test["protocol"]))
    return found


def link(network, source, target, protocol):
    """What names a link: data of a protocol in one direction between two hosts on a network."""
    return {"id": "%s:%s>%s:%s" % (network, source, target, protocol.lower()), "network": network, "from": source, "to": target, "protocol": protocol}


def again(fleet, run, failed):
    """The plan for a second attempt at links that failed: the same fleet with only their pairs."""
    alive = set(fleet["alive"])
    only = {}
    for one in failed:
        if one["from"] in alive and one["to"] in alive:
            pair = sorted((one["from"], one["to"]))
            if pair not in only.setdefault(one["network"], []):
                only[one["network"]].append(pair)
    return dict(fleet, run=run, only=only)
