# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What is remarkable about the connection tracking of a test, in words, and the limits for it.

A note is a dict: `code` for programs, `level` ("warning": can harm a test; "info": explains what is seen), `text` with the numbers
seen, and `remedy`, the next step, "" where nothing has to be done.
"""

NEARLY_FULL_PERCENT = 90.0

# code: (level, text, remedy)
NOTES = {
    "timeout_too_short": (
        "warning",
        "the entry of the {role} connection expires after {timeout} s without a packet, and the test leaves the connection silent for"
        " {silence:.0f} s: a firewall that accepts established connections only will then drop the exchange of the results",
        "use the keepalive of the control connection (cntl_ka), or raise net.netfilter.nf_conntrack_{sysctl} above {silence:.0f}"),
    "entry_expired": (
        "warning",
        "the entry of the {role} connection ran out during the test: {left} s were left at second {last:.0f}, and it was gone at"
        " second {gone:.0f}{returned}",
        "use the keepalive of the control connection (cntl_ka), or raise net.netfilter.nf_conntrack_{sysctl}"),
    "entry_removed": (
        "warning",
        "the entry of the {role} connection was removed during the test, before its time: {left} s were left at second {last:.0f},"
        " and it was gone at second {gone:.0f}{returned}",
        "look for what flushed the table (a firewall that was reloaded, conntrack -D or -F), or for a full table"),
    "unreplied": (
        "warning",
        "this node saw packets of the {role} connection in one direction only ({state})",
        "the answers are blocked, or take a way round this node; compare with the table of the other node"),
    "not_tracked": (
        "info",
        "the {role} connection has no entry here: no stateful rule or NAT applies to it in this network namespace, or a notrack rule"
        " does, so that it cannot time out on this node",
        ""),
    "translated": (
        "info",
        "this node translates the {nat} of the {role} connection: {original} is {reply} on the other side",
        ""),
    "offloaded": (
        "info",
        "the {role} connection is offloaded to a flowtable: its counters may lag and its time left is not shown",
        ""),
    "table_nearly_full": (
        "warning",
        "the table holds {count} of at most {max} entries ({fill:.1f} %) with {flows} more planned: the packets of new connections are"
        " dropped when it is full",
        "raise net.netfilter.nf_conntrack_max, or use fewer parallel streams"),
    "table_dropped": (
        "warning",
        "connection tracking dropped {drop} packets and removed {early_drop} entries early during the test: the table was full",
        "raise net.netfilter.nf_conntrack_max"),
    "not_counted": (
        "info",
        "bytes and packets are not counted: net.netfilter.nf_conntrack_acct is 0",
        "set it to 1 before the test starts; connections that exist already stay uncounted"),
}


def note(code, **values):
    """The note of a code with the values filled in. Raises KeyError if one is missing."""
    level, text, remedy = NOTES[code]
    return {"code": code, "level": level, "text": text.format(**values), "remedy": remedy.format(**values)}


def timeout_sysctl(protocol, assured=True):
    """The sysctl, without "nf_conntrack_", that gives the timeout of an established flow of "tcp" or "udp"."""
    if protocol.lower() == "tcp":
        return "tcp_timeout_established"
    return "udp_timeout_stream" if assured else "udp_timeout"


def judge_silence(timeout, silence, role="control", protocol="tcp"):
    """The notes (none or one) for a connection that will be silent for `silence` seconds under a timeout of `timeout` seconds."""
    if timeout is None or silence is None or timeout > silence:
        return []
    return [note("timeout_too_short", role=role, timeout=timeout, silence=silence, sysctl=timeout_sysctl(protocol))]


def judge_table(now, before=None, flows=0):
    """The notes for a table.Table with `flows` more connections to come; `before` is the Table when the test began."""
    notes = []
    if now.max and now.count is not None and 100.0 * (now.count + flows) / now.max >= NEARLY_FULL_PERCENT:
        notes.append(note("table_nearly_full", count=now.count, max=now.max, fill=now.fill_percent, flows=flows))
    if before:
        lost = {name: now.losses.get(name, 0) - before.losses.get(name, 0) for name in ("drop", "early_drop")}
        if max(lost.values()) > 0:
            notes.append(note("table_dropped", **lost))
    if now.accounting is False:
        notes.append(note("not_counted"))
    return notes
