# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Facts of a failure as lines that an operator reads: evidence and remedy. PRIVATE to the collection.

A clue is a function of the facts (diagnosis.py lists them) that returns lines; CLUES says which classes want to hear of it. A clue whose facts
are missing says nothing.
"""

import errno

from .diagnosis_classes import BY_NAME

NAMES = {"client": "this node", "server": "the server's node"}
OFTEN = 3
STATUS = {"starting": "the server still waits for the data streams", "running": "to the server the test still runs",
          "crashed": "at the server the test's process ended without a word (crashed)"}


def evidence(name, error, facts):
    """Lines that the class `name` was concluded from, the error's own first, no line twice."""
    lines = []
    if error is not None:
        if error.detail:
            lines.append(" ".join(error.detail.split()))
        if error.os_errno:
            lines.append("system error %d (%s)" % (error.os_errno, errno.errorcode.get(error.os_errno, "unknown")))
    for clue, classes in CLUES:
        if not classes or name in classes:
            lines += clue(facts)
    return sorted(set(lines), key=lines.index)


def remedy(name, dummy, facts):
    """Lines that say what to do, with addresses and commands filled in."""
    row = BY_NAME[name]
    values = {
        "host": facts.get("host") or "the server", "port": facts.get("port") or "5201", "address": facts.get("address") or facts.get("host") or "the server",
        "local": facts.get("local") or "the client", "protocol": (facts.get("protocol") or "TCP").lower(),
    }
    lines = [line.format(**values) for line in row.remedy]
    firewall = facts.get("firewall") or {}
    if row.opens and firewall.get("commands"):
        lines += ["On the server's node (%s): %s" % (firewall.get("backend"), command) for command in firewall["commands"]]
    elif row.opens:
        lines += list(facts.get("opening") or ())
    return lines


# -- clues ------------------------------------------------------------------------------------------------------------------------

def _waited(facts):
    return ["waited for %.2f s" % facts["waited"]] if facts.get("waited") is not None else []


def _icmp(facts):
    icmp = facts.get("icmp")
    return ["%s answered: %s" % (icmp["from"] or "somebody", icmp["text"])] if icmp else []


def _neighbour(facts):
    if facts.get("neighbour") is None:
        return []
    address = facts.get("address")
    if facts["neighbour"]:
        return ["%s is on this node's own link and answers ARP, so its host is up" % address]
    return ["%s is on this node's own link and does not answer ARP" % address]


def _phase(facts):
    return ["the control connection stood at %s" % facts["phase"].replace("_", " ")] if facts.get("phase") else []


def _control(facts):
    control = facts.get("control") or {}
    lines = []
    words = {"closed": "the server's end closed the control connection", "reset": "the control connection was reset",
             "timed_out": "the control connection's packets were no longer acknowledged, and the kernel gave it up"}
    if control.get("reason") in words:
        lines.append(words[control["reason"]])
    if control.get("unacked"):
        lines.append("%d bytes sent on the control connection are not acknowledged by the server's kernel" % control["unacked"])
    if facts.get("silence") is not None and facts.get("elapsed") is not None:
        lines.append("the longest silence on it was %.1f s; the test had begun %.1f s before" % (facts["silence"], facts["elapsed"]))
    return lines


def _keepalive(facts):
    if "keepalive" not in facts:
        return []
    if not facts["keepalive"]:
        return ["keepalive was off on the control connection"]
    return ["keepalive on the control connection: idle %(idle)d s, interval %(interval)d s, count %(count)d" % facts["keepalive"]]


def _data(facts):
    lines = []
    entries = facts.get("data") or ()
    for entry in entries[:OFTEN]:
        words = []
        if entry.get("sent") is not None:
            words.append("%d bytes sent" % entry["sent"])
        if entry.get("acked") is not None:
            words.append("%d acknowledged with those of its cookie" % entry["acked"])
        if entry.get("arrived") is not None:
            words.append("%d arrived" % entry["arrived"])
        if entry.get("retransmits"):
            words.append("%d segments sent again" % entry["retransmits"])
        if entry.get("length") and facts.get("protocol") == "UDP":
            words.append("datagrams of %d bytes" % entry["length"])
        words.append("now %s" % entry["state"])
        lines.append("data stream %s: %s" % (entry["stream"], ", ".join(words)))
    if len(entries) > OFTEN:
        lines.append("and %d data streams more" % (len(entries) - OFTEN))
    return lines


