# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The info socket and the passing of descriptors."""

import os
import socket
import threading

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import info, passing


def answer(server):
    thread = threading.Thread(target=lambda: (server.sock.setblocking(True), server.serve()))
    thread.start()
    return thread


def test_a_question_is_answered(tmp_path):
    server = info.Server(str(tmp_path / "a.sock"), lambda: {"tests": 3})
    thread = answer(server)
    assert info.query(str(tmp_path / "a.sock")) == {"tests": 3}
    thread.join(10)
    server.close()
    assert not (tmp_path / "a.sock").exists()


def test_a_stale_file_is_replaced_and_a_live_server_is_not(tmp_path):
    path = str(tmp_path / "a.sock")
    first = info.Server(path, dict)
    with pytest.raises(OSError):
        info.Server(path, dict)
    first.forget()
    assert os.path.exists(path)
    info.Server(path, dict).close()


def test_nobody_there_and_nobody_answering(tmp_path):
    with pytest.raises(OSError):
        info.query(str(tmp_path / "none.sock"))
    silent = info.Server(str(tmp_path / "a.sock"), dict)
    with pytest.raises(OSError):
        info.query(str(tmp_path / "a.sock"), 0.1)
    silent.close()


@pytest.mark.parametrize("family,kind", [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM)])
def test_a_descriptor_arrives_with_its_message(family, kind):
    left, right = passing.pair()
    original = socket.socket(family, kind)
    assert passing.send(left, {"op": "stream", "number": 7}, original.fileno())
    original.close()
    message, descriptor = passing.receive(right)
    assert message == {"op": "stream", "number": 7}
    adopted = passing.adopt(descriptor)
    assert (int(adopted.family), int(adopted.type) & 0xf) == (int(family), int(kind))
    adopted.close()
    left.close()
    assert passing.receive(right) == (None, None)
    assert not passing.send(right, {})
    right.close()
