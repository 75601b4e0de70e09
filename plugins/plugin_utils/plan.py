# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet's plan, and each node's part of it. PRIVATE to the collection.

The fleet is one small dict (make): who has which address on which network, who can be reached, what is tested, and in which topology. It holds no pairs, so
it stays small for a thousand nodes. A node's part (node_plan) is computed from it where it is needed; all parts agree because all follow from the same
fleet. Networks are measured one after the other, because a node is in one test at a time.
"""

from . import rounds, topology, wording
from ..module_utils._iperf3.options import OPTIONS

SCHEMA = "nfv.iperf/plan-v1"
DIRECTIONS = ("forward", "reverse")
# Seconds that a visit takes beside its tests: connections, parameters, results.
VISIT_OVERHEAD = 0.3
CONNECT_SECONDS = 3
# How long a host waits for a visitor before it asks where he is
GRACE_SECONDS = 2
# How long a receiver waits for data
SILENCE_SECONDS = 10
# What the end of a test may take when something goes wrong
TROUBLE_SECONDS = 40
PREPARED_SECONDS = 900
# The names that iperf_client has for an option beside its own
ALIASES = {alias: row.name for row in OPTIONS if row.roles != "server" for alias in row.aliases}
ENDS = ("bytes", "blockcount")


def option_name(name):
    """The engine's name of an option of iperf_client, which may be an alias."""
    return ALIASES.get(name, name)


def tests(protocols, options):
    """The tests of a visit by name, in order. protocols: of "tcp" and "udp". options: {"tcp": client options, "udp": ...}."""
    found = {}
    for protocol in dict.fromkeys(word.lower() for word in protocols):
        for direction in DIRECTIONS:
            given = {option_name(name): value for name, value in options.get(protocol, {}).items() if value not in (None, "")}
            if any(given.get(end) for end in ENDS):
                given.pop("time", None)  # only one of them ends a test, and the time is always there
            given.update({"udp": True} if protocol == "udp" else {})
            given.setdefault("connect_timeout", CONNECT_SECONDS * 1000)
            if direction == "reverse":  # iperf3 allows it only where data is received
                given.setdefault("rcv_timeout", SILENCE_SECONDS * 1000)
            else:
                given.pop("rcv_timeout", None)
            found["%s-%s" % (protocol, direction)] = {"protocol": protocol.upper(), "direction": direction, "options": given}
    return found


def make(run, addresses, alive, wanted_tests, wanted_topology, port=5201, groups=None, at_once=1):
    """The fleet's plan, of outline(); raises ValueError also when there is nothing to measure."""
    fleet = outline(run, addresses, alive, wanted_tests, wanted_topology, port, groups, at_once)
    if nothing(fleet) == list(addresses):
        raise ValueError("there is no pair of hosts to measure: topology %s of %s; look at iperf_topology, iperf_networks and --limit" % (
            fleet["topology"]["kind"], ", ".join("%s on %s" % (wording.counted(len(found), "host"), network) for network, found in addresses.items())))
    return fleet


def outline(run, addresses, alive, wanted_tests, wanted_topology, port=5201, groups=None, at_once=1):
    """The fleet's plan, whether or not there is anything in it.

    run: id of the run. addresses: {network: {host: address}}. alive: hosts that can be reached. wanted_tests: as tests() gives them. wanted_topology: what
    topology.parse() takes. groups: {group: hosts}, for the topology that needs them. at_once: how many rounds of the schedule are measured at
    the same time; 1 keeps every node in one test at a time, 0 means all. Raises ValueError.
    """
    shape = topology.parse(wanted_topology)
    if shape["kind"] == "groups":
        groups = {name: list((groups or {}).get(name, ())) for name in shape["groups"] if name in (groups or {})}
    else:
        groups = {}
    hosts = [host for found in addresses.values() for host in found]
    alive = set(alive)
    if shape["kind"] == "star" and not shape["center"]:  # the first that can be reached, on every network if there is such a one
        reached = [host for host in dict.fromkeys(hosts) if host in alive] or hosts
        shape = dict(shape, center=next((host for host in reached if all(host in found for found in addresses.values())), (reached + [None])[0]))
    fleet = {"run": run, "port": port, "addresses": {network: dict(found) for network, found in addresses.items()},
             "alive": [host for host in dict.fromkeys(hosts) if host in alive], "topology": shape, "groups": groups, "tests": wanted_tests,
             "at_once": int(at_once), "only": None}
    return fleet


def obstacles(addresses, wanted_topology, hosts, play, groups):
    """What a run of these hosts has before it, apart from the network: (problems, notes, whether nothing is measured because of the batch).

    addresses, wanted_topology: as for make(). hosts: of the batch. play: all of the play, more than the batch where the play has `serial`. groups: {group:
    hosts}, with "all".
    """
    shape = topology.parse(wanted_topology)
    found = topology.problems(shape, play, groups, groups.get("all", play))
    if found:
        return found, [], False
    notes = ["%s - %s is left out: a host of it is not in this %s" % (one, other, "batch" if len(play) > len(hosts) else "play")
             for one, other in topology.left_out(shape, hosts)]
    empty = nothing(outline("", addresses, hosts, {}, wanted_topology, groups=groups))
    lines = [_empty(shape, network, addresses[network]) for network in empty]
    if len(play) > len(hosts):
        return [], notes + lines, empty == list(addresses)
    return ["%s; look at iperf_topology, iperf_networks and --limit" % line for line in lines], notes, False


def _empty(shape, network, found):
    hosts = "no host is" if not found else "only %s is" % next(iter(found)) if len(found) == 1 else "%d hosts are" % len(found)
    why = "" if len(found) < 2 else ", and topology %s has no pair of them" % shape["kind"]
    return "there is nothing to measure on network %s: %s on it%s" % (network, hosts, why)


