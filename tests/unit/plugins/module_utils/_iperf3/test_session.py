# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control session's messages, from both ends, without a socket or a clock; two of them joined in memory."""

import itertools

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, errors, session_errors, states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.events import (
    Cookie, Eof, Parameters, Refused, State, TimedOut)
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.session import ControlSession
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.session_play import (
    OTHER, OTHER_WAY, STEPS, TEST, TEXT, events_of, feed, played)


# -- each message

@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("size", [None, 1, 2, 3, 5])
def test_each_message_in_pieces_of_any_size(step, size):
    sender, event, data = TEST[step]
    assert played(sender, step).send(event, 0.0) == data
    receiver = played(OTHER[sender], step)
    assert feed(receiver, data, size) == [event]
    assert receiver.transcript.entries[-1]["size"] == len(data)


@pytest.mark.parametrize("step", [step for step in STEPS if len(TEST[step][2]) > 1])
def test_nothing_comes_of_an_incomplete_message(step):
    sender, dummy, data = TEST[step]
    receiver = played(OTHER[sender], step)
    phase = receiver.phase
    assert feed(receiver, data[:-1]) == []
    assert receiver.phase == phase


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("size", [None, 1])
def test_each_message_with_the_next_ones_of_that_sender_behind_it(step, size):
    """Peers before 3.10 have no TCP_NODELAY: states come together, and with the JSON before them."""
    sender = TEST[step][0]
    behind = list(itertools.takewhile(lambda row: row[0] == sender, TEST[step:]))
    receiver = played(OTHER[sender], step)
    assert feed(receiver, b"".join(row[2] for row in behind), size) == [row[1] for row in behind]


# message, its bytes, who sends it, the phases of the receiver in which it may come
ANY_TIME = [
    (Refused(37, 0), b"\xfe\0\0\0\x25\0\0\0\0", "server", "refused"),
    (Refused(208, 9), b"\xfe\0\0\0\xd0\0\0\0\x09", "server", "refused"),
    (State(states.ACCESS_DENIED), b"\xff", "server", "denied"),
    (State(states.SERVER_TERMINATE), b"\x0b", "server", "terminated"),
    (State(states.CLIENT_TERMINATE), b"\x0c", "client", "terminated"),
]


@pytest.mark.parametrize("step", range(1, len(TEST)))
@pytest.mark.parametrize("size", [None, 1])
@pytest.mark.parametrize("event, data, sender, end", ANY_TIME, ids=lambda value: repr(value)[:16])
def test_an_end_at_any_time(event, data, sender, end, size, step):
    """Also where a JSON length is due, also in the middle of our turn, and whatever still follows is thrown away."""
    peer = played(sender, step)
    assert peer.send(event, 0.0) == data
    assert (peer.phase, peer.ended) == (end, True)

    receiver = played(OTHER[sender], step)
    left = receiver.phase
    assert feed(receiver, data + b"\xfe\0\0\0\x25\0\0\0\0\x10", size) == [event]
    assert (receiver.phase, receiver.left, receiver.ended) == (end, left, True)
    assert receiver.transcript.entries[-1]["name"] == "DISCARDED"
    assert receiver.transcript.entries[-1]["size"] == 10
    assert receiver.next_timeout() is None


@pytest.mark.parametrize("event, data, sender, end", ANY_TIME[:3], ids=lambda value: repr(value)[:16])
def test_a_busy_server_answers_before_it_knows_the_cookie(event, data, sender, end):
    server = ControlSession("server", 0.0)
    assert server.send(event, 0.0) == data
    client = ControlSession("client", 0.0)
    assert feed(client, data) == [event]
    assert client.phase == server.phase == end


def test_no_state_is_seen_inside_the_cookie():
    server = ControlSession("server", 0.0)
    data = b"\x0c\xfe\xff" + b"x" * 34
    assert feed(server, data, 1) == [Cookie("\x0c\xfe\xff" + "x" * 34)]


# -- two sessions joined

def answers(role, event):
    """What a good peer sends when this came."""
    spoken = [index for index in STEPS if TEST[index][1] == event][0]
    found = []
    for sender, answer, dummy in TEST[spoken + 1:]:
        if sender != role:
            break
        found.append(answer)
    return found


def join(size, interrupt=None):
    """Run a test between two sessions; interrupt: (step, role, event or None for a close) instead of that step."""
    peers = {"client": ControlSession("client", 0.0), "server": ControlSession("server", 0.0)}
    wires = {"client": bytearray(), "server": bytearray()}       # what each still has to receive
    seen = {"client": [], "server": []}
    closed = set()
    now, step = 0.0, 0

    def speak(role, event):
        if interrupt and interrupt[:2] == (step, role) and not closed:
            if interrupt[2] is not None:
                wires[OTHER[role]].extend(peers[role].send(interrupt[2], now))
            closed.add(role)
        elif role not in closed:
            wires[OTHER[role]].extend(peers[role].send(event, now))

    speak("client", TEST[0][1])
    step = 1
    for dummy in range(10000):
        now += 0.001
        for role in ("client", "server"):
            data = bytes(wires[role][:size])
            del wires[role][:size]
            if data or (OTHER[role] in closed and not wires[role]):
                peers[role].receive_data(data, now)
            for event in events_of(peers[role]):
                seen[role].append(event)
                for answer in answers(role, event) if event in [row[1] for row in TEST] else ():
                    speak(role, answer)
                    step += 1
            if peers[role].ended:
                closed.add(role)
        if all(peer.ended for peer in peers.values()) and not any(wires.values()):
            return peers["client"], peers["server"], seen
    raise RuntimeError("the two sessions do not come to an end: %s" % {role: peers[role].phase for role in peers})


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_a_whole_test(size):
    client, server, seen = join(size)
    assert client.phase == server.phase == "done"
    assert [event for event in seen["client"] if event != Eof()] == [row[1] for row in TEST if row[0] == "server"]
    assert [event for event in seen["server"] if event != Eof()] == [row[1] for row in TEST if row[0] == "client"]
    assert client.cookie == server.cookie == TEXT
    sent = [entry for entry in client.transcript.entries if entry["name"] != "EOF"]
    received = [entry for entry in server.transcript.entries if entry["name"] != "EOF"]
    assert [(entry["name"], entry["size"]) for entry in sent] == [(entry["name"], entry["size"]) for entry in received]
    assert sorted(entry["direction"] for entry in sent) == sorted(
        OTHER_WAY[entry["direction"]] for entry in received)
    total = {role: sum(len(row[2]) for row in TEST if row[0] == role) for role in OTHER}
    assert (client.transcript.bytes_sent, client.transcript.bytes_received) == (total["client"], total["server"])
    assert (server.transcript.bytes_sent, server.transcript.bytes_received) == (total["server"], total["client"])


