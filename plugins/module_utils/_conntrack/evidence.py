# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. From the flows of a test and looks at the table during it to what connection tracking did to each flow.

Pure: snapshots [(now, records)] in, dicts out; `now` is in seconds of any clock that does not jump. Three rules:

* Time left is not silence. The kernel starts the timeout anew with every packet, but with another value when the last data is not
  acknowledged yet (300 s instead of five days), so that the value in force is not known. What is known: while no packet passes,
  now + time left stays the same, and the counters stay the same. The idle time is how long that was seen; it is a lower bound.
* One look may miss an entry: /proc is read in pieces while the table changes. An entry is gone when two looks in a row do not
  show it, or one after its time was up.
* A TCP connection that was closing is not missed when its entry goes.
"""

from . import match, policy

# Time left is cut to whole seconds, and the clock is not read in the same moment.
_SLACK = 2.0
_ALIVE = ("", "NONE", "SYN_SENT", "SYN_SENT2", "SYN_RECV", "ESTABLISHED")


def gather(flows, snapshots, silence=None, table=None, before=None):
    """{"flows": [one dict a flow, in order], "notes": [about the table as a whole]}, ready for JSON.

    flows: match.Flow each. snapshots: [(now, list of parse.Record)] in order of time; leave out the looks that failed.
    silence: seconds that the control connection will be or was silent, as planned; None = unknown.
    table, before: table.Table of the last look and of before the test, if known.

    A flow's dict: role, protocol, stream, local, remote; `entry` (Record.to_dict() as last seen, or None), `present` (in the last
    look), `state`, `timeout_left` (seconds, at the last sighting), `bytes_sent`, `bytes_received`, `packets_sent` and
    `packets_received` (as the flow's socket would say; headers are counted), `idle` and `longest_idle` (seconds without a packet at
    least, at the last sighting and ever), `notes` (see policy). Unknown is None."""
    notes = policy.judge_table(table, before) if table else []
    return {"flows": [_gather_one(flow, snapshots, silence) for flow in flows], "notes": notes}


def _gather_one(flow, snapshots, silence):
    looks = [(now, next(iter(match.find(flow, records)), None)) for now, records in snapshots]
    seen = [(now, record) for now, record in looks if record]
    values = dict(flow._asdict(), local=list(flow.local), remote=list(flow.remote), entry=None, present=False, state=None,
                  timeout_left=None, bytes_sent=None, bytes_received=None, packets_sent=None, packets_received=None,
                  idle=None, longest_idle=None, notes=[])
    if seen:
        record = seen[-1][1]
        sent, received = match.sent_and_received(flow, record)
        values.update(entry=record.to_dict(), present=looks[-1][1] is not None, state=record.state, timeout_left=record.timeout,
                      bytes_sent=sent.bytes, bytes_received=received.bytes,
                      packets_sent=sent.packets, packets_received=received.packets)
        values["idle"], values["longest_idle"] = idle_times(seen)
        values["notes"] = _notes(flow, record, seen, silence) + _vanished(flow, looks)
    elif looks:
        values["notes"] = [policy.note("not_tracked", role=flow.role)]
    return values


def idle_times(seen):
    """(seconds without a packet at the last sighting, the longest such time) of [(now, record)].

    None, None with fewer than two sightings, and for an offloaded flow, whose packets pass connection tracking by."""
    if len(seen) < 2 or seen[-1][1].offload:
        return None, None
    start, longest = seen[0], 0.0
    for look in seen:
        if _moved(start, look):
            start = look
        longest = max(longest, look[0] - start[0])
    return seen[-1][0] - start[0], longest


def _moved(start, look):
    """Whether a packet passed between two sightings."""
    packets = start[1].counted("packets"), look[1].counted("packets")
    if None not in packets:
        return packets[0] != packets[1]
    if None in (start[1].timeout, look[1].timeout):
        return True
    return abs((start[0] + start[1].timeout) - (look[0] + look[1].timeout)) > _SLACK


def _notes(flow, record, seen, silence):
    notes = []
    if flow.role == "control" and silence is not None:
        timeouts = [one.timeout for now, one in seen if one.state == "ESTABLISHED" and one.timeout is not None]
        notes += policy.judge_silence(max(timeouts) if timeouts else None, silence)
    if record.unreplied:
        notes.append(policy.note("unreplied", role=flow.role, state=record.state or record.l4.upper()))
    if record.nat():
        notes.append(policy.note("translated", role=flow.role, nat=record.nat() if record.nat() != "both" else "source and destination",
                                 original=_way(record.original.source(), record.original.destination()),
                                 reply=_way(record.reply.destination(), record.reply.source())))
    if record.offload:
        notes.append(policy.note("offloaded", role=flow.role))
    return notes


def _way(source, destination):
    return "%s to %s" % tuple(("[%s]:%s" if ":" in host else "%s:%s") % (host, port) for host, port in (source, destination))


def _vanished(flow, looks):
    """The notes (none or one) for an entry that went while its connection lived."""
    begin, last, missing = looks[0][0], None, []
    for now, record in looks + [(None, None)]:
        if last and missing and (record or now is None):
            left = last[1].timeout
            expired = left is not None and last[0] + left <= missing[-1] + 1
            if last[1].state in _ALIVE and (expired or len(missing) > 1):
                returned = ", and came back as a new one at second %.0f" % (now - begin) if record else ""
                return [policy.note("entry_expired" if expired else "entry_removed", role=flow.role, returned=returned,
                                    left="?" if left is None else left, last=last[0] - begin, gone=missing[0] - begin,
                                    sysctl=policy.timeout_sysctl(flow.protocol, last[1].assured))]
        if record:
            last, missing = (now, record), []
        elif now is not None:
            missing.append(now)
    return []