def _full_size(facts):
    full = facts.get("full_size")
    if not full:
        return []
    return ["packets of %d bytes got lost%s" % (full["size"], " while smaller ones passed" if full.get("small") else "")]


def _again(facts):
    port, address = facts.get("port"), facts.get("address")
    words = {"answers": "a new connection to %s port %s is accepted", "refused": "a new connection to %s port %s is refused",
             "silent": "a new connection to %s port %s is not answered"}
    return [words[facts["again"]] % (address, port)] if facts.get("again") in words else []


def _busy(facts):
    lines = []
    server = facts.get("server") or {}
    running = server.get("running") or []
    for test in running[:OFTEN]:
        words = ["%s tests since %.0f s" % (test.get("peer") or "somebody", test.get("since") or 0.0)]
        if test.get("remaining") is not None:
            words.append("for %.0f s still" % test["remaining"])
        lines.append(", ".join(words))
    if len(running) > OFTEN:
        lines.append("and %d tests more" % (len(running) - OFTEN))
    if running and server.get("max_clients"):
        lines.append("the server runs at most %d tests at once" % server["max_clients"])
    return lines


def _told(facts):
    """What a server of ours says of this test."""
    test = (facts.get("server") or {}).get("test") or {}
    if not test.get("status"):
        return []
    words = STATUS.get(test["status"]) or "the server says of this test: %s" % test["status"]
    return ["%s, %s" % (words, test["error"]) if test.get("error") else words]


def _firewall(facts):
    firewall = facts.get("firewall") or {}
    lines = ["%s on the server's node stops it" % chain for chain in firewall.get("chains") or ()]
    return lines or (["the server's node runs %s" % firewall["backend"]] if firewall.get("backend") else [])


def _tables(facts):
    lines = []
    for node, table in sorted((facts.get("tables") or {}).items()):
        table = table or {}
        if table.get("max") and ((table.get("count") or 0) >= table["max"] or table.get("dropped")):
            lines.append("connection tracking on %s: %d entries of at most %d" % (NAMES.get(node, node), table.get("count") or 0, table["max"]))
        if table.get("dropped"):
            lines.append("connection tracking on %s dropped %d packets for lack of room" % (NAMES.get(node, node), table["dropped"]))
        lines += ["on %s: %s" % (NAMES.get(node, node), note) for note in table.get("notes") or ()]
    return lines


def _quirk(facts):
    if facts.get("direction") == "bidir" and facts.get("phase") == "creating_streams":
        return ["servers before 3.7 know no bidir: they answer half of the streams with a denial"]
    if facts.get("phase") == "parameters_sent":
        return ["servers before 3.20 close without a word when they refuse parameters, and 3.21 does when a login fails"]
    if facts.get("phase") == "creating_streams":
        return ["servers 3.9 to 3.20 close without a word when the test is above their rate limit"]
    return []


_MID_TEST = ("control_cut", "peer_died", "unknown")
CLUES = (
    (_waited, ()),
    (_icmp, ()),
    (_neighbour, ("no_route", "control_filtered")),
    (_phase, ("not_iperf3", "access_denied", "version_quirk", "control_cut", "peer_died", "unknown")),
    (_quirk, ("version_quirk", "limit_exceeded")),
    (_control, _MID_TEST),
    (_keepalive, ("control_cut",)),
    (_data, _MID_TEST + ("mtu_black_hole", "idle_timeout", "tcp_data_blocked", "udp_data_blocked", "output_filtered")),
    (_full_size, ("mtu_black_hole",)),
    (_again, _MID_TEST + ("tcp_data_blocked", "conntrack_table_full")),
    (_busy, ("server_busy",)),
    (_told, ()),
    (_firewall, ("control_filtered", "tcp_data_blocked", "udp_data_blocked")),
    (_tables, ()),
)