CUTS = {
    "client": {"terminate": State(states.CLIENT_TERMINATE)},
    "server": {"terminate": State(states.SERVER_TERMINATE), "refuse": Refused(142, 0)},
}


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("step", range(1, len(TEST)))
@pytest.mark.parametrize("way", ["close", "terminate", "refuse"])
def test_a_test_that_is_cut_short_ends_both(step, way, size):
    role = TEST[step][0]
    ending = CUTS[role].get(way)
    client, server, seen = join(size, (step, role, ending))
    other = {"client": client, "server": server}[OTHER[role]]
    if ending is None:
        good = step == len(TEST) - 1    # only IPERF_DONE is missing
        assert seen[OTHER[role]][-1] == Eof()
        assert other.phase == ("done" if good else "closed")
        assert (session_errors.explain(other, Eof()) is None) == good
    else:
        assert ending in seen[OTHER[role]]
        assert other.phase == ("refused" if way == "refuse" else "terminated")
        assert session_errors.explain(other, ending).number in (119, 120, 142)


def test_a_cookie_that_the_listener_has_read():
    server = ControlSession("server", 5.0, cookie=TEXT)
    assert server.phase == "cookie_received"
    assert server.transcript.entries[0]["name"] == "COOKIE"
    assert server.transcript.bytes_received == 37
    for sender, event, data in TEST[1:]:
        if sender == "server":
            assert server.send(event, 5.0) == data
        else:
            assert feed(server, data) == [event]
    assert server.phase == "done"


# -- strict in what it sends

ENDINGS = {
    "client": [State(states.CLIENT_TERMINATE)],
    "server": [State(states.SERVER_TERMINATE), State(states.ACCESS_DENIED), Refused(1, 0)],
}


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize("steps", range(len(TEST) + 1))
def test_only_what_is_due_is_sent(role, steps):
    allowed = ENDINGS[role] if 0 < steps < len(TEST) else []
    if role == "server" and steps == 0:
        allowed = [Refused(1, 0), State(states.ACCESS_DENIED)]
    if steps < len(TEST) and TEST[steps][0] == role:
        allowed = allowed + [TEST[steps][1]]
    for event in [row[1] for row in TEST if row[0] == role] + ENDINGS["client"] + ENDINGS["server"]:
        peer = played(role, steps)
        before = peer.phase
        if event in allowed:
            assert peer.send(event, 0.0)
            assert peer.phase != before
        else:
            with pytest.raises(errors.IperfError) as caught:
                peer.send(event, 0.0)
            assert caught.value.number == errors.INTERNAL
            assert peer.phase == before


@pytest.mark.parametrize("event", [Eof(), TimedOut("running", 1.0), State(states.SERVER_ERROR), "text", None], ids=repr)
def test_what_is_no_message_is_not_sent(event):
    with pytest.raises(errors.IperfError) as caught:
        played("server", 3).send(event, 0.0)
    assert caught.value.number == errors.INTERNAL


def test_too_large_parameters_are_not_sent():
    client = played("client", 2)
    with pytest.raises(errors.IperfError) as caught:
        client.send(Parameters({"title": "x" * codec.PARAMETERS_LIMIT}), 0.0)
    assert caught.value.number == errors.TOO_LARGE
    assert str(codec.PARAMETERS_LIMIT) in str(caught.value)
    room = codec.PARAMETERS_LIMIT - len(b'{"title":""}')
    assert len(client.send(Parameters({"title": "x" * room}), 0.0)) == 4 + codec.PARAMETERS_LIMIT


def test_a_terminated_client_still_says_done():
    client = played("client", 6)
    assert feed(client, b"\x0b") == [State(states.SERVER_TERMINATE)]
    assert client.send(State(states.IPERF_DONE), 0.0) == b"\x10"
    assert client.phase == "terminated"


@pytest.mark.parametrize("role, data, timeout", [("server", b"GET /", False), ("server", b"", True)])
def test_a_server_may_say_why_it_gives_up(role, data, timeout):
    server = played(role, 2)
    if timeout:
        server.handle_timeout(server.next_timeout())
    else:
        feed(server, data)
    phase = server.phase
    assert phase == ("timed_out" if timeout else "violated")
    assert server.send(Refused(114), 0.0) == b"\xfe\0\0\0\x72\0\0\0\0"
    assert server.phase == phase
