# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""After a test has failed: the facts from which the diagnosis is made (their names: _iperf3/diagnosis.py).

PRIVATE to the collection. In two steps: seen() looks at the test's sockets while they are open and sends nothing; told() asks the server, with a connection of
its own, when the failure is of a kind about which a server may know more. Nothing here raises, and nothing takes longer than the limits below.
"""

import errno
import fcntl
import socket
import struct
import time

from .._conntrack import table
from .._firewall import remedy
from .._iperf3 import diagnosis
from . import inquiry, tcp_info, tracking

# asm-generic/sockios.h: bytes that were sent and are not acknowledged
SIOCOUTQ = 0x5411
# What ends with the control connection may be seen some moments later; seconds.
SETTLE = 0.5
PAUSE = 0.02
# How long the server may take to say what it knows; with blocked datagrams, until when since the first of them. Seconds.
ASK_LIMIT = 3.0
UDP_LIMIT = 2.9
PATIENCE = 0.4
# tcp_info's states (include/net/tcp_states.h)
TCP_STATES = {1: "open", 8: "closed", 7: "reset"}
REASONS = {errno.ECONNRESET: "reset", errno.EPIPE: "reset", errno.ETIMEDOUT: "timed_out"}
ASKED = frozenset(("server_busy", "access_denied", "tcp_data_blocked", "udp_data_blocked", "output_filtered", "mtu_black_hole", "control_cut", "peer_died",
                   "idle_timeout", "conntrack_table_full"))


def unacknowledged(sock):
    """Bytes of ours that the peer's kernel has not acknowledged; None where the system does not tell."""
    try:
        return struct.unpack("i", fcntl.ioctl(sock.fileno(), SIOCOUTQ, b"\0\0\0\0"))[0]
    except (OSError, ValueError):
        return None


def explain(test, error, facts):
    """The diagnosis of a test that failed with `error`, or that ended well and moved nothing; None of a good test.

    facts: of seen(). The test's sockets may be closed by now: a server that serves one client at a time is then free to answer.
    """
    if error is None and not diagnosis.nothing_arrived(facts):
        return None
    found = diagnosis.classify(error, facts)
    if found["class"] not in ASKED or not test.remote:
        return found
    told(facts, test)
    return diagnosis.classify(error, facts)


# -- what this end sees -----------------------------------------------------------------------------------------------------------

def seen(test, error):
    """Facts of a client.Test, from its sockets and this node."""
    settings = test.settings
    facts = {"host": settings.client, "port": settings.port, "protocol": settings.protocol, "direction": settings.direction, "data": []}
    facts.update(error.facts if error is not None else {})
    if test.remote:
        facts["address"] = test.remote[0].replace("::ffff:", "")
        facts["local"] = test.local[0].replace("::ffff:", "")
    if test.session is not None and test.channel is not None:
        facts.update(_control(test))
    if test.traffic is not None:
        facts["elapsed"] = time.monotonic() - test.traffic.started
        facts["data"] = _data(test, error)
    facts["tables"] = {"client": tracking.facts(test.tracked.get("client")) or _table(), "server": tracking.facts(test.tracked.get("server"))}
    if facts.get("address") and error is not None and error.number == 103:
        facts["neighbour"] = neighbour(facts["address"])
        facts["local"] = source_of(facts["address"], settings.port)
    facts["opening"] = _opening(facts)
    return facts


def _control(test):
    session, channel = test.session, test.channel
    reason = REASONS.get(channel.os_errno, "closed") if channel.ended else ""
    return {"phase": session.left or session.phase, "silence": session.transcript.longest_silence(time.monotonic()),
            "keepalive": test.keepalive, "control": {"reason": reason, "unacked": unacknowledged(channel.sock)}}


def _data(test, error):
    """One entry a data stream. When the control connection has ended, what ends with it is waited for."""
    until = time.monotonic() + (SETTLE if error is not None and error.number in (109, 120) else 0.0)
    while True:
        states = [_state(worker) for worker in test.workers]
        if "open" not in states or time.monotonic() >= until or test.settings.protocol == "UDP":
            break
        time.sleep(PAUSE)
    return [_entry(worker, state, test.settings, tcp_info.counters(worker.sock) or test.kernel.get(worker.stream.id, {}))
            for worker, state in zip(test.workers, states)]