def nothing(fleet):
    """The networks on which the topology has no pair."""
    shape = fleet["topology"]
    return [network for network, found in fleet["addresses"].items()
            if not (len(found) > 1 if shape["kind"] == "mesh" else topology.pairs(shape, list(found), fleet["groups"]))]


def visit_seconds(fleet):
    """What a visit's tests take by their options; seconds."""
    return sum(test_seconds(test["options"]) for test in fleet["tests"].values())


def test_seconds(options):
    """What one test takes; for one that bytes or blocks end this is a guess."""
    until = 1.0 if options.get("bytes") or options.get("blockcount") else 10.0
    return float(options.get("time") or until) + float(options.get("omit") or 0)


def _schedules(fleet):
    """(network, hosts, rounds) in the order in which they are measured; only pairs of hosts that can be reached."""
    alive = set(fleet["alive"])
    for network, found in fleet["addresses"].items():
        hosts = [host for host in found if host in alive]
        everybody = list(found)
        if fleet["only"] is not None:
            index = {host: number for number, host in enumerate(hosts)}
            pairs = [(index[one], index[other]) for one, other, dummy in fleet["only"].get(network, ())]
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
    total = sum(_length(hosts, pairs) for dummy, hosts, pairs in _schedules(fleet))
    return _at_once(fleet, total - 1) + 1 if total else 0


def duration(fleet):
    """{"nodes", "rounds", "visits", "tests", "seconds"}: what the plan takes when nothing goes wrong."""
    visits = sum(len(hosts) * (len(hosts) - 1) // 2 if pairs is None else len(pairs) for dummy, hosts, pairs in _schedules(fleet))
    count = round_count(fleet)
    tests = visits * len(fleet["tests"])
    if fleet["only"] is not None:
        tests = sum(len(links) for found in fleet["only"].values() for dummy, dummy, links in found)
    return {"nodes": len(fleet["alive"]), "rounds": count, "visits": visits, "tests": tests,
            "seconds": round(count * (visit_seconds(fleet) + VISIT_OVERHEAD), 1)}


def round_pairs(fleet):
    """[(network, [(visitor, host), ...])] for each round, in order."""
    found = []
    for network, hosts, pairs in _schedules(fleet):
        together = topology.pairs({"kind": "mesh"}, hosts) if pairs is None else pairs
        for one in rounds.schedule(len(hosts), together):
            both = [(_visitor(fleet, pair), sum(pair) - _visitor(fleet, pair)) for pair in one]
            found.append((network, [(hosts[visitor], hosts[host]) for visitor, host in both]))
    return found


def _visitor(fleet, pair):
    """Who of a pair visits the other. Where a topology has sides it is the first: tests at the same time then go the same way, all to one, and later
    one to all."""
    return pair[0] if fleet["topology"]["kind"] in ("star", "groups", "pairs") else rounds.visitor(*pair)


def _partners(fleet, hosts, pairs, host):
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
                yield number, other, _visitor(fleet, pair) == me


def node_plan(fleet, host):
    """The part of a node, as module iperf_plan takes it; the layout is told in _engine/fleet_steps.py. Only peers that the node meets are in it."""
    steps, networks, offset = [], [], 0
    for network, hosts, pairs in _schedules(fleet):
        addresses = fleet["addresses"][network]
        peers = []
        for number, other, visits in _partners(fleet, hosts, pairs, host):
            wanted = _wanted(fleet, network, *((host, hosts[other]) if visits else (hosts[other], host)))
            steps.append([_at_once(fleet, offset + number), len(networks), len(peers), int(visits)] + wanted)
            peers.append([hosts[other], addresses[hosts[other]]])
        networks.append({"name": network, "peers": peers})
        offset += _length(hosts, pairs)
    seconds = visit_seconds(fleet)
    count = round_count(fleet)
    return {
        "schema": SCHEMA, "run": fleet["run"], "node": host, "port": fleet["port"], "rounds": count, "tests": fleet["tests"], "networks": networks,
        "steps": steps, "addresses": {network: found[host] for network, found in fleet["addresses"].items() if host in found},
        "limits": {"connect": CONNECT_SECONDS, "grace": GRACE_SECONDS, "visit": seconds + TROUBLE_SECONDS * len(fleet["tests"]),
                   "prepared": PREPARED_SECONDS, "total": (count + 2) * (seconds + 10) + PREPARED_SECONDS},
    }


def _wanted(fleet, network, visitor, host):
    """[[names of the tests]] of a visit that is not about all, [] for one that is."""
    if fleet["only"] is None:
        return []
    links = next(links for one, other, links in fleet["only"][network] if {one, other} == {visitor, host})
    names = {"%s-%s" % (protocol.lower(), DIRECTIONS[source != visitor]) for source, protocol in links}
    return [[name for name in fleet["tests"] if name in names]]


def _at_once(fleet, number):
    """The round that a round of the schedule becomes when several are measured at once."""
    return number // fleet["at_once"] if fleet["at_once"] else 0


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


def again(fleet, run, failed, reached):
    """The plan for a second attempt at links that failed: the same fleet with only these. reached: the hosts that can still be reached."""
    alive = set(reached).intersection(fleet["alive"])
    only = {network: {} for network in fleet["addresses"]}
    for one in failed:
        if one["from"] in alive and one["to"] in alive:
            ends = tuple(sorted((one["from"], one["to"])))
            only[one["network"]].setdefault(ends, []).append([one["from"], one["protocol"]])
    return dict(fleet, run=run, only={network: [[one, other, links] for (one, other), links in found.items()] for network, found in only.items()},
                alive=[host for host in fleet["alive"] if host in alive])
