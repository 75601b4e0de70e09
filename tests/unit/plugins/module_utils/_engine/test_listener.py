# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listener that somebody else drives, with a door of his own."""

import contextlib
import os
import socket

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import listener
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port

MINE, TEST = "m" * 36, "t" * 36


class Hotel(listener.Door):
    """Keeps who says MINE. told: a pipe into which each new process writes when it closes what is ours."""

    def __init__(self):
        self.guests = []
        self.words = []
        self.told, self._tell = os.pipe()

    def take(self, sock, peer, word):
        self.words.append(word)
        if word != MINE:
            return False
        self.guests.append(sock)
        return True

    def close_in_child(self):
        os.write(self._tell, b"!")

    def close(self):
        for sock in self.guests:
            sock.close()
        os.close(self.told)
        os.close(self._tell)


@pytest.fixture(name="hotel")
def fixture_hotel():
    door = Hotel()
    yield door
    door.close()


@pytest.fixture(name="server")
def fixture_server(hotel):
    settings = Settings("server", server=True, port=free_port(), version4=True, max_clients=1).check()
    made = listener.Listener(settings, lambda text: None, lambda: None, door=hotel)
    made.open()
    yield made
    made.close()


def visit(server, word):
    visitor = socket.create_connection(("127.0.0.1", server.settings.port), 10)
    visitor.sendall(codec.pack_cookie(word))
    return contextlib.closing(visitor)


def turn_until(server, condition):
    for dummy in range(200):
        server.turn(0.1)
        if condition():
            return
    raise AssertionError("it did not come to that")


def test_who_is_taken_begins_no_test_and_is_left_alone(server, hotel):
    with visit(server, MINE) as visitor:
        turn_until(server, lambda: hotel.guests)
        heard = []
        server.watch(hotel.guests[0].fileno(), lambda: heard.append(hotel.guests[0].recv(10)))
        visitor.sendall(b"hello")
        turn_until(server, lambda: heard)
        server.unwatch(hotel.guests[0].fileno())
        visitor.sendall(b"again")
        hotel.guests[0].sendall(b"welcome")
        assert visitor.recv(10) == b"welcome"
        server.turn(0.0)
        assert heard == [b"hello"]
        assert (server.sessions, server.greeters, server.tests) == ({}, {}, 0)


def test_who_is_not_taken_begins_a_test_in_a_process_that_keeps_nothing(server, hotel):
    with visit(server, TEST) as visitor:
        turn_until(server, lambda: server.sessions)
        assert visitor.recv(1) == b"\x09"
        assert os.read(hotel.told, 1) == b"!"
        with visit(server, "x" * 36) as second:
            turn_until(server, lambda: len(hotel.words) == 2)
            assert second.recv(1) == b"\xff", "one test at a time, whatever the door says"
    turn_until(server, lambda: not server.sessions)
    assert hotel.words == [TEST, "x" * 36]


def test_a_plain_listener_lets_everybody_test():
    assert listener.Door().take(None, None, TEST) is False
    assert listener.Door().close_in_child() is None
