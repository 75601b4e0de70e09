# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event of a session means at each moment: the words say what, where and the next step."""

import errno

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, session, session_errors, states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.events import Eof, Refused, State, TimedOut
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.session_play import events_of, in_phase

PHASES = sorted({(row[0], row[1]) for row in session.TRANSITIONS if row[1] not in session.ENDS | {"*"}} - {("client", "displaying")})
CLIENT = [phase for role, phase in PHASES if role == "client"]
NEXT_STEP = r"look |see |try again|ask for|nothing is to be done|compare"


def ended(role, phase, event, data, os_errno=0):
    peer = in_phase(role, phase)
    peer.receive_data(data, 0.0)
    assert events_of(peer)[-1:] == [event]
    return session_errors.explain(peer, event, os_errno)


def test_every_moment_has_its_words():
    assert sorted(session_errors.MOMENTS) == PHASES
    for place, moment in session_errors.MOMENTS.items():
        assert moment.where
        assert bool(moment.due) == (place in session.TIMED), place


@pytest.mark.parametrize("os_errno, words", [
    (0, "closed the connection"), (errno.EPIPE, "closed the connection"), (errno.ECONNRESET, "was reset"),
    (errno.ETIMEDOUT, "did not acknowledge its packets any more"), (errno.EHOSTUNREACH, "did not acknowledge"),
])
@pytest.mark.parametrize("role, phase", [place for place in PHASES if place != ("server", "displaying")])
def test_a_connection_that_ends(role, phase, os_errno, words):
    error = ended(role, phase, Eof(), b"", os_errno)
    assert (error.number, error.os_errno) == (109, os_errno)
    what, rest = error.detail.split("; ")
    assert words in what and what.endswith(session_errors.MOMENTS[role, phase].where)
    assert any(word in rest for word in NEXT_STEP.split("|")), rest
    assert error.wire_number == 109


@pytest.mark.parametrize("phase", [phase for phase in CLIENT if phase in ("connected", "cookie_sent", "parameters_asked")])
def test_who_denies_before_the_parameters_is_busy(phase):
    error = ended("client", phase, State(states.ACCESS_DENIED), b"\xff")
    assert str(error) == "the server denied the test: the server is busy with somebody else's test, try again later"


@pytest.mark.parametrize("phase", [phase for phase in CLIENT if phase not in ("connected", "cookie_sent", "parameters_asked")])
def test_who_denies_later_is_not_busy(phase):
    error = ended("client", phase, State(states.ACCESS_DENIED), b"\xff")
    assert error.number == 121
    assert error.detail.startswith("the server sent ACCESS_DENIED %s, " % session_errors.MOMENTS["client", phase].where)
    assert "busy" not in str(error)


def test_what_the_server_reports_is_told_with_the_moment():
    error = ended("client", "parameters_sent", Refused(37, 9), b"\xfe\0\0\0\x25\0\0\0\x09")
    assert error.number == 37
    assert error.detail == "reported by the other end after our parameters with its system error number 9, which may be unrelated"


@pytest.mark.parametrize("role, phase, code, number, name", [
    ("client", "running", states.SERVER_TERMINATE, 120, "the server sent SERVER_TERMINATE while the test ran"),
    ("server", "results_asked", states.CLIENT_TERMINATE, 119, "the client sent CLIENT_TERMINATE before the client's results"),
])
def test_the_last_word_is_told_with_the_moment(role, phase, code, number, name):
    error = ended(role, phase, State(code), bytes(bytearray([code])))
    assert (error.number, error.detail) == (number, name)


@pytest.mark.parametrize("role, phase", sorted(session.TIMED))
def test_silence_names_what_was_due_and_the_next_step(role, phase):
    error = session_errors.silence(role, phase, 2.5)
    assert "did not %s within 2.5 s; " % session_errors.MOMENTS[role, phase].due in error.detail
    assert any(word in error.detail.split("; ")[1] for word in NEXT_STEP.split("|")) or "firewall" in error.detail


def test_what_is_good_and_comes_at_the_wrong_moment():
    peer = in_phase("client", "creating_streams")
    error = session_errors.misplaced(peer, State(states.TEST_START))
    assert str(error).endswith("TEST_START came in phase creating_streams, where it is not expected")
    assert error.number == 110
    assert session_errors.misplaced(peer, TimedOut("running", 1)).number == 110
    assert errors.IperfError(110).text in str(error)
