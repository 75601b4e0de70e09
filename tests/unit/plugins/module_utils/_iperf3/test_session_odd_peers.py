# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scripted peer plays what real peers of all ages were seen to do, byte for byte, against a session of ours.

Each script begins behind a number of good steps of session_play.TEST and has these lines:
  says EVENT EVENTS     our side sends this, and these events follow from what had come early
  hears BYTES EVENTS    the peer sends these bytes, and these events come of them
  closes EVENTS         the peer closes or resets the connection
  waits EVENTS          nothing comes until the next deadline
"""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, session, session_errors, states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.events import (
    Cookie, Eof, Parameters, Refused, Results, State, TimedOut)
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.session_play import TEST, TEXT, events_of, feed, played

AFTER_COOKIE, AFTER_PARAMETERS, RUNNING, ASKED_FOR_RESULTS, AFTER_RESULTS, DISPLAYING, DONE = 1, 3, 6, 8, 10, 11, 12


def message(text):
    return len(text).to_bytes(4, "big") + text.encode("ascii")


def says(event, *events):
    return "says", event, list(events)


def hears(data, *events):
    return "hears", data, list(events)


def closes(*events):
    return "closes", b"", list(events)


def waits(*events):
    return "waits", None, list(events)


RESULTS_312 = (
    '{"cpu_util_total":12.5,"cpu_util_user":0.5,"cpu_util_system":12,"sender_has_retransmits":0,"streams":['
    '{"id":1,"bytes":26000,"retransmits":18446744073709551615,"jitter":0,"errors":0,"packets":26,"start_time":0,"end_time":1.0004},'
    '{"id":3,"bytes":26000,"retransmits":18446744073709551615,"jitter":0,"errors":0,"packets":26,"start_time":0,"end_time":1.0004}]}')
READ_312 = {
    "cpu_util_total": 12.5, "cpu_util_user": 0.5, "cpu_util_system": 12, "sender_has_retransmits": 0, "streams": [
        {"id": 1, "bytes": 26000, "retransmits": -1, "jitter": 0, "errors": 0, "packets": 26, "start_time": 0, "end_time": 1.0004},
        {"id": 3, "bytes": 26000, "retransmits": -1, "jitter": 0, "errors": 0, "packets": 26, "start_time": 0, "end_time": 1.0004}]}
PARAMETERS_317 = '{"udp":true,"omit":0,"time":1,"parallel":2,"len":1000,"bandwidth":100000,"client_version":"3.1.7"}'
READ_317 = {"udp": True, "omit": 0, "time": 1, "parallel": 2, "len": 1000, "bandwidth": 100000, "client_version": "3.1.7"}
RESULTS_317 = (
    '{"cpu_util_total":0.167419,"cpu_util_user":0,"cpu_util_system":0.167419,"sender_has_retransmits":0,'
    '"streams":[{"id":1,"bytes":13000,"retransmits":-1,"jitter":1.2e-07,"errors":0,"packets":13}]}')
READ_RESULTS_317 = {
    "cpu_util_total": 0.167419, "cpu_util_user": 0, "cpu_util_system": 0.167419, "sender_has_retransmits": 0,
    "streams": [{"id": 1, "bytes": 13000, "retransmits": -1, "jitter": 1.2e-07, "errors": 0, "packets": 13}]}

# what, our role, good steps before, script, phase at the end, number of the error or None
PEERS = [
    # servers
    ("3.12 server prints -1 unsigned", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        hears(message(RESULTS_312), Results(READ_312)),
        hears(b"\x0e", State(states.DISPLAY_RESULTS)),
        says(State(states.IPERF_DONE)),
        closes(Eof())], "done", None),
    ("3.1.7 server puts states and results into one segment", "client", AFTER_PARAMETERS, [
        hears(b"\x0a", State(states.CREATE_STREAMS)),
        hears(b"\x01\x02", State(states.TEST_START), State(states.TEST_RUNNING)),
        says(State(states.TEST_END)),
        hears(b"\x0d", State(states.EXCHANGE_RESULTS)),
        says(Results({"streams": []})),
        hears(message(RESULTS_317) + b"\x0e", Results(READ_RESULTS_317), State(states.DISPLAY_RESULTS)),
        says(State(states.IPERF_DONE)),
        closes(Eof())], "done", None),
    ("3.2 to 3.18 server refuses a login with one number", "client", AFTER_PARAMETERS, [
        hears(b"\xfe\0\0\0\x8e"),
        closes(Refused(142, 0), Eof())], "refused", 142),
    ("the same, and its close is lost", "client", AFTER_PARAMETERS, [
        hears(b"\xfe\0\0\0\x8e"),
        waits(Refused(142, 0))], "refused", 142),
    ("3.21 server refuses a login without a word", "client", AFTER_PARAMETERS, [
        closes(Eof())], "closed", 109),
    ("3.20 server has a limit of duration", "client", AFTER_PARAMETERS, [
        hears(b"\xfe\0\0\0\x25\0\0\0\0", Refused(37, 0)),
        closes(Eof())], "refused", 37),
    ("3.21 server sends an error where a length is due", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        hears(b"\xfe\0\0\0\xd0\0\0\0\x09", Refused(208, 9)),
        closes(Eof())], "refused", 208),
    ("3.21 server sends its rate limit's error twice", "client", RUNNING, [
        hears(b"\xfe\0\0\0\x1b\0\0\0\0" * 2, Refused(27, 0)),
        closes(Eof())], "refused", 27),
    ("3.21 server's watchdog", "client", RUNNING, [
        hears(b"\xfe\0\0\0\xa0\0\0\0\0", Refused(160, 0)),
        closes(Eof())], "refused", 160),
    ("3.21 server appends an old error to a good test", "client", DISPLAYING, [
        says(State(states.IPERF_DONE)),
        hears(b"\xfe\0\0\0\x6e\0\0\0\x09"),
        closes(Eof())], "done", None),
    ("error frame without a number", "client", AFTER_PARAMETERS, [
        hears(b"\xfe"),
        closes(Refused(0, 0), Eof())], "refused", errors.PEER_ERROR),
    ("error frame cut inside its number", "client", AFTER_PARAMETERS, [
        hears(b"\xfe\0\0"),
        closes(Refused(0, 0), Eof())], "refused", errors.PEER_ERROR),
    ("busy server denies before the cookie and resets", "client", 0, [
        hears(b"\xff", State(states.ACCESS_DENIED)),
        closes(Eof())], "denied", 121),
    ("busy server denies behind the cookie", "client", AFTER_COOKIE, [
        hears(b"\xff", State(states.ACCESS_DENIED)),
        closes(Eof())], "denied", 121),
    ("server is between two tests", "client", 0, [
        closes(Eof())], "closed", 109),
    ("server is stopped while the test runs", "client", RUNNING, [
        hears(b"\x0b", State(states.SERVER_TERMINATE)),
        says(State(states.IPERF_DONE)),
        closes(Eof())], "terminated", 120),
    ("server is stopped when its results are due", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        hears(b"\x0b", State(states.SERVER_TERMINATE)),
        closes(Eof())], "terminated", 120),
    ("server dies while the test runs", "client", RUNNING, [
        closes(Eof())], "closed", 109),
    ("server dies inside its results", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        hears(message(RESULTS_312)[:50]),
        closes(Eof())], "closed", 109),
    ("server closes before IPERF_DONE", "client", DISPLAYING, [
        closes(Eof())], "done", None),
    ("server asks for results before the client ends the test", "client", RUNNING, [
        hears(b"\x0d"),
        says(State(states.TEST_END), State(states.EXCHANGE_RESULTS))], "results_asked", None),
    ("3.14 server is stuck with another client", "client", AFTER_COOKIE, [
        waits(TimedOut("cookie_sent", session.TIMERS["answer"]))], "timed_out", errors.PEER_SILENT),
    ("server never delivers its results", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        waits(TimedOut("results_sent", 10.0))], "timed_out", errors.PEER_SILENT),
    ("server of another make writes results over many lines", "client", ASKED_FOR_RESULTS, [
        says(Results({"streams": []})),
        hears(message('\n{\n  "CPU_util_total": 1e0,\r\n\t"streams": [ ],\n  "STREAMS": 1 }\n'), Results({"cpu_util_total": 1.0, "streams": []})),
        hears(b"\x0e", State(states.DISPLAY_RESULTS))], "displaying", None),

    # clients
    ("3.1.7 client over UDP", "server", 0, [
        hears(b"vm.1795421415.671685.135e261555092a3\0", Cookie("vm.1795421415.671685.135e261555092a3")),
        says(State(states.PARAM_EXCHANGE)),
        hears(b"\0\0\0\x62"),
        hears(message(PARAMETERS_317)[4:], Parameters(READ_317)),
        says(State(states.CREATE_STREAMS)),
        says(State(states.TEST_START)),
        says(State(states.TEST_RUNNING)),
        hears(b"\x04", State(states.TEST_END)),
        says(State(states.EXCHANGE_RESULTS)),
        hears(message(RESULTS_317), Results(READ_RESULTS_317)),
        says(Results({"streams": []})),
        says(State(states.DISPLAY_RESULTS)),
        hears(b"\x10", State(states.IPERF_DONE)),
        closes(Eof())], "done", None),
    ("3.2 and 3.3 clients close without IPERF_DONE", "server", DISPLAYING, [
        closes(Eof())], "done", None),
    ("client goes away behind a firewall after the results", "server", DISPLAYING, [
        waits(TimedOut("displaying", 10.0))], "done", None),
    ("client says more after IPERF_DONE", "server", DISPLAYING, [
        hears(b"\x10\x10\x0c", State(states.IPERF_DONE)),
        closes(Eof())], "done", None),
    ("client is interrupted while the test runs", "server", RUNNING, [
        hears(b"\x0c", State(states.CLIENT_TERMINATE)),
        closes(Eof())], "terminated", 119),
    ("client is interrupted while it makes its streams", "server", 4, [
        hears(b"\x0c", State(states.CLIENT_TERMINATE)),
        closes(Eof())], "terminated", 119),
    ("client is interrupted when its results are due", "server", ASKED_FOR_RESULTS, [
        hears(b"\x0c", State(states.CLIENT_TERMINATE)),
        closes(Eof())], "terminated", 119),
    ("client dies while the test runs", "server", RUNNING, [
        closes(Eof())], "closed", 109),
    ("port scanner", "server", 0, [
        closes(Eof())], "closed", 109),
    ("visitor who sends half a cookie", "server", 0, [
        hears(b"x" * 36),
        closes(Eof())], "closed", 109),
    ("visitor who sends nothing", "server", 0, [
        waits(TimedOut("accepted", 10.0))], "timed_out", 106),
    ("client that stops behind the length", "server", 2, [
        hears(b"\0\0\0\x62"),
        waits(TimedOut("parameters_asked", 10.0))], "timed_out", 114),
    ("client of another make writes floats and mixed case", "server", 2, [
        hears(message('{ "TCP": true, "Time": 1e1, "MSS": 1400.0, "nfv": {"Unknown": [1]} } '),
              Parameters({"tcp": True, "time": 10.0, "mss": 1400.0, "nfv": {"unknown": [1]}})),
        says(State(states.CREATE_STREAMS))], "creating_streams", None),
]


@pytest.mark.parametrize("size", [None, 1])
@pytest.mark.parametrize("role, steps, script, phase, number", [row[1:] for row in PEERS], ids=[row[0] for row in PEERS])
def test_odd_peer(role, steps, script, phase, number, size):
    peer = played(role, steps)
    now, seen = 0.0, []
    for what, content, expected in script:
        if what == "says":
            assert peer.send(content, now)
            found = events_of(peer)
        elif what == "hears":
            now += 0.043
            found = feed(peer, content, size, now)
        elif what == "closes":
            peer.receive_data(b"", now)
            found = events_of(peer)
        else:
            now = peer.next_timeout()
            peer.handle_timeout(now)
            found = events_of(peer)
        assert found == expected
        seen += found
    assert peer.phase == phase
    assert peer.ended == (phase in session.ENDS)
    explained = [session_errors.explain(peer, event) for event in seen]
    if number is None:
        assert not any(explained)
    else:
        assert [error.number for error in explained if error][:1] == [number]
    assert peer.transcript.bytes_received == sum(len(row[2]) for row in TEST[:steps] if row[0] != role) + sum(
        len(line[1]) for line in script if line[0] == "hears")


def test_late_results_are_taken_when_the_limit_is_off():
    """A 3.12 client waits for ever; so may ours."""
    client = played("client", ASKED_FOR_RESULTS, timers={"results": None, "json_total": None})
    client.send(Results({"streams": []}), 0.0)
    client.handle_timeout(3600.0)
    assert feed(client, message('{"streams":[]}'), now=3600.0) == [Results({"streams": []})]


def test_a_silent_close_is_explained_by_its_moment():
    client = played("client", AFTER_PARAMETERS)
    client.receive_data(b"", 1.0)
    error = session_errors.explain(client, client.next_event())
    assert "after our parameters" in str(error)
    assert "login" in str(error)


def test_what_listens_may_be_no_server():
    client = played("client", AFTER_COOKIE)
    found = feed(client, b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n")
    error = session_errors.explain(client, found[0])
    assert error.number == 110
    assert "HTTP/1.1 400 Bad Request" in str(error)
    assert "\n" not in str(error)


def test_good_events_are_no_failures():
    for role in ("client", "server"):
        for steps in range(len(TEST) + 1):
            peer = played(role, steps)
            assert not any(session_errors.explain(peer, row[1]) for row in TEST)


def test_the_cookie_of_a_client_is_kept():
    assert played("client", DONE).cookie == played("server", DONE).cookie == TEXT
