# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client and server of the engine against each other, over loopback."""

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import client, info, inquiry, output
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port

MAIN = "import sys; from ansible_collections.nfv.iperf.plugins.module_utils._engine import cli; sys.exit(cli.main(sys.argv[1:]))"
LIMIT = 30.0


class Server(object):
    """A server process of ours; its info socket tells when it serves."""

    def __init__(self, folder, *args):
        self.port = free_port()
        self.path = os.path.join(folder, "info.sock")
        self.said = None
        command = [sys.executable, "-c", MAIN, "-s", "-4", "-p", str(self.port), "--info-socket", self.path] + list(args)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                                        env=dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path))))
        try:
            assert self.wait(lambda: self.facts() is not None), self.stop()
        except BaseException:
            self.stop()
            raise

    def facts(self):
        try:
            return info.query(self.path)
        except (OSError, ValueError):
            return None

    def wait(self, condition):
        limit = time.time() + LIMIT
        while time.time() < limit and self.process.poll() is None:
            if condition():
                return True
            time.sleep(0.02)
        return False

    def stop(self, number=signal.SIGTERM):
        """What it has said; asking again says the same."""
        if self.said is None:
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.said = self.process.communicate(timeout=LIMIT)[0]
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.said = self.process.communicate()[0]
        return self.said


@pytest.fixture
def server(tmp_path):
    """A server that takes three clients at a time."""
    running = Server(str(tmp_path), "--max-clients", "3")
    yield running
    running.stop()


def run(server, **options):
    settings = dict(client="127.0.0.1", port=server.port)
    settings.update(options)
    return client.run(Settings("client", **settings))


@pytest.mark.parametrize("options", [
    dict(bytes="1M"), dict(bytes="1M", reverse=True), dict(time=1, bidir=True, parallel=2, bitrate="50M"), dict(blockcount=50, length="4K"),
    dict(udp=True, bytes="100K", length=1000, bitrate="50M"), dict(udp=True, bytes="100K", length=1000, bitrate="50M", reverse=True),
    dict(udp=True, time=1, length=1000, bitrate="5M", bidir=True, parallel=2, udp_counters_64bit=True),
    dict(bytes="1M", no_delay=True, window="64K", repeating_payload=True, tos=32, title="a test"),
], ids=str)
def test_both_ends_agree(server, options):
    outcome = run(server, **options)
    assert outcome.error is None
    assert outcome.summary["status"] == "ok"
    for suffix in ("", "_bidir_reverse") if options.get("bidir") else ("",):
        sent, received = (outcome.document["end"][key + suffix]["bytes"] for key in ("sum_sent", "sum_received"))
        assert 0 < received <= sent
    assert outcome.control["transcript"][-1]["name"] == "IPERF_DONE"
    assert [flow["role"] for flow in outcome.connections].count("control") == 1


def test_an_exact_number_of_bytes_is_exact(server):
    """The server sends no byte more than was asked for, and the client ends the test when it has them."""
    outcome = run(server, bytes=1000000, length=3000, reverse=True)
    assert outcome.document["end"]["sum_sent"]["bytes"] == 1000000
    assert outcome.document["end"]["sum_received"]["bytes"] == 1000000


def test_the_servers_report_comes_with_the_results(server):
    outcome = run(server, bytes="100K", get_server_output=True)
    assert "Accepted connection from 127.0.0.1" in outcome.document["server_output_text"]


def test_a_full_server_is_busy_and_tells_what_runs(server):
    with contextlib.ExitStack() as stack:
        for dummy in range(3):
            visitor = stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)))
            visitor.sendall(os.urandom(18).hex().encode("ascii") + b"\0")
            assert visitor.recv(1) == struct.pack("b", 9)
        assert len(server.facts()["running"]) == 3
        outcome = run(server, bytes="1K")
        assert outcome.error.number == 121
    assert server.wait(lambda: not server.facts()["running"])
    assert run(server, bytes="1K").error is None


