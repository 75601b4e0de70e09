# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Connection tracking of a test's flows, at the end where this runs.

PRIVATE to the collection. Client and server look alike: a Tracker is asked on every turn of the data loop and looks at the table about once a second
(_conntrack/watch.py says how seldom), so it is only made when the user asks for it. The server's report travels to the client under the extension key
of its results.
"""

from .._conntrack import match, watch

# What of a report speaks of the table and not of a flow.
TABLE_KEYS = ("available", "reason", "source", "count", "max", "fill_percent", "accounting", "notes")


class Tracker(object):
    """Looks at the table of this node. port: the server's, by which entries are kept. flows(): the test's flows so far (client.flow()).

    warn: called with all warnings so far, as texts, when there is a new one.
    """

    def __init__(self, port, flows, warn=None):
        self._watch = watch.Watch([port])
        self._flows = flows
        self._warn = warn
        self._warned = []

    def turn(self, dummy):
        """A turn of the data loop."""
        if self._watch.look() and self._warn:
            warnings = facts(self.report())["notes"]
            if len(warnings) > len(self._warned):
                self._warned = warnings
                self._warn(warnings)

    def look(self):
        """A moment that matters: look now."""
        self._watch.look(force=True)

    def report(self, silence=None):
        """{"flows": [...], "notes": [...], "available", ...} of _conntrack/watch.py; silence: planned seconds of silence on the control connection."""
        flows = [match.Flow(one["role"], one["protocol"], (one["local"]["host"], one["local"]["port"]),
                            (one["remote"]["host"], one["remote"]["port"]), one["stream"]) for one in self._flows()]
        return self._watch.report(flows, silence)


def planned_silence(settings, keepalive):
    """Seconds for which a test leaves its control connection without a packet, None when that is not known. keepalive: as sockopts.keepalive()."""
    seconds = settings.duration or None
    if keepalive and keepalive["idle"]:
        return min(seconds or keepalive["idle"], keepalive["idle"])
    return seconds


def attach(flows, client, server):
    """Adds "conntrack": {"client": {...} or None, "server": ...} to each flow of the client; reports as Tracker.report() makes them, or None."""
    for one in flows:
        one["conntrack"] = {"client": _part(one, client), "server": _part(one, server)}


def _part(flow, report):
    for entry in (report or {}).get("flows") or ():
        if (entry.get("role"), entry.get("stream")) == (flow["role"], flow["stream"]):
            return entry
    return None


def table(report):
    """What a report says of the table as a whole, None without report."""
    return dict((key, report.get(key)) for key in TABLE_KEYS) if report else None


def facts(report):
    """A report as the diagnosis wants it (diagnosis.py, `tables`)."""
    if not report:
        return None
    notes = list(report.get("notes") or ())
    for entry in report.get("flows") or ():
        notes += entry.get("notes") or ()
    dropped = any(note.get("code") == "table_dropped" for note in notes)
    return {"count": report.get("count"), "max": report.get("max"), "dropped": int(dropped),
            "notes": [note["text"] for note in notes if note.get("level") == "warning"]}


def lines(flows):
    """What was seen of each flow, as text: one line for each end that told."""
    found = []
    for one in flows:
        name = "control" if one["role"] == "control" else "data stream %s" % one["stream"]
        for node in ("client", "server"):
            seen = (one.get("conntrack") or {}).get(node)
            if seen is None:
                continue
            if not seen["entry"]:
                found.append("%s at the %s: no entry" % (name, node))
                continue
            words = [seen["state"] or one["protocol"].upper(), "%s s left" % seen["timeout_left"]]
            if seen["bytes_sent"] is not None:
                words.append("%d bytes out, %d in" % (seen["bytes_sent"], seen["bytes_received"]))
            if seen["longest_idle"] is not None:
                words.append("idle for %.0f s at most" % seen["longest_idle"])
            found.append("%s at the %s: %s" % (name, node, ", ".join(words)))
            found += ["%s at the %s: %s" % (name, node, note["text"]) for note in seen["notes"]]
    return found
