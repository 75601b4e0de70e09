# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a control session takes and gives: one small class an event. PRIVATE to the collection.

Messages of the wire, usable for sending and receiving: Cookie, State, Parameters, Results, Refused.
Things that only happen: Eof, TimedOut, Violation. Two events are equal when their class and all their fields are.
"""


class Event:
    """Base of all events; `fields` names the attributes in order."""

    fields = ()

    def __eq__(self, other):
        return type(self) is type(other) and self._values() == other._values()

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join(repr(value) for value in self._values()))

    def _values(self):
        return tuple(getattr(self, field) for field in self.fields)


class Cookie(Event):
    """The client's cookie. text: its 36 characters."""

    fields = ("text",)

    def __init__(self, text):
        self.text = text


class State(Event):
    """A state byte. code: one of states.NAMES except SERVER_ERROR, which is Refused."""

    fields = ("code",)

    def __init__(self, code):
        self.code = code


class Parameters(Event):
    """The client's parameters. values: dict; when received, its keys are in lower case ("mss", "tos")."""

    fields = ("values",)

    def __init__(self, values):
        self.values = values


class Results(Event):
    """One end's results. values: dict; when received, its keys are in lower case."""

    fields = ("values",)

    def __init__(self, values):
        self.values = values


class Refused(Event):
    """The server's error frame. number: iperf3's error number (0 = none came); os_errno: the server's errno, may be stale."""

    fields = ("number", "os_errno")

    def __init__(self, number, os_errno=0):
        self.number = number
        self.os_errno = os_errno


class Eof(Event):
    """The other end closed its direction of the control connection. Whether that was its right: the session's phase."""


class TimedOut(Event):
    """The other end let a deadline pass. phase: where the session stood; seconds: the limit that was reached."""

    fields = ("phase", "seconds")

    def __init__(self, phase, seconds):
        self.phase = phase
        self.seconds = seconds


class Violation(Event):
    """The other end sent what the protocol does not allow here. error: the IperfError that says what."""

    fields = ("error",)

    def __init__(self, error):
        self.error = error
