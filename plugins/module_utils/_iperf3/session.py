# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One control connection of one test, seen from either end. PRIVATE to the collection.

Theory of operation. The owner of a socket hands in what he reads (`receive_data`), takes out events (`next_event`, until it
returns None) and writes what `send` returns. He wakes up at `next_timeout` and then calls `handle_timeout`. `now` is any
monotonic clock in seconds; there is no other driver.

* The wire has no separators, so what a byte means follows from the phase. TRANSITIONS lists, for each role and phase, each
  message that may be sent or received and the phase after it. A phase in which nothing is received is our turn to speak.
* Phases change only in `send`, `next_event` and `handle_timeout`. Between two events the owner can therefore always speak.
* In our turn the bytes of an impatient peer wait; only what may come at any time is taken at once.
* The buffer holds the message that is awaited and PARKED_LIMIT bytes at most. More is a violation, and is not kept.
* Strict in what is sent: a message that the table does not allow now is our own fault and raises INTERNAL.
* Tolerant in what is taken, see the comments that name peers' versions and protocol.rst, "Tolerance".
* A session that has ended stays ended. Its phase tells how, `left` tells from where, what still arrives is thrown away.
"""

import struct
from collections import deque

from . import codec, errors, events, states
from .transcript import Transcript

# role, phase, direction, message, next phase. "*" is every phase between the cookie and the end.
TRANSITIONS = (
    ("client", "connected", "sent", "COOKIE", "cookie_sent"),
    ("client", "cookie_sent", "received", "PARAM_EXCHANGE", "parameters_asked"),
    ("client", "parameters_asked", "sent", "PARAMETERS", "parameters_sent"),
    ("client", "parameters_sent", "received", "CREATE_STREAMS", "creating_streams"),
    ("client", "creating_streams", "received", "TEST_START", "starting"),
    ("client", "starting", "received", "TEST_RUNNING", "running"),
    ("client", "running", "sent", "TEST_END", "ending"),
    ("client", "ending", "received", "EXCHANGE_RESULTS", "results_asked"),
    ("client", "results_asked", "sent", "RESULTS", "results_sent"),
    ("client", "results_sent", "received", "RESULTS", "results_exchanged"),
    ("client", "results_exchanged", "received", "DISPLAY_RESULTS", "displaying"),
    ("client", "displaying", "sent", "IPERF_DONE", "done"),
    ("client", "displaying", "received", "EOF", "done"),
    # a busy server denies before it has read the cookie
    ("client", "connected", "received", "ACCESS_DENIED", "denied"),
    ("client", "connected", "received", "SERVER_ERROR", "refused"),
    ("client", "connected", "received", "EOF", "closed"),
    ("client", "*", "received", "ACCESS_DENIED", "denied"),
    ("client", "*", "received", "SERVER_ERROR", "refused"),
    ("client", "*", "received", "SERVER_TERMINATE", "terminated"),
    ("client", "*", "sent", "CLIENT_TERMINATE", "terminated"),
    ("client", "*", "received", "EOF", "closed"),
    ("client", "terminated", "sent", "IPERF_DONE", "terminated"),

    ("server", "accepted", "received", "COOKIE", "cookie_received"),
    ("server", "cookie_received", "sent", "PARAM_EXCHANGE", "parameters_asked"),
    ("server", "parameters_asked", "received", "PARAMETERS", "parameters_received"),
    ("server", "parameters_received", "sent", "CREATE_STREAMS", "creating_streams"),
    ("server", "creating_streams", "sent", "TEST_START", "starting"),
    ("server", "starting", "sent", "TEST_RUNNING", "running"),
    ("server", "running", "received", "TEST_END", "ending"),
    ("server", "ending", "sent", "EXCHANGE_RESULTS", "results_asked"),
    ("server", "results_asked", "received", "RESULTS", "results_received"),
    ("server", "results_received", "sent", "RESULTS", "results_exchanged"),
    ("server", "results_exchanged", "sent", "DISPLAY_RESULTS", "displaying"),
    ("server", "displaying", "received", "IPERF_DONE", "done"),
    ("server", "displaying", "received", "EOF", "done"),     # 3.2 and 3.3 clients close without IPERF_DONE
    # a byte that comes before the cookie is complete is part of the cookie
    ("server", "accepted", "sent", "ACCESS_DENIED", "denied"),
    ("server", "accepted", "sent", "SERVER_ERROR", "refused"),
    ("server", "accepted", "received", "EOF", "closed"),
    ("server", "*", "received", "CLIENT_TERMINATE", "terminated"),
    ("server", "*", "sent", "ACCESS_DENIED", "denied"),
    ("server", "*", "sent", "SERVER_ERROR", "refused"),
    ("server", "*", "sent", "SERVER_TERMINATE", "terminated"),
    ("server", "*", "received", "EOF", "closed"),
    ("server", "violated", "sent", "SERVER_ERROR", "violated"),
    ("server", "timed_out", "sent", "SERVER_ERROR", "timed_out"),
)

BAD_ENDS = frozenset(("refused", "denied", "terminated", "closed", "timed_out", "violated"))
ENDS = BAD_ENDS | frozenset(("done",))
FIRST = {"client": "connected", "server": "accepted"}

# Seconds. "parameters", "results": the longest gap inside a message; "json_total": the whole message; the rest: until the
# message has come (protocol.rst, "Timers"). None is no limit. The test itself has none.
TIMERS = {
    "cookie": 10.0,
    "answer": 30.0,
    "prepare": 60.0,
    "parameters": 10.0,
    "json_total": 30.0,
    "streams": 120.0,
    "start": 30.0,
    "end": 30.0,
    "results": 10.0,
    "done": 10.0,
    "error": 10.0,
}

# role, phase: the timer that runs in it
TIMED = {
    ("client", "cookie_sent"): "answer",
    ("client", "parameters_sent"): "prepare",
    ("client", "creating_streams"): "streams",
    ("client", "starting"): "start",
    ("client", "ending"): "end",
    ("client", "results_sent"): "results",
    ("client", "results_exchanged"): "results",
    ("server", "accepted"): "cookie",
    ("server", "parameters_asked"): "parameters",
    ("server", "creating_streams"): "streams",
    ("server", "results_asked"): "results",
    ("server", "displaying"): "done",
}

# message: most bytes that are taken, iperf3's number for one that cannot be used
MESSAGES = {
    "PARAMETERS": (codec.PARAMETERS_LIMIT, 114, events.Parameters),
    "RESULTS": (codec.RESULTS_LIMIT, 117, events.Results),
}
PARKED_LIMIT = codec.LENGTH_SIZE + codec.PARAMETERS_LIMIT

_NEXT = {row[:4]: row[4] for row in TRANSITIONS}
_AWAITED = {row[:2]: row[3] for row in TRANSITIONS if row[2] == "received" and row[3] != "EOF" and row[4] not in BAD_ENDS}


class ControlSession:
    """role: "client" or "server". cookie: text of a cookie that a server's listener has read already. timers: changes to TIMERS.

    phase, left: where the session stands, and where it stood before it ended ("" until then). ended: nothing more will be
    accepted. transcript: what went over the wire. cookie: its text once known.
    """

    def __init__(self, role, now, cookie=None, timers=None):
        if role not in FIRST:
            raise ValueError("a session is of a client or a server, not of %r" % (role,))
        unknown = sorted(set(timers or ()) - set(TIMERS))
        if unknown:
            raise ValueError("no such timer: %s" % ", ".join(unknown))
        self.role = role
        self.phase = FIRST[role]
        self.left = ""
        self.cookie = None
        self.timers = dict(TIMERS, **(timers or {}))
        self.transcript = Transcript()
        self._buffer = bytearray()
        self._events = deque()
        self._now = self._since = self._progress = now
        self._error_since = None
        self._eof = self._eof_told = self._flooded = False
        if role == "server" and cookie is not None:
            self.cookie = cookie
            self.transcript.add(now, "received", "COOKIE", codec.COOKIE_SIZE, cookie)
            self._enter("cookie_received")

    @property
    def ended(self):
        return self.phase in ENDS

    @property
    def awaited(self):
        """The message that the other end has to send now, e.g. "TEST_START"; "" in our turn and after the end."""
        return self.awaited_in(self.phase)

    def awaited_in(self, phase):
        """The same for a phase, e.g. for the one that a session has left."""
        return _AWAITED.get((self.role, phase), "")

    # -- what comes in

    def receive_data(self, data, now):
        """Bytes as read from the socket, in pieces of any size; b"" when the other end closed or reset the connection."""
        self._now = now
        if not data:
            self._eof = True
            return
        if self.ended:
            self.transcript.add(now, "received", "DISCARDED", len(data))
            return
        self.transcript.touch(now)
        room = PARKED_LIMIT - len(self._buffer)
        if self.awaited in MESSAGES:
            room += codec.LENGTH_SIZE + MESSAGES[self.awaited][0]
        room = max(0, room)
        self._buffer += data[:room]
        if len(data) > room:
            self._flooded = True
            self.transcript.add(now, "received", "DISCARDED", len(data) - room)
        self._progress = now

    def next_event(self):
        """The next event that is complete, or None. To be called until None after receive_data, send and handle_timeout."""
        if not self._events and not self.ended:
            self._parse()
            if self._flooded and not self._events and not self.ended:
                self._violate(errors.OUT_OF_SEQUENCE, "more than %d bytes unasked in phase %s" % (PARKED_LIMIT, self.phase))
        if not self._events and self._eof and not self._eof_told:
            self._eof_told = True
            self._take("EOF", 0, events.Eof())
        return self._events.popleft() if self._events else None

    def _parse(self):
        awaited = self.awaited
        if not self._buffer:
            return
        if awaited == "COOKIE":
            if len(self._buffer) >= codec.COOKIE_SIZE:
                self.cookie = codec.unpack_cookie(self._buffer)
                self._take("COOKIE", codec.COOKIE_SIZE, events.Cookie(self.cookie), self.cookie)
        # A first byte that is too high for the longest allowed length is a state: 3.21 servers put their error frame also
        # where a length is due, and either end may be interrupted there.
        elif awaited in MESSAGES and self._buffer[0] <= MESSAGES[awaited][0] >> 24:
            self._parse_json(awaited)
        else:
            self._parse_state()

    def _parse_json(self, awaited):
        limit, number, event = MESSAGES[awaited]
        if len(self._buffer) < codec.LENGTH_SIZE:
            return
        length = struct.unpack_from(">I", self._buffer)[0]
        if not 1 <= length <= limit:
            self._violate(number, "a length of %d bytes, allowed are 1 to %d, %s" % (length, limit, self._seen()))
            return
        size = codec.LENGTH_SIZE + length
        if len(self._buffer) < size:
            return
        try:
            values = codec.load_json(self._buffer[codec.LENGTH_SIZE:size])
        except ValueError as error:
            self._violate(number, "%s, %s" % (error, self._seen()))
            return
        self._take(awaited, size, event(values), values)

    def _parse_state(self):
        code = struct.unpack_from("b", self._buffer)[0]
        name = states.NAMES.get(code)
        if self._after("received", name) is None:
            # In our turn a peer may be ahead of us with something that will be right later: a state, or a message (its
            # length begins with 0). Anything else is none of the protocol's.
            if self.awaited or not (name or code == 0):
                number = errors.OUT_OF_SEQUENCE if name else 110
                self._violate(number, "%s in phase %s%s, %s" % (
                    states.name(code), self.phase, ", where %s was due" % self.awaited if self.awaited else "", self._seen()))
        elif code == states.SERVER_ERROR:
            if len(self._buffer) >= codec.ERROR_SIZE or self._eof:
                self._take_error()
            elif self._error_since is None:
                self._error_since = self._now
        else:
            self._take(name, 1, events.State(code))

    def _take_error(self):
        # 3.2 to 3.18 servers send only the first number when a login fails.
        frame = bytes(self._buffer[:codec.ERROR_SIZE])
        number = struct.unpack_from(">i", frame, 1)[0] if len(frame) >= 5 else 0
        os_errno = struct.unpack_from(">i", frame, 5)[0] if len(frame) == codec.ERROR_SIZE else 0
        self._take("SERVER_ERROR", len(frame), events.Refused(number, os_errno), {"number": number, "os_errno": os_errno})

    def _take(self, name, size, event, content=None):
        del self._buffer[:size]
        self.transcript.add(self._now, "received", name, size, content)
        self._enter(self._after("received", name) or self.phase)
        self._events.append(event)

    def _violate(self, number, detail):
        self.transcript.add(self._now, "received", "VIOLATION", len(self._buffer), self._seen())
        del self._buffer[:]
        self._enter("violated")
        self._events.append(events.Violation(errors.IperfError(number, detail)))

    def _seen(self):
        return "received %r%s" % (bytes(self._buffer[:40]), "..." if len(self._buffer) > 40 else "")

    # -- what goes out

    def send(self, event, now):
        """The bytes of a message that may be sent now. Raises IperfError: TOO_LARGE, or INTERNAL when it is not its time."""
        name, data, content = _pack(event)
        phase = self._after("sent", name)
        if phase is None:
            raise errors.IperfError(errors.INTERNAL, "%s sent by a %s in phase %s" % (name, self.role, self.phase))
        self._now = now
        if name == "COOKIE":
            self.cookie = event.text
        self.transcript.add(now, "sent", name, len(data), content)
        self._enter(phase)
        return data

    # -- time

    def next_timeout(self):
        """When handle_timeout is due (of the clock behind `now`), None when nothing is awaited for a limited time."""
        deadline = self._deadline()
        return deadline[0] if deadline else None

    def handle_timeout(self, now):
        """Ends the session when a deadline has passed: next_event gives TimedOut, or Refused after half an error frame.

        A client that does not say IPERF_DONE in time has had everything: the phase is then "done".
        """
        deadline = self._deadline()
        if deadline is None or now < deadline[0]:
            return
        self._now = now
        if self._error_since is not None:
            self._take_error()
            return
        event = events.TimedOut(self.phase, deadline[1])
        self._enter("done" if self.phase == "displaying" else "timed_out")
        self._events.append(event)

    def _deadline(self):
        """(time, seconds of the limit) of the deadline that comes first, or None."""
        if self.ended:
            return None
        if self._error_since is not None:
            limits = [(self._error_since, "error")]
        else:
            timer = TIMED.get((self.role, self.phase))
            limits = [(self._since, timer)] if timer else []
            if self.awaited in MESSAGES:
                limits = [(self._progress, timer), (self._since, "json_total")]
        deadlines = [(start + self.timers[timer], self.timers[timer])
                     for start, timer in limits if self.timers[timer] is not None]
        return min(deadlines) if deadlines else None

    # -- the table

    def _after(self, direction, name):
        """The phase after this message, None when it is not allowed now."""
        exact = _NEXT.get((self.role, self.phase, direction, name))
        if exact or self.ended or self.phase == FIRST[self.role]:
            return exact
        return _NEXT.get((self.role, "*", direction, name))

    def _enter(self, phase):
        if phase in ENDS and not self.ended:
            self.left = self.phase
            if self._buffer:
                self.transcript.add(self._now, "received", "DISCARDED", len(self._buffer))
                del self._buffer[:]
        self.phase = phase
        self._error_since = None
        self._since = self._progress = self._now


def _pack(event):
    """(name, bytes, content for the transcript) of an event that is a message."""
    if isinstance(event, events.Cookie):
        return "COOKIE", codec.pack_cookie(event.text), event.text
    if isinstance(event, events.Refused):
        content = {"number": event.number, "os_errno": event.os_errno}
        return "SERVER_ERROR", codec.pack_error(event.number, event.os_errno), content
    if isinstance(event, events.State) and event.code != states.SERVER_ERROR:
        return states.name(event.code), codec.pack_state(event.code), None
    for name, (limit, dummy, kind) in MESSAGES.items():
        if isinstance(event, kind):
            data = codec.pack_json(event.values)
            if len(data) - codec.LENGTH_SIZE > limit:
                raise errors.IperfError(errors.TOO_LARGE, "%s of %d bytes, allowed are %d" % (
                    name.lower(), len(data) - codec.LENGTH_SIZE, limit))
            return name, data, event.values
    raise errors.IperfError(errors.INTERNAL, "%r is no message" % (event,))
