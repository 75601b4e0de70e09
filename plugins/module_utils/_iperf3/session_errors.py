# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""From a session's event to the error that it means: number, where it happened, what is known of it and what to do. PRIVATE to the collection.

The same event means different things at different moments, and what peers leave unsaid can often be told from the moment: MOMENTS is the
one place that says so (protocol.rst, "Errors" and "Ends"). Classes of failures are another matter and come of number and phase (diagnosis.py).
"""

import errno
from typing import NamedTuple

from . import errors, events, states

OTHER = {"client": "server", "server": "client"}
LOG = {"client": "look at its log", "server": "look at its output"}


class Moment(NamedTuple):
    """What a phase (session.py) of a role is in words.

    where: behind "it closed the connection". due: what the other end has to do, behind "it did not", "" when it is our turn. closed, silent, denied: what is
    known of a peer that closes, says nothing or denies there, with the next step; "" is "look at its log". number: for a deadline that passes there.
    """

    where: str
    due: str = ""
    closed: str = ""
    silent: str = ""
    denied: str = ""
    number: int = errors.PEER_SILENT


_WHO = "see who listens on that port"
_BUSY = "the server is busy with somebody else's test, try again later"
_KILLED = "the program there was killed, or a firewall cut the connection"
_STREAMS_DENIED = "as servers do with connections that they do not expect: try again, or compare the versions if the test is bidir"
_NO_TEST = "a port scanner or a health check does so: if no test was expected, nothing is to be done"

MOMENTS = {
    ("client", "connected"): Moment("before anything was said", closed="a server that has just ended a test does so: try again", denied=_BUSY),
    ("client", "cookie_sent"): Moment(
        "after our cookie", "ask for the parameters", closed="a server between two tests does so, and what is no iperf3 server: try again, and " + _WHO,
        silent="it may be no iperf3 server, or one that another client holds up: try again, and " + _WHO, denied=_BUSY),
    ("client", "parameters_asked"): Moment("before our parameters", denied=_BUSY),
    ("client", "parameters_sent"): Moment(
        "after our parameters", "ask for the data streams",
        closed="without a word servers before 3.20 refuse parameters, and 3.21 a login: look at its log and compare the versions"),
    ("client", "creating_streams"): Moment(
        "while the data streams were made", "start the test after the data streams were made",
        closed="servers before 3.21 do so when a test is above their rate limit: ask for a lower rate, and look at its log",
        silent="a firewall may let only some of the connections through", denied=_STREAMS_DENIED),
    ("client", "starting"): Moment("when the test was to begin", "start the test after the data streams were made", denied=_STREAMS_DENIED),
    ("client", "running"): Moment("while the test ran", closed=_KILLED + ", or the test took longer than it permits: look at its log"),
    ("client", "ending"): Moment("after the end of the test", "ask for the results after the end of the test"),
    ("client", "results_asked"): Moment("before our results"),
    ("client", "results_sent"): Moment("after our results", "send its own results after ours"),
    ("client", "results_exchanged"): Moment("after the server's results", "end the exchange after its results"),
    ("server", "accepted"): Moment("before the client's cookie was complete", "send its cookie", closed=_NO_TEST, silent=_NO_TEST, number=106),
    ("server", "cookie_received"): Moment("after the client's cookie", closed=_NO_TEST),
    ("server", "parameters_asked"): Moment("before the client's parameters", "send its parameters", closed=_NO_TEST, silent=_NO_TEST, number=114),
    ("server", "parameters_received"): Moment("after the client's parameters"),
    ("server", "creating_streams"): Moment(
        "while the data streams were made", "open its data streams", closed="it could not open them, or was stopped: look at its output",
        silent="look for a firewall that lets the control connection through and not the data", number=204),
    ("server", "starting"): Moment("when the test was to begin"),
    ("server", "running"): Moment("while the test ran", closed=_KILLED + ": look at its output"),
    ("server", "ending"): Moment("after the end of the test"),
    ("server", "results_asked"): Moment("before the client's results", "send its results", number=117),
    ("server", "results_received"): Moment("after the client's results"),
    ("server", "results_exchanged"): Moment("after our results"),
    ("server", "displaying"): Moment("after our results", "say that it is done"),
}

# The last word of a state byte
_STATES = {states.ACCESS_DENIED: 121, states.SERVER_TERMINATE: 120, states.CLIENT_TERMINATE: 119}


def explain(session, event, os_errno=0):
    """The IperfError that this event of the session means, None when it is part of a good test.

    os_errno: the system's error with which the connection broke, 0 when it did not or the other end closed it.
    """
    if isinstance(event, events.Violation):
        return event.error
    moment = MOMENTS.get((session.role, session.left or session.phase), Moment("in phase %s" % (session.left or session.phase)))
    if isinstance(event, events.Refused):
        return errors.from_wire(event.number, event.os_errno, moment.where)
    if isinstance(event, events.State) and event.code in _STATES:
        said = "the %s sent %s %s" % (OTHER[session.role], states.name(event.code), moment.where)
        if event.code == states.ACCESS_DENIED:
            said = _BUSY if moment.denied == _BUSY else "%s, %s" % (said, moment.denied or LOG[session.role])
        return errors.IperfError(_STATES[event.code], said)
    if session.phase == "done":
        return None
    if isinstance(event, events.Eof) and session.phase == "closed":
        return errors.IperfError(109, "%s; %s" % (_how(session.role, moment, os_errno), _ended(session.role, moment, os_errno)), os_errno)
    if isinstance(event, events.TimedOut):
        return silence(session.role, event.phase, event.seconds)
    return None


def silence(role, phase, seconds):
    """The IperfError of a peer of this role that let `seconds` pass in this phase."""
    moment = MOMENTS[role, phase]
    return errors.IperfError(moment.number, "the %s did not %s within %g s; %s" % (
        OTHER[role], moment.due or "go on %s" % moment.where, seconds, moment.silent or LOG[role]))


def misplaced(session, event):
    """The IperfError of an event that is part of a good test, and came where another was due."""
    what = states.name(event.code) if isinstance(event, events.State) else type(event).__name__
    return errors.IperfError(110, "%s came in phase %s, where it is not expected" % (what, session.phase))


def _how(role, moment, os_errno):
    if os_errno in (0, errno.EPIPE):
        return "the %s closed the connection %s" % (OTHER[role], moment.where)
    if os_errno == errno.ECONNRESET:
        return "the connection was reset %s" % moment.where
    return "the %s's host did not acknowledge its packets any more %s" % (OTHER[role], moment.where)


def _ended(role, moment, os_errno):
    if os_errno in (0, errno.EPIPE, errno.ECONNRESET):
        return moment.closed or LOG[role]
    return "see whether that host is up, and whether a firewall or NAT in between forgets idle connections"