def test_strangers_do_not_disturb(server):
    """Half a cookie, silence and a closed connection leave the server as it was."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as half, \
            contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)):
        half.sendall(b"GET / HTTP/1.0\r\n\r\n")
        socket.create_connection(("127.0.0.1", server.port), 5).close()
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as datagrams:
            datagrams.sendto(b"9876", ("127.0.0.1", server.port))
        assert run(server, udp=True, bytes="10K", length=1000, bitrate="10M").error is None


def test_a_killed_test_leaves_the_server_alive(server):
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as visitor:
        visitor.sendall(b"a" * 36 + b"\0")
        assert visitor.recv(1) == struct.pack("b", 9)
    assert server.wait(lambda: server.facts()["history"])
    assert server.facts()["history"][0]["status"] == "failed"
    assert run(server, bytes="1K").error is None


def test_a_question_behind_the_death_of_its_test_is_told_of_it(server):
    """Both wait for the listener at once: the question must not be answered by what was true before."""
    cookie = "a" * 36
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as visitor:
        visitor.sendall(codec.pack_cookie(cookie))
        assert visitor.recv(1) == struct.pack("b", 9)
        with open("/proc/%d/task/%d/children" % (server.process.pid, server.process.pid)) as stream:
            child = int(stream.read())
        server.process.send_signal(signal.SIGSTOP)
        os.kill(child, signal.SIGKILL)
        assert visitor.recv(1) == b""
        question = inquiry.Inquiry(("127.0.0.1", server.port), cookie, Settings("client", client="127.0.0.1"))
        assert not question.pump(0.2)
        server.process.send_signal(signal.SIGCONT)
        assert question.finish(LIMIT)["test"]["status"] == "crashed"


def test_a_server_that_is_stopped_says_so_to_its_client(server):
    started = []

    def stop_it(interval):
        if not started:
            started.append(server.process.send_signal(signal.SIGTERM))

    outcome = client.run(Settings("client", client="127.0.0.1", port=server.port, time=20, interval=0.1, bitrate="1M"), on_interval=stop_it)
    assert outcome.error.number == 120
    assert outcome.summary["status"] in ("partial", "failed")
    server.process.wait(LIMIT)
    assert not os.path.exists(server.path)


def test_an_interrupted_client_says_goodbye(server):
    names = []
    settings = Settings("client", client="127.0.0.1", port=server.port, time=20, interval=0.1, bitrate="1M")
    outcome = client.run(settings, on_interval=lambda interval: names.append("SIGINT"), stop=lambda: names[0] if names else None)
    assert outcome.interrupted == "SIGINT"
    assert server.wait(lambda: server.facts()["history"])
    assert server.facts()["history"][0]["error"] == str(errors.IperfError(119, "the client sent CLIENT_TERMINATE while the test ran"))


def test_one_off_ends_after_one_test(tmp_path):
    server = Server(str(tmp_path), "-1", "-J")
    assert run(server, bytes="10K").error is None
    text = server.process.communicate(timeout=LIMIT)[0]
    assert server.process.returncode == 0
    assert json.loads(text)["end"]["sum_received"]["bytes"] == 10240


def test_json_stream_has_one_object_a_line(server):
    lines = []
    settings = Settings("client", client="127.0.0.1", port=server.port, bytes="1M", json_stream=True)
    client.run(settings, output.Output(settings, "client", lines.append))
    names = [json.loads(line)["event"] for line in "".join(lines).splitlines()]
    assert names[0] == "start" and names[-1] == "end"


def test_what_has_no_effect_is_told_once_beside_the_report(server):
    said, lines = [], []
    settings = Settings("client", client="127.0.0.1", port=server.port, udp=True, bytes=60000, length=60000, no_delay=True, json=True)
    outcome = client.run(settings, output.Output(settings, "client", lines.append, complain=said.append))
    assert outcome.error is None
    assert outcome.warnings[0] == "no_delay has no effect on UDP"
    assert outcome.warnings[1].startswith("length 60000 is larger than the control connection's MSS ")
    assert said == ["warning: %s\n" % line for line in outcome.warnings] and len(said) == 2
    assert json.loads("".join(lines))["end"]["sum"]["bytes"] == 60000


def test_a_server_tells_what_it_cannot_do_and_goes_on(server):
    """Real clients may name a congestion control that only they have."""
    cookie = codec.pack_cookie("c" * 36)
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as control:
        control.sendall(cookie)
        assert control.recv(1) == b"\x09"
        control.sendall(codec.pack_json({"tcp": True, "omit": 0, "time": 1, "parallel": 2, "len": 1000, "congestion": "nosuch"}))
        assert control.recv(1) == b"\x0a"
        with contextlib.ExitStack() as stack:
            for dummy in range(2):
                stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5))).sendall(cookie)
            assert control.recv(1) == b"\x01"
    told = [line for line in server.stop().splitlines() if line.startswith("warning: ")]
    assert len(told) == 1 and told[0].startswith("warning: congestion 'nosuch' is not available here (")


def test_nobody_listens():
    settings = Settings("client", client="127.0.0.1", port=free_port())
    outcome = client.run(settings)
    assert outcome.error.number == 103
    assert outcome.document["end"] == {}
    assert outcome.summary["sent_bps"] is None


def test_a_name_that_does_not_exist():
    outcome = client.run(Settings("client", client="nobody.invalid"))
    assert outcome.error.number == errors.NAME_NOT_RESOLVED
    assert "nobody.invalid" in str(outcome.error)


def test_a_server_that_resets_at_once_is_told_as_such():
    """Reset before the client has looked at anything, or behind its cookie: one error of the control connection, whatever the moment."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)

        def reset():
            while True:
                try:
                    visitor = listener.accept()[0]
                except OSError:
                    return
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                visitor.close()

        thread = threading.Thread(target=reset)
        thread.daemon = True
        thread.start()
        for dummy in range(20):
            outcome = client.run(Settings("client", client="127.0.0.1", port=listener.getsockname()[1]))
            assert outcome.error.number in (103, 109), str(outcome.error)
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(LIMIT)