def _state(worker):
    if isinstance(worker.error, OSError) and worker.error.errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNREFUSED):
        return "reset"
    if worker.sock.type & 0xf != socket.SOCK_STREAM:
        return "open"
    state = tcp_info.counters(worker.sock).get("state")
    return TCP_STATES.get(state, "open" if state is not None else "closed")


def _entry(worker, state, settings, kernel):
    """kernel: tcp_info.counters() now, or of the end of the measured time if the socket is closed."""
    stream = worker.stream
    peer = stream.peer
    entry = {"stream": stream.id, "sending": stream.sending, "state": state, "acked": None, "retransmits": None, "length": settings.length}
    if stream.sending:
        entry["sent"] = stream.bytes
        entry["arrived"] = None if peer is None else peer.packets if settings.protocol == "UDP" else peer.bytes
    else:
        entry["sent"] = None if peer is None else peer.bytes
        entry["arrived"] = stream.bytes
    if settings.protocol == "TCP":
        if stream.sending:
            entry.update(acked=kernel.get("acked"), retransmits=kernel.get("retransmits"))
        elif peer is not None:
            entry["retransmits"] = max(0, peer.retransmits)
    return entry


def _table():
    """Connection tracking of this node as a whole, for tests that were not watched: whether it is full now."""
    now = table.read()
    return {"count": now.count, "max": now.max, "dropped": 0, "notes": []} if now.max else None


def source_of(address, port):
    """The address with which this node talks to another, None when there is no route."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((address, port))
            return sock.getsockname()[0]
        except OSError:
            return None


def neighbour(address, path="/proc/net/arp"):
    """True: on our link, answers ARP. False: on our link, does not. None: not on our link, IPv6, or not known."""
    try:
        with open(path) as stream:
            lines = [line.split() for line in stream]
    except OSError:
        return None
    for words in lines[1:]:
        if len(words) >= 4 and words[0] == address:
            return int(words[2], 16) & 2 != 0  # ATF_COM of linux/if_arp.h
    return None


# -- what the server tells --------------------------------------------------------------------------------------------------------

def told(facts, test):
    """Adds what the server says, if it is one of ours, and whether its port still answers."""
    question = test.question or inquiry.Inquiry(test.remote, test.cookie, test.settings)
    limit = ASK_LIMIT
    if facts["protocol"] == "UDP" and facts.get("waited") is not None:
        limit = max(PATIENCE, UDP_LIMIT - facts["waited"])
    answer = question.finish(limit)
    facts["again"] = question.reached
    facts["server"] = answer
    facts["firewall"] = answer.get("firewall")
    tracked = answer.get("conntrack") or {}
    if tracked:
        notes = _missing(test, tracked) + ((facts["tables"].get("server") or {}).get("notes") or []) + list((answer.get("test") or {}).get("notes") or ())
        facts["tables"]["server"] = {"count": tracked.get("count"), "max": tracked.get("max"), "dropped": 0, "notes": notes}


def _opening(facts):
    """Commands for a node of whose firewall nothing is known."""
    try:
        return ["With %s" % line for line in remedy.opening(facts["port"], (facts["protocol"].lower(),), facts.get("local") or "0.0.0.0/0")]
    except ValueError:
        return []


def _missing(test, tracked):
    """A line if the server's node keeps entries of this client, at least that of the question, and none of the control connection."""
    entries = tracked.get("entries") or []
    if not tracked.get("available") or not entries:
        return []
    found = set()
    for one in test.flows:
        for entry in entries:
            ways = (entry["original"], entry["reply"])
            if entry["l4"] == one["protocol"] and any(one["local"]["port"] in (way["sport"], way["dport"]) for way in ways):
                found.add(one["role"])
    if "control" in found:
        return []
    others = ", while it has those of the data" if "data" in found else ""
    return ["connection tracking has no entry of the control connection any more%s" % others]
