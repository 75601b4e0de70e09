# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a control session does not put up with: bytes that are none of the protocol's, too many, too late; and its table."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, errors, session, session_errors, states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.events import (
    Eof, Parameters, Refused, Results, State, TimedOut, Violation)
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.session import ControlSession
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.session_play import (
    OTHER, OTHER_WAY, TEST, events_of, feed, in_phase, played)


# -- bounded and firm

@pytest.mark.parametrize("role, phase, data, number, words", [
    ("client", "cookie_sent", b"HTTP/1.1 400 Bad Request\r\n", 110, "HTTP/1.1 400"),
    ("client", "cookie_sent", b"\x0a", errors.OUT_OF_SEQUENCE, "CREATE_STREAMS in phase cookie_sent, where PARAM_EXCHANGE was due"),
    ("client", "parameters_sent", b"\x03", 110, "byte 03"),
    ("client", "running", b"\x7f", 110, "byte 7f"),
    ("client", "results_sent", b"\x0e", errors.OUT_OF_SEQUENCE, "DISPLAY_RESULTS"),
    ("client", "results_sent", b"\0\0\0\0", 117, "0 bytes"),
    ("client", "results_sent", b"\x04\0\0\x01", 117, "67108865 bytes"),
    ("client", "results_sent", b"\0\0\0\x04oops", 117, "not JSON"),
    ("client", "results_sent", b"\0\0\0\x02[]", 117, "list"),
    ("server", "parameters_asked", b"\0\0\x20\x01", 114, "8193 bytes"),
    ("server", "parameters_asked", b"\0\0\0\0", 114, "0 bytes"),
    ("server", "parameters_asked", b"\0\0\0\x04true", 114, "bool"),
    ("server", "parameters_asked", b"\x16\x03\x01\x02\0", 110, "byte 16"),
    ("server", "parameters_asked", b"\x04", errors.OUT_OF_SEQUENCE, "TEST_END"),
    ("server", "running", b"\x10", errors.OUT_OF_SEQUENCE, "IPERF_DONE"),
    ("server", "running", b"\xfe", errors.OUT_OF_SEQUENCE, "SERVER_ERROR"),
    ("server", "displaying", b"\x04", errors.OUT_OF_SEQUENCE, "TEST_END"),
])
@pytest.mark.parametrize("size", [None, 1])
def test_what_the_protocol_does_not_know(role, phase, data, number, words, size):
    peer = in_phase(role, phase)
    found = feed(peer, data, size)
    assert [type(event) for event in found] == [Violation]
    assert found[0].error.number == number
    if size is None:
        assert words in str(found[0].error)
    assert session_errors.explain(peer, found[0]) is found[0].error
    assert (peer.phase, peer.left) == ("violated", phase)
    assert feed(peer, b"more\x09\x0b") == []
    assert_all_bytes_told(peer)


def test_largest_parameters_are_taken():
    server = played("server", 2)
    body = b'{"title":"' + b"x" * (codec.PARAMETERS_LIMIT - 12) + b'"}'
    assert feed(server, b"\0\0\x20\0" + body) == [Parameters({"title": "x" * (codec.PARAMETERS_LIMIT - 12)})]


def test_large_results_in_pieces():
    client = in_phase("client", "results_sent")
    data = codec.pack_json({"server_output_text": "x" * 2000000})
    assert feed(client, data, 65536) == [Results({"server_output_text": "x" * 2000000})]


def test_an_impatient_client_waits_in_the_buffer():
    """Cookie and parameters at once, and TEST_END before TEST_RUNNING: known by what follows, so they can wait."""
    server = ControlSession("server", 0.0)
    assert feed(server, TEST[0][2] + TEST[2][2]) == [TEST[0][1]]
    server.send(State(states.PARAM_EXCHANGE), 0.0)
    assert events_of(server) == [TEST[2][1]]
    server.send(State(states.CREATE_STREAMS), 0.0)
    assert feed(server, b"\x04") == []
    server.send(State(states.TEST_START), 0.0)
    server.send(State(states.TEST_RUNNING), 0.0)
    assert events_of(server) == [State(states.TEST_END)]


@pytest.mark.parametrize("size", [1024, 65536])
@pytest.mark.parametrize("role, phase", [("server", "creating_streams"), ("client", "running"), ("server", "cookie_received")])
def test_what_waits_is_bounded(role, phase, size):
    peer = in_phase(role, phase)
    assert feed(peer, b"\0" * session.PARKED_LIMIT, 1024) == []
    found = feed(peer, b"\0" * 100000, size)
    assert [type(event) for event in found] == [Violation]
    assert "8196 bytes unasked" in str(found[0].error)
    assert_all_bytes_told(peer)


