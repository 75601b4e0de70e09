# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""From a session's event to the error that it means. PRIVATE to the collection.

The same event means different things at different moments, and what peers leave unsaid can often be told from the moment:
the hints below say what is known about the peers' versions (protocol.rst, "Errors" and "Ends").
"""

from . import errors, events, states

# role, phase that was left: what a close without a word means there
_CLOSED = {
    ("client", "connected"): "before the test began, which servers do when another test has just ended: try again",
    ("client", "cookie_sent"): "before it said anything, so it may be no iperf3 server",
    ("client", "parameters_sent"): "without a word after the parameters, which servers before 3.20 do when they refuse them and"
                                   " 3.21 does when a login fails: see the server's log",
    ("client", "creating_streams"): "while the data streams were made, as servers before 3.21 do above their rate limit",
    ("client", "running"): "while the test ran, so it was killed, its time limit was reached or a firewall reset it",
    ("client", "results_sent"): "instead of sending its results",
    ("server", "accepted"): "before its cookie was complete",
    ("server", "running"): "while the test ran, so it was killed or a firewall reset it",
}

# role, phase: iperf3's number for a deadline that passed there
_SILENT = {
    ("server", "accepted"): 106,
    ("server", "parameters_asked"): 114,
    ("server", "creating_streams"): 204,
    ("server", "results_asked"): 117,
    ("client", "results_sent"): 117,
}

_STATES = {
    states.ACCESS_DENIED: 121,
    states.SERVER_TERMINATE: 120,
    states.CLIENT_TERMINATE: 119,
}


def explain(session, event):
    """The IperfError that this event of the session means, None when it is part of a good test."""
    if isinstance(event, events.Violation):
        return event.error
    if isinstance(event, events.Refused):
        return errors.from_wire(event.number, event.os_errno)
    if isinstance(event, events.State) and event.code in _STATES:
        return errors.IperfError(_STATES[event.code])
    if session.phase == "done":
        return None
    where = (session.role, session.left or session.phase)
    if isinstance(event, events.Eof) and session.phase == "closed":
        return errors.IperfError(109, _CLOSED.get(where, "in phase %s" % where[1]))
    if isinstance(event, events.TimedOut):
        return errors.IperfError(_SILENT.get(where, errors.PEER_SILENT), "%s did not come for %g seconds in phase %s" % (
            session.awaited_in(event.phase) or "what was due", event.seconds, event.phase))
    return None
