# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make data sets of runs, as large as wanted, with everything in them that a report has to show.

    make_run.py --nodes 100 > run.json

They are made up from a seed, so the same call gives the same run. Unit tests and the pictures in the docs use them.
"""

import argparse
import json
import random
import sys

STARTED = 1767225600
STEPS = (("sent", "COOKIE", 37), ("received", "PARAM_EXCHANGE", 1), ("sent", "PARAMETERS", 152), ("received", "CREATE_STREAMS", 1),
         ("received", "TEST_START", 1), ("received", "TEST_RUNNING", 1), ("sent", "TEST_END", 1), ("received", "EXCHANGE_RESULTS", 1),
         ("sent", "RESULTS", 327), ("received", "RESULTS", 345), ("received", "DISPLAY_RESULTS", 1), ("sent", "IPERF_DONE", 1))
BLOCKED = {
    "class": "udp_blocked", "explanation": "The control connection on TCP port 5201 works, but no UDP datagram to this port was answered.",
    "evidence": ["TCP connect to port 5201 took 0.4 ms", "5 hellos were sent over UDP, none was answered", "conntrack: udp 5201 [UNREPLIED]"],
    "remedy": ["Accept UDP port 5201 on the server's host: nft add rule inet filter EDPM_INPUT udp dport 5201 ct state new accept",
               "or let the run do it: iperf_manage_firewall: true"],
}


def names(count):
    """Host names as an overcloud has them: some controllers, some storage nodes, the rest computes."""
    if count <= 3:
        return ["node%d" % number for number in range(1, count + 1)]
    few = max(1, min(3, count // 5))
    return (["overcloud-controller-%d" % number for number in range(few)] + ["overcloud-cephstorage-%d" % number for number in range(few)]
            + ["overcloud-novacompute-%d" % number for number in range(count - 2 * few)])


def group(host):
    return {"controller": "Controller", "cephstorage": "CephStorage", "novacompute": "Compute"}.get(host.split("-")[1] if "-" in host else "", "nodes")


def make(nodes=3, networks=(("default", 10e9),), protocols=("TCP",), seed=1, seconds=10, dead=(), slow=None, blocked_udp=(), busy=(), absent=()):
    """A run as it was measured, before it is judged.

    networks: (name, bit/s of the interfaces). dead: hosts that took no part. slow: {host: share of its rate that it sends}. blocked_udp: hosts that no
    datagram reaches. busy: hosts whose CPU is the limit. absent: (host, network) that does not exist.
    """
    chance = random.Random(seed)
    hosts = names(nodes)
    addresses = {network: [host for host in hosts if (host, network) not in absent] for network, dummy in networks}
    links = []
    for network, speed in networks:
        for protocol in protocols:
            links += [_link(chance, network, speed, protocol, seconds, source, target, dead, slow or {}, blocked_udp, busy)
                      for source in addresses[network] for target in addresses[network] if source != target]
    rounds = (nodes - 1 + nodes % 2) * len(networks)
    return {
        "schema": "nfv.iperf/run-v1", "id": "20260101T000000Z", "title": "Bandwidth validation", "started": STARTED,
        "ended": STARTED + rounds * 2 * len(protocols) * (seconds + 0.3),
        "environment": {"controller": "undercloud", "collection": "0.1.0", "ansible": "2.19.14"},
        "options": {"topology": {"kind": "mesh"}, "port": 5201, "parallel": False, "tests": {
            "%s-%s" % (protocol.lower(), direction): {"protocol": protocol, "direction": direction, "options": {"time": seconds, "interval": 1}}
            for protocol in protocols for direction in ("forward", "reverse")}},
        "networks": [network for network, dummy in networks],
        "nodes": {host: _node(host, place, networks, addresses, dead) for place, host in enumerate(hosts)},
        "left_out": [{"host": host, "network": network, "reason": "it has no address there: %s_ip is the same as ctlplane_ip" % network}
                     for host, network in absent],
        "rounds": rounds, "links": links, "preflight": [], "criteria": [], "baseline": None,
        "verdict": {"status": "inconclusive", "passed": 0, "failed": 0, "missing": 0, "inconclusive": 0, "reasons": ["nothing was judged"]},
    }


def _node(host, place, networks, addresses, dead):
    mine = [(number, network, speed) for number, (network, speed) in enumerate(networks) if host in addresses[network]]
    return {
        "addresses": {network: "172.%d.%d.%d" % (16 + number, place // 200, 10 + place % 200) for number, network, dummy in mine}, "groups": [group(host)],
        "python": None if host in dead else "3.9.18", "cpus": None if host in dead else 64,
        "link_speed": {} if host in dead else {network: speed for dummy, network, speed in mine},
        "notes": ["took no part: it could not be reached or failed before the tests"] if host in dead else [],
    }


def _link(chance, network, speed, protocol, seconds, source, target, dead, slow, blocked_udp, busy):
    link = {"id": "%s:%s>%s:%s" % (network, source, target, protocol.lower()), "network": network, "from": source, "to": target, "protocol": protocol,
            "status": "missing", "reason": "", "attempts": 0, "diagnosis": None, "transcript": [], "intervals": [], "cpu_from": None, "cpu_to": None,
            "seconds": None, "bps": None, "sent_bps": None, "retransmits": None, "lost_percent": None, "jitter_ms": None, "rtt_ms": None, "limited_by": None}
    for host in (source, target):
        if host in dead:
            return dict(link, reason="%s took no part: it could not be reached or failed before the tests" % host)
    if protocol == "UDP" and target in blocked_udp:
        return dict(link, status="failed", attempts=2, limited_by="unknown", diagnosis=BLOCKED, transcript=_transcript(chance, seconds)[:4],
                    reason="the server did not answer over UDP: %s port 5201: no answer in 3 s" % target)
    share = chance.gauss(0.941, 0.004) * slow.get(source, 1) * (0.62 if target in busy else 1)
    rate = speed * max(0.01, min(share, 0.95))
    limit = "to_cpu" if target in busy else "link"
    link.update(
        status="ok", attempts=1, seconds=seconds + chance.random() / 100, bps=rate, sent_bps=rate * 1.0004, limited_by=limit,
        cpu_from=chance.uniform(12, 30), cpu_to=chance.uniform(96, 99) if target in busy else chance.uniform(15, 40),
        intervals=[rate * chance.gauss(1, 0.01) for dummy in range(seconds)], transcript=_transcript(chance, seconds))
    if protocol == "UDP":
        lost = chance.choice((0, 0, 0, chance.random() / 50)) + (1.8 if source in slow else 0)
        link.update(lost_percent=lost, jitter_ms=chance.uniform(0.002, 0.02), sent_bps=rate / (1 - lost / 100))
    else:
        link.update(retransmits=chance.randrange(400) if source in slow else chance.randrange(12), rtt_ms=chance.uniform(0.1, 0.3))
    return link


def _transcript(chance, seconds):
    found, now = [], 0.0
    for direction, name, size in STEPS:
        now += seconds if name == "TEST_END" else chance.uniform(0.0001, 0.002)
        content = None
        if name == "COOKIE":
            content = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz234567") for dummy in range(36))
        elif name == "PARAMETERS":
            content = {"tcp": True, "pacing_timer": 1000, "time": seconds, "len": 131072, "parallel": 1, "client_version": "3.21-nfv.iperf", "nfv_iperf": {}}
        elif name == "RESULTS":
            content = {"cpu_util_total": chance.uniform(10, 30), "cpu_util_user": chance.uniform(1, 4), "sender_has_retransmits": 1,
                       "streams": [{"id": 1, "bytes": chance.randrange(10 ** 9, 10 ** 10), "retransmits": chance.randrange(9), "jitter": 0.0, "errors": 0}]}
        found.append({"time": round(now, 6), "direction": direction, "name": name, "size": size, "content": content})
    return found


def example(nodes):
    """The run of so many nodes that the docs show: the larger, the more goes wrong in it."""
    hosts = names(nodes)
    if nodes <= 3:
        return make(nodes, (("default", 10e9),), ("TCP", "UDP"))
    if nodes <= 30:
        return make(nodes, (("tenant", 25e9), ("storage", 10e9)), ("TCP", "UDP"), dead=hosts[-1:], slow={hosts[nodes // 2]: 0.1},
                    blocked_udp=hosts[nodes // 3:nodes // 3 + 1], busy=hosts[-3:-2], absent=((hosts[0], "storage"),))
    return make(nodes, (("tenant", 25e9),), ("TCP",), dead=hosts[-30:-29], slow={hosts[nodes // 2]: 0.1, hosts[nodes // 3]: 0.8}, busy=hosts[-10:-9])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--nodes", type=int, default=3)
    json.dump(example(parser.parse_args().nodes), sys.stdout)


if __name__ == "__main__":
    main()