def test_a_flood_is_not_kept_though_nobody_takes_events():
    """The owner of a socket may read until it is empty before he looks at the events."""
    server = in_phase("server", "running")
    before = server.transcript.bytes_received
    for dummy in range(1000):
        server.receive_data(b"\x04" + b"\0" * 9999, 1.0)
    assert len(server._buffer) <= session.PARKED_LIMIT
    found = events_of(server)
    assert found[0] == State(states.TEST_END)
    assert [type(event) for event in found[1:]] == [Violation]
    assert server.transcript.bytes_received == before + 10000000
    assert_all_bytes_told(server)


def test_the_largest_results_fit_and_no_more(monkeypatch):
    limit = 100000
    monkeypatch.setitem(session.MESSAGES, "RESULTS", (limit,) + session.MESSAGES["RESULTS"][1:])
    body = b'{"title":"' + b"x" * (limit - 12) + b'"}'
    client = in_phase("client", "results_sent")
    data = b"\x00\x01\x86\xa0" + body + b"\x0e"
    assert [type(event) for event in feed(client, data, 70000)] == [Results, State]
    client = in_phase("client", "results_sent")
    assert [type(event) for event in feed(client, b"\x00\x01\x86\xa1" + body, 70000)] == [Violation]
    assert len(client._buffer) == 0


def test_a_flood_behind_a_message():
    server = in_phase("server", "results_asked")
    assert [type(event) for event in feed(server, TEST[8][2] + b"\0" * 20000)] == [Results]
    assert [type(event) for event in feed(server, b"\0" * 10)] == [Violation]
    assert_all_bytes_told(server)


def assert_all_bytes_told(peer):
    """The transcript's entries add up to what came in, and a flood is not told in a thousand lines."""
    received = [entry["size"] for entry in peer.transcript.entries if entry["direction"] == "received"]
    assert sum(received) == peer.transcript.bytes_received
    assert len(received) < 12


@pytest.mark.parametrize("role", ["client", "server"])
def test_bytes_after_the_end_are_thrown_away(role):
    """3.21 servers may append an error frame of an earlier test to a good one."""
    peer = played(role, len(TEST))
    assert feed(peer, b"\xfe\0\0\0\x6e\0\0\0\0", 2) == []
    peer.receive_data(b"", 0.0)
    assert events_of(peer) == [Eof()]
    assert events_of(peer) == []
    assert peer.phase == "done"
    assert session_errors.explain(peer, Eof()) is None


# -- time, by now only

@pytest.mark.parametrize("role, phase", sorted(session.TIMED))
def test_each_timer(role, phase):
    seconds = session.TIMERS[session.TIMED[role, phase]]
    peer = in_phase(role, phase, now=1000.0)
    assert peer.next_timeout() == 1000.0 + seconds
    peer.handle_timeout(1000.0 + seconds - 0.001)
    assert events_of(peer) == []
    peer.handle_timeout(1000.0 + seconds)
    assert events_of(peer) == [TimedOut(phase, seconds)]
    assert peer.left == phase
    if (role, phase) == ("server", "displaying"):
        assert peer.phase == "done", "the client has had everything"
        assert session_errors.explain(peer, TimedOut(phase, seconds)) is None
    else:
        assert peer.phase == "timed_out"
        error = session_errors.explain(peer, TimedOut(phase, seconds))
        assert "did not %s within %g s; " % (session_errors.MOMENTS[role, phase].due, seconds) in str(error)
    assert peer.next_timeout() is None
    peer.handle_timeout(9999.0)
    assert events_of(peer) == []


@pytest.mark.parametrize("role, phase, number", [
    ("server", "accepted", 106),
    ("server", "parameters_asked", 114),
    ("server", "creating_streams", 204),
    ("server", "results_asked", 117),
    ("client", "results_sent", errors.PEER_SILENT),
    ("client", "cookie_sent", errors.PEER_SILENT),
])
def test_the_number_of_a_timeout(role, phase, number):
    peer = in_phase(role, phase)
    peer.handle_timeout(peer.next_timeout())
    assert session_errors.explain(peer, peer.next_event()).number == number


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize("steps", range(len(TEST) + 1))
def test_no_timer_where_nothing_is_awaited(role, steps):
    peer = played(role, steps)
    assert (peer.next_timeout() is not None) == ((role, peer.phase) in session.TIMED)


