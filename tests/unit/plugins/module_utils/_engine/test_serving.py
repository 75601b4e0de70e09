# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One test on the server's side, between a client and a listener that are played here."""

import contextlib
import os
import socket
import threading

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import passing, serving
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings

LIMIT = 10.0


class Stop(object):
    """A signal that comes when it is told to."""

    def __init__(self):
        self.name = None
        self.readable, self.writable = os.pipe()

    def fileno(self):
        return self.readable

    def __call__(self):
        return self.name

    def come(self, name):
        self.name = name
        os.write(self.writable, b"!")

    def close(self):
        os.close(self.readable)
        os.close(self.writable)


def connected():
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        theirs = socket.create_connection(listener.getsockname(), LIMIT)
        theirs.settimeout(LIMIT)
        return listener.accept()[0], theirs


@contextlib.contextmanager
def served():
    """(the client's socket, the listener's end, Stop) of a test whose report nobody takes until the block is left."""
    ours, client = connected()
    theirs, listener = passing.pair()
    listener.setblocking(False)
    taken, stop = threading.Event(), Stop()
    settings = Settings("server", server=True, json=True).check()
    test = serving._Test(ours, client.getsockname(), "c" * 36, theirs, settings, lambda text: taken.wait(LIMIT), 1, stop)
    thread = threading.Thread(target=test.run)
    thread.daemon = True
    thread.start()
    try:
        assert client.recv(1) == codec.pack_state(states.PARAM_EXCHANGE)
        yield client, listener, stop
    finally:
        taken.set()
        thread.join(LIMIT)
        stop.close()
        for sock in (client, theirs, listener):
            sock.close()
    assert not thread.is_alive()


def known(listener):
    """What the listener knows of the test by now."""
    facts = {}
    while True:
        try:
            message, dummy = passing.receive(listener)
        except BlockingIOError:
            return facts
        facts.update(message["facts"])


def refused(client, stop):
    client.sendall(codec.pack_json({"tcp": True, "omit": 0, "time": 1, "parallel": 100000, "len": 131072, "pacing_timer": 1000}))
    return codec.pack_state(states.SERVER_ERROR)


def interrupted(client, stop):
    stop.come("SIGTERM")
    return codec.pack_state(states.SERVER_TERMINATE)


@pytest.mark.parametrize("end, why", [(refused, "parallel"), (interrupted, "SIGTERM")])
def test_a_client_that_is_told_of_an_end_can_ask_for_its_reason_at_once(end, why):
    """It did so before the listener knew: the answer was now and then that the test still runs."""
    with served() as (client, listener, stop):
        expected = end(client, stop)
        assert client.recv(1) == expected
        facts = known(listener)
        assert facts["status"] == "failed"
        assert why in facts["error"]
