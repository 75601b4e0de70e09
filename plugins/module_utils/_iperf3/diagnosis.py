# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a failure means: its class, by rules over the error and the facts that were gathered. PRIVATE to the collection.

classify() is pure. The error says what could not be done, the facts say what was seen around it: where the control connection
stood, what ICMP answered, what the data connections' kernel counters say, what the server of ours tells, what connection
tracking shows. Nothing is guessed from a fact that is missing: every fact is optional, and without facts the error's number
alone decides. The classes with their words are the table in diagnosis_classes.py, evidence is put into words by clues.py.

Facts (dict; absent or None is "not known"):

    host, port, protocol ("TCP"/"UDP"), direction, address (the server's, as tried), local (ours)
    phase       where the control session stood, e.g. "cookie_sent", "running" (session.py)
    waited      seconds that the step which failed had waited
    icmp        {"text", "from", "reject"}: the ICMP answer to what was sent; reject: it means a firewall's "prohibited"
    neighbour   True: the address is on our link and answers ARP; False: it is on our link and does not
    control     {"reason": "closed", "reset", "timed_out" or "", "unacked": bytes of ours that the peer's kernel did not acknowledge}
    data        [{"stream", "sending", "state": "open", "closed" or "reset", "sent", "acked", "arrived", "retransmits", "length"}]
    full_size   {"size", "small": True when smaller packets passed}: full-sized packets got lost on their own
    again       "answers", "refused" or "silent": a new connection to the server's port after the failure
    elapsed, silence   seconds of the test so far, and of the longest time without a word on the control connection
    keepalive   {"idle", "interval", "count"} of the control connection
    server      what a server of ours tells (engine: inquiry.py); {} when it is none of ours
    tables      {"client": {...}, "server": {...}}: count, max, dropped (since the test began) of connection tracking, notes [text]
    firewall    {"backend", "chains": [...], "commands": [...]}: what at the server's node stops the packets, if it can be told
    opening     [lines]: commands that open the port, for hosts whose firewall is not known
"""

import errno

from . import clues, codec, errors, session
from .diagnosis_classes import BY_NAME

# A data connection that had no more than this acknowledged has moved its cookie and nothing else; bytes.
ONLY_COOKIE = codec.COOKIE_SIZE + 1
# Datagrams up to this size pass every link of IPv4 (RFC 791: 576 bytes with headers); bytes of payload.
SMALL_DATAGRAM = 548
BEFORE_PARAMETERS = ("", "connected", "cookie_sent")
AFTER_START = ("running", "ending", "results_asked", "results_sent", "results_exchanged", "displaying")
NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL)
# What the kernel says of a packet that a chain of this host's own output hook drops (net/netfilter/core.c: NF_DROP is EPERM)
NOT_LET_OUT = (errno.EPERM, errno.EACCES)
STREAM_GONE = (errno.ECONNRESET, errno.EPIPE, errno.ETIMEDOUT)

# error number: class, where the number alone says it
NUMBERS = {
    14: "bad_option", 17: "bad_option", 11: "unsupported", 39: "unsupported", 131: "unsupported", 133: "unsupported", 134: "unsupported",
    122: "unsupported", 123: "unsupported", 124: "unsupported", 125: "unsupported", 126: "unsupported", 127: "unsupported", 141: "unsupported",
    27: "limit_exceeded", 37: "limit_exceeded", 160: "limit_exceeded",
    114: "version_quirk", 117: "version_quirk", 208: "version_quirk",
    119: "interrupted", 120: "peer_died", 142: "authentication_failed",
    errors.NOT_SUPPORTED: "unsupported", errors.BIND_FAILED: "local_address", errors.NAME_NOT_RESOLVED: "name_not_resolved",
    errors.UDP_BLOCKED: "udp_data_blocked", errors.INTERRUPTED: "interrupted", errors.TOO_LARGE: "bad_option",
}


def classify(error, facts=None):
    """{"class", "explanation", "evidence": [lines], "remedy": [lines]} of an IperfError with its facts.

    error: None for a test that ended well but in which no data arrived (see nothing_arrived).
    """
    facts = facts or {}
    name = _name(error, facts)
    return {"class": name, "explanation": BY_NAME[name].explanation, "evidence": clues.evidence(name, error, facts),
            "remedy": clues.remedy(name, error, facts)}


def phase_of(transcript):
    """Where a client's control session stood after the messages of its transcript (session.py's phases)."""
    after = dict((row[:4], row[4]) for row in session.TRANSITIONS if row[0] == "client")
    phase = session.FIRST["client"]
    for entry in transcript:
        phase = after.get(("client", phase, entry["direction"], entry["name"]), phase)
    return phase


def nothing_arrived(facts):
    """Whether data was sent in some direction and none of it arrived, by the facts `data`."""
    return any(entry.get("sent") and entry.get("arrived") == 0 for entry in facts.get("data") or ())


def _name(error, facts):
    if error is None:
        return "mtu_black_hole" if _full_size_lost(facts) else _blocked(facts)
    if (error.start or error.number in errors.START) and error.number not in NUMBERS:  # refused here, or by the server
        return "bad_option"
    if error.number in (103, 203, 205, 206, 144, errors.UDP_BLOCKED, errors.PEER_SILENT, errors.DATA_LOST) and _table_full(facts):
        return "conntrack_table_full"
    rule = _RULES.get(error.number)
    if rule is not None:
        return rule(error, facts)
    if error.number == errors.NAME_NOT_RESOLVED and error.detail.startswith("bind "):
        return "local_address"
    return NUMBERS.get(error.number, "unknown")


# -- facts that several rules ask for

def _blocked(facts):
    return "udp_data_blocked" if facts.get("protocol") == "UDP" else "tcp_data_blocked"


def _full_size_lost(facts):
    """Small packets passed and large ones did not."""
    if facts.get("full_size"):
        return bool(facts["full_size"].get("small"))
    return any(_large_lost(entry, facts) for entry in facts.get("data") or ())


def _large_lost(entry, facts):
    if facts.get("protocol") == "UDP":
        # The stream's first datagram, of four bytes, was answered.
        return bool(entry.get("sent")) and entry.get("arrived") == 0 and (entry.get("length") or 0) > SMALL_DATAGRAM
    if entry["sending"] and entry.get("acked") is not None:
        return bool(entry.get("sent")) and 0 < entry["acked"] <= ONLY_COOKIE and bool(entry.get("retransmits"))
    return bool(entry.get("sent")) and entry.get("arrived") == 0 and bool(entry.get("retransmits"))


def _table_full(facts):
    for table in (facts.get("tables") or {}).values():
        if table and (table.get("dropped") or (table.get("max") and (table.get("count") or 0) >= table["max"])):
            return True
    return False


def _peer_is_gone(facts):
    """The server's program, not only the control connection, has ended."""
    told = ((facts.get("server") or {}).get("test") or {}).get("status")
    if told in ("crashed", "ok"):
        return told == "crashed"
    if facts.get("again") == "refused":
        return True
    states = [entry["state"] for entry in facts.get("data") or () if facts.get("protocol") == "TCP"]
    return bool(states) and all(state != "open" for state in states)


# -- rules of numbers that have several meanings

def _connect(error, facts):
    icmp = facts.get("icmp") or {}
    if error.os_errno == errno.ECONNREFUSED:
        return "control_filtered" if icmp else "control_refused"
    if icmp.get("reject") or error.os_errno in (errno.ETIMEDOUT, errno.EACCES, errno.EPERM):
        return "control_filtered"
    if error.os_errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return "control_refused"
    return "no_route" if error.os_errno in NO_ROUTE else "unknown"


def _denied(dummy, facts):
    if facts.get("phase", "") in BEFORE_PARAMETERS:
        return "server_busy"
    return "version_quirk" if facts.get("direction") == "bidir" else "access_denied"


def _ended(error, facts):
    """109: the other end closed, or the connection broke."""
    phase = facts.get("phase", "running")
    if phase in BEFORE_PARAMETERS:
        return "not_iperf3"
    if phase == "parameters_sent":
        return "version_quirk"
    if phase == "creating_streams":
        return "version_quirk" if facts.get("direction") == "bidir" else "limit_exceeded"
    if _full_size_lost(facts):
        return "mtu_black_hole"
    return "peer_died" if _peer_is_gone(facts) else "control_cut"


def _silent(error, facts):
    phase = facts.get("phase", "running")
    if phase in BEFORE_PARAMETERS:
        return "not_iperf3"
    if phase == "creating_streams":
        return _blocked(facts)
    control = facts.get("control") or {}
    if control.get("unacked") or control.get("reason") == "timed_out":
        return "control_cut"
    return "peer_died" if "control" in facts or _peer_is_gone(facts) else "control_cut"


def _strange(dummy, facts):
    return "not_iperf3" if facts.get("phase", "cookie_sent") in BEFORE_PARAMETERS else "version_quirk"


def _no_data(dummy, facts):
    return "mtu_black_hole" if _full_size_lost(facts) else "idle_timeout"


def _lost(dummy, facts):
    return "mtu_black_hole" if _full_size_lost(facts) else _blocked(facts)


def _stream(error, facts):
    if error.os_errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
        return "local_address"
    if error.os_errno == errno.EMSGSIZE:
        return "bad_option"
    if error.number == 205 and error.os_errno in NOT_LET_OUT:
        return "output_filtered"
    if error.number in (205, 206) and error.os_errno in STREAM_GONE and _peer_is_gone(facts):
        return "peer_died"
    return _lost(error, facts)


_RULES = {
    103: _connect, 121: _denied, 109: _ended, 116: _ended, 110: _strange, errors.OUT_OF_SEQUENCE: _strange, errors.PEER_SILENT: _silent,
    144: _no_data, 203: _stream, 205: _stream, 206: _stream, 204: lambda dummy, facts: _blocked(facts), errors.DATA_LOST: _lost,
}