def test_the_test_itself_may_last():
    for role in ("client", "server"):
        peer = in_phase(role, "running")
        peer.handle_timeout(10.0 ** 9)
        assert events_of(peer) == []
        assert peer.phase == "running"


@pytest.mark.parametrize("role, phase, data", [
    ("server", "parameters_asked", TEST[2][2]),
    ("client", "results_sent", TEST[9][2]),
])
def test_a_message_that_trickles(role, phase, data):
    """A gap of 10 s is too long, so are 30 s in all."""
    peer = in_phase(role, phase)
    assert feed(peer, data[:1], now=9.0) == []
    assert peer.next_timeout() == 19.0
    assert feed(peer, data[1:2], now=18.0) == []
    assert peer.next_timeout() == 28.0
    assert feed(peer, data[2:3], now=27.0) == []
    assert peer.next_timeout() == 30.0
    peer.handle_timeout(30.0)
    assert events_of(peer) == [TimedOut(phase, 30.0)]


def test_a_cookie_that_trickles_gets_no_more_time():
    server = ControlSession("server", 0.0)
    feed(server, b"x" * 36, 1, now=9.0)
    assert server.next_timeout() == 10.0


@pytest.mark.parametrize("timer", sorted(session.TIMERS))
def test_timers_can_be_set_and_switched_off(timer):
    for (role, phase), name in session.TIMED.items():
        if name == timer:
            assert in_phase(role, phase, timers={timer: 2.5}).next_timeout() == 2.5
            off = in_phase(role, phase, timers={timer: None, "json_total": None})
            assert off.next_timeout() is None
            off.handle_timeout(10.0 ** 9)
            assert events_of(off) == []


def test_half_an_error_frame_has_a_timer():
    client = in_phase("client", "running", now=50.0)
    assert feed(client, b"\xfe\0\0\0\x8e", 1, now=60.0) == []
    assert client.next_timeout() == 70.0
    client.handle_timeout(69.0)
    assert events_of(client) == []
    client.handle_timeout(70.0)
    assert events_of(client) == [Refused(142, 0)]
    assert client.phase == "refused"


def test_what_a_session_cannot_be_made_of():
    with pytest.raises(ValueError, match="no such timer: coffee"):
        ControlSession("client", 0.0, timers={"coffee": 1})
    with pytest.raises(ValueError, match="not of 'proxy'"):
        ControlSession("proxy", 0.0)


def test_the_transcript_has_the_time_of_each_message():
    client = ControlSession("client", 100.0)
    for second, (sender, event, data) in enumerate(TEST[:7]):
        if sender == "client":
            client.send(event, 100.0 + second)
        else:
            feed(client, data, now=100.0 + second)
    assert [entry["time"] for entry in client.transcript.entries] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    feed(client, b"\x0d", now=166.0)
    assert client.transcript.longest_silence(166.0) == 60.0


# -- the table itself

def test_the_two_halves_of_the_table_fit():
    """What one role sends on the way of a good test the other receives, and each row can happen."""
    for role, phase, direction, name, after in session.TRANSITIONS:
        assert name in list(states.NAMES.values()) + ["COOKIE", "PARAMETERS", "RESULTS", "EOF"]
        assert direction in OTHER_WAY
        if name != "EOF":
            assert any(row[0] == OTHER[role] and row[3] == name and row[2] == OTHER_WAY[direction] for row in session.TRANSITIONS)
        assert after in session.ENDS or any(row[:2] == (role, after) for row in session.TRANSITIONS)
        assert phase in ("*", "timed_out", "violated") or phase in session.FIRST.values() or any(
            row[0] == role and row[4] == phase for row in session.TRANSITIONS)
    assert len(set(row[:4] for row in session.TRANSITIONS)) == len(session.TRANSITIONS)


def test_each_phase_has_one_speaker():
    for role in OTHER:
        for phase in set(row[1] for row in session.TRANSITIONS if row[0] == role) - set("*") - session.ENDS:
            good = [row for row in session.TRANSITIONS if row[:2] == (role, phase) and row[3] != "EOF" and row[4] not in session.BAD_ENDS]
            assert len(good) == 1, phase


def test_awaited_names_the_message():
    assert in_phase("client", "creating_streams").awaited == "TEST_START"
    assert in_phase("client", "running").awaited == ""
    assert in_phase("server", "results_asked").awaited == "RESULTS"
    assert in_phase("server", "displaying").awaited == "IPERF_DONE"
