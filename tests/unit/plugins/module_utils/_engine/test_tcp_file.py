# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files over real connections: what is in the one is in the other; and blocks that are sent without copying."""

import errno
import os
import stat
import tempfile
import time

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import client, payload, tcp, tcp_file
from ansible_collections.nfv.iperf.plugins.module_utils._engine.limit import Limit
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine.test_client_server import Server

SIZE = 1000003


@pytest.fixture(name="source")
def fixture_source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture(name="pair")
def fixture_pair():
    near, far = data_play.tcp_pair()
    yield near, far
    near.close()
    far.close()


def settings(**given):
    return Settings("client", client="192.0.2.1", **given).check()


def sender(sock, limit=None, **given):
    made = tcp.worker(sock, data_play.stream(True), settings(**given), limit)
    made.start(time.monotonic())
    return made


def receiver(sock, **given):
    made = tcp.worker(sock, data_play.stream(False), settings(**given))
    made.start(time.monotonic())
    return made


@pytest.mark.parametrize("length", ["1K", "128K"])
def test_a_file_arrives_as_it_was_and_its_end_ends_the_sender(pair, source, tmp_path, length):
    target = tmp_path / "target"
    target.write_text("something longer than nothing that has to go")
    sending, receiving = sender(pair[0], file=str(source), length=length), receiver(pair[1], file=str(target))
    data_play.play([sending, receiving], lambda: sending.finished and receiving.stream.bytes == SIZE)
    assert target.read_bytes() == source.read_bytes()
    assert sending.stream.bytes == SIZE and sending.error is None
    assert (sending.stream.file, receiving.stream.file) == ((str(source), SIZE), (str(target), SIZE))


def test_a_new_file_is_its_owners(pair, tmp_path):
    target = tmp_path / "new"
    receiver(pair[1], file=str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_limit_comes_before_the_end_of_the_file(pair, source):
    limit = Limit(settings(bytes=5000))
    sending, receiving = sender(pair[0], limit, file=str(source), bytes=5000), receiver(pair[1])
    data_play.play([sending, receiving], lambda: receiving.stream.bytes == 5000 and sending.finished)
    assert limit.reached and sending.stream.bytes == 5000


def test_what_comes_behind_the_end_of_the_test_is_written_and_not_counted(pair, tmp_path):
    target = tmp_path / "target"
    receiving = receiver(pair[1], file=str(target))
    pair[0].sendall(b"x" * 1000)
    data_play.play([receiving], lambda: receiving.stream.bytes == 1000)
    pair[0].sendall(b"y" * 500)
    pair[0].close()
    receiving.rest(time.monotonic() + 10)
    assert target.read_bytes() == b"x" * 1000 + b"y" * 500
    assert receiving.stream.bytes == 1000 and receiving.finished


def test_rest_waits_no_longer_than_it_is_told(pair, tmp_path):
    receiving = receiver(pair[1], file=str(tmp_path / "target"))
    begin = time.monotonic()
    receiving.rest(begin + 0.05)
    assert not receiving.finished and time.monotonic() >= begin + 0.05


def test_a_file_that_cannot_be_written_to_fails_the_stream_with_its_name(pair):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    receiving = receiver(pair[1], file="/dev/full")
    pair[0].sendall(b"x" * 1000)
    data_play.play([receiving], lambda: receiving.finished)
    assert (receiving.error.errno, receiving.error.filename) == (errno.ENOSPC, "/dev/full")


@pytest.mark.parametrize("sending", [True, False])
def test_a_file_that_cannot_be_opened_is_told(pair, tmp_path, sending):
    path = str(tmp_path / "no folder" / "file")
    with pytest.raises(errors.IperfError) as caught:
        (sender if sending else receiver)(pair[0], file=path)
    assert caught.value.number == 14
    assert path in str(caught.value) and "No such file or directory" in str(caught.value)


@pytest.mark.parametrize("given", [{}, {"length": 1237}, {"length": 1, "bytes": 5000}, {"no_delay": True, "length": 5000}], ids=str)
def test_blocks_without_copying_are_the_same_blocks(pair, given):
    given = dict({"bytes": 300000}, **given)
    limit = Limit(settings(**given))
    sending = sender(pair[0], limit, zerocopy=True, repeating_payload=True, **given)
    data = bytearray()
    pair[1].setblocking(False)

    def arrived():
        try:
            data.extend(pair[1].recv(1 << 20))
        except BlockingIOError:
            pass
        return len(data) >= given["bytes"]

    data_play.play([sending], arrived)
    block = payload.make(sending.length, True)
    assert bytes(data) == (block * (len(data) // len(block) + 1))[:given["bytes"]]
    assert sending.stream.bytes == given["bytes"] and sending.stream.blocks == given["bytes"] // len(block)


def test_zerocopy_says_when_it_cannot_be_had(pair, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: open("/no/such/folder/file"))
    with pytest.raises(errors.IperfError) as caught:
        sender(pair[0], zerocopy=True)
    assert caught.value.number == 11
    monkeypatch.delattr(tcp_file.os, "sendfile")
    with pytest.raises(errors.IperfError) as caught:
        sender(pair[0], zerocopy=True)
    assert caught.value.number == 11 and "has no sendfile" in str(caught.value)


@pytest.mark.parametrize("options", [{}, {"time": 20}, {"parallel": 2, "time": 20}], ids=str)
def test_the_end_of_the_file_is_the_end_of_the_test_and_the_server_has_all_of_it(tmp_path, source, options):
    target = tmp_path / "target"
    server = Server(str(tmp_path), "--file", str(target))
    try:
        outcome = client.run(Settings("client", client="127.0.0.1", port=server.port, file=str(source), **options))
        assert outcome.error is None
        assert server.wait(lambda: server.facts()["history"])
    finally:
        text = server.stop()
    disk = outcome.document["end"]["streams"][0]["diskfile"]
    assert (disk["sent"], disk["size"], disk["percent_sent"], disk["filename"]) == (SIZE, SIZE, 100, str(source))
    assert outcome.document["start"]["test_start"]["bytes"] == (0 if options else SIZE)
    assert target.read_bytes() == source.read_bytes()
    assert " KByte / " in text and "of %s" % target in text


def test_a_file_that_is_missing_is_told_before_anything_is_sent(tmp_path):
    with pytest.raises(errors.IperfError) as caught:
        client.run(Settings("client", client="127.0.0.1", port=1, file=str(tmp_path / "none")))
    assert caught.value.number == 14


def test_an_empty_file_ends_at_once(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    server = Server(str(tmp_path))
    try:
        outcome = client.run(Settings("client", client="127.0.0.1", port=server.port, file=str(tmp_path / "empty")))
    finally:
        server.stop()
    assert outcome.error is None
    assert outcome.document["end"]["streams"][0]["diskfile"]["percent_sent"] == 100
