# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A question to a server over real sockets: what one of ours answers, and what others do."""

import os
import socket
import threading
import time

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import inquiry
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings

COOKIE = "abcdefghijklmnopqrstuvwxyz234567abcd"
SETTINGS = Settings("client", client="127.0.0.1")


def record(cookie=COOKIE, **values):
    return dict({"cookie": cookie, "peer": {"host": "192.0.2.1", "port": 9}, "since": time.time() - 5, "status": "running", "protocol": "UDP"}, **values)


def facts(running=(), history=()):
    return {"version": "iperf 3.21", "max_clients": 3, "running": list(running), "history": list(history)}


def test_the_word_is_as_long_as_a_cookie_and_names_the_test():
    assert len(inquiry.word(COOKIE)) == len(COOKIE)
    assert inquiry.word(COOKIE).startswith(inquiry.PREFIX) and inquiry.word(COOKIE).endswith(COOKIE[7:])


def test_who_tests_is_told_to_everybody_and_a_test_to_its_client_only():
    said = inquiry.about(facts([record(remaining=4.0)]), inquiry.word("x" * 36))
    assert said["test"] is None and said["max_clients"] == 3
    assert [(one["peer"], one["remaining"], round(one["since"])) for one in said["running"]] == [("192.0.2.1", 4.0, 5)]
    said = inquiry.about(facts([record()], [record("y" * 36, ended=1.0)]), inquiry.word(COOKIE))
    assert said["test"] == {"status": "running", "error": None, "protocol": "UDP", "direction": None, "notes": None}


@pytest.mark.parametrize("values, status", [
    ({"status": "running", "ended": 2.0}, "crashed"), ({"status": "failed", "ended": 2.0, "error": "why"}, "failed"), ({"status": "ok", "ended": 2.0}, "ok"),
])
def test_how_a_test_ended(values, status):
    assert inquiry.about(facts((), [record(**values)]), inquiry.word(COOKIE))["test"]["status"] == status


class Server(object):
    """One visitor is served by a function of his socket."""

    def __init__(self, serve):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(1)
        self.address = self.sock.getsockname()
        self._serve = serve
        self.thread = threading.Thread(target=self._run)
        self.thread.daemon = True
        self.thread.start()

    def _run(self):
        visitor, peer = self.sock.accept()
        visitor.settimeout(10)
        word = codec.unpack_cookie(visitor.recv(37))
        self._serve(visitor, peer, word)
        visitor.close()

    def end(self):
        self.thread.join(10)
        self.sock.close()


def ask(serve, seconds=10.0):
    server = Server(serve)
    try:
        question = inquiry.Inquiry(server.address, COOKIE, SETTINGS)
        return question.finish(seconds), question.reached
    finally:
        server.end()


def test_a_server_of_ours_answers(monkeypatch):
    monkeypatch.setattr(inquiry, "evidence", lambda host, port, protocol: {"firewall": [host, port, protocol]})
    desk = inquiry.Desk(5201)

    def serve(visitor, peer, word):
        desk.answer(visitor, peer, word, facts([record()]), lambda: None)
    answer, reached = ask(serve)
    assert reached == "answers"
    assert answer["firewall"] == ["127.0.0.1", 5201, "UDP"] and answer["test"]["status"] == "running"
    limit = time.monotonic() + 10
    while desk._pids and time.monotonic() < limit:
        desk.reap()
    assert not desk._pids


def test_strangers_and_crowds_cost_no_process(monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    desk = inquiry.Desk(5201)
    answer, dummy = ask(lambda visitor, peer, word: desk.answer(visitor, peer, word, facts([record("z" * 36)]), lambda: None))
    assert answer["test"] is None and len(answer["running"]) == 1 and "firewall" not in answer
    desk.reap = lambda: None
    desk._pids = set(range(inquiry.DESKS))
    answer, dummy = ask(lambda visitor, peer, word: desk.answer(visitor, peer, word, facts([record()]), lambda: None))
    assert answer["test"]["status"] == "running" and "firewall" not in answer


@pytest.mark.parametrize("said", [b"\x09", b"\xff", b"", b"HTTP/1.1 400\r\n", b"\x00\x00\x00\x03{]}", b"\x00\xff\xff\xff"])
def test_others_tell_nothing(said):
    answer, reached = ask(lambda visitor, peer, word: visitor.sendall(said))
    assert (answer, reached) == ({}, "answers")


def test_nobody_listens():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    question = inquiry.Inquiry(address, COOKIE, SETTINGS)
    assert question.pump(10.0) and (question.finish(0.0), question.reached) == ({}, "refused")


def test_silence_is_not_waited_for():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        question = inquiry.Inquiry(listener.getsockname(), COOKIE, SETTINGS)
        assert not question.pump(0.01)
        assert (question.finish(0.01), question.reached) == ({}, "answers")
