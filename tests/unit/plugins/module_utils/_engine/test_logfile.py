# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log that is kept below a size, written by several processes."""

import os
import subprocess
import sys

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import client, logfile
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine.test_client_server import Server

LIMIT = 65536
LINE = "%07d a line of a report\n"


@pytest.fixture(name="log")
def fixture_log(tmp_path):
    """As iperf_server opens it for a daemon: to be written only, and not to be appended to."""
    with open(str(tmp_path / "log"), "wb", buffering=0) as stream:
        yield stream


def fill(log, count):
    for number in range(count):
        log.write((LINE % number).encode("ascii"))


def content(log):
    with open(log.name) as stream:
        return stream.read()


def test_what_is_small_enough_stays(log):
    keep = logfile.Keeper(log.fileno(), LIMIT)
    fill(log, 100)
    keep()
    assert content(log) == "".join(LINE % number for number in range(100))


def test_the_latest_whole_lines_are_kept_and_everybody_goes_on_behind_them(log):
    keep = logfile.Keeper(log.fileno(), LIMIT)
    fill(log, 5000)
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read(); print('the other process')"], stdin=subprocess.PIPE, stdout=log) as other:
        keep()
        other.communicate(timeout=30)
    log.write(b"this process\n")
    lines = content(log).splitlines(True)
    assert lines[0] == logfile.NOTE % LIMIT
    assert lines[-2:] == ["the other process\n", "this process\n"]
    kept = lines[1:-2]
    assert kept == [LINE % number for number in range(5000 - len(kept), 5000)]
    assert LIMIT // 2 - 100 < os.path.getsize(log.name) < LIMIT // 2 + 200


def test_it_looks_once_a_second(log):
    keep = logfile.Keeper(log.fileno(), LIMIT)
    keep()
    fill(log, 5000)
    keep()
    assert os.path.getsize(log.name) > LIMIT


@pytest.mark.parametrize("limit", [0, LIMIT])
def test_what_is_no_file_and_what_has_no_limit_is_left_alone(log, limit):
    readable, writable = os.pipe()
    try:
        logfile.Keeper(writable, limit)()
        os.write(writable, b"x")
        assert os.read(readable, 10) == b"x"
    finally:
        os.close(readable)
        os.close(writable)
    keep = logfile.Keeper(log.fileno(), 0)
    fill(log, 5000)
    keep()
    assert os.path.getsize(log.name) == 5000 * len(LINE % 0)


def test_a_server_keeps_its_log_short_and_goes_on_with_it(tmp_path):
    path = tmp_path / "log"
    path.write_text("".join(LINE % number for number in range(5000)))
    server = Server(str(tmp_path), "--logfile", str(path), "--keep-log", "64K")
    try:
        assert server.wait(lambda: path.stat().st_size < LIMIT)
        assert client.run(Settings("client", client="127.0.0.1", port=server.port, bytes="10K")).error is None
        assert server.wait(lambda: "receiver" in path.read_text())
    finally:
        server.stop()
    text = path.read_text()
    assert text.startswith(logfile.NOTE % LIMIT)
    assert LINE % 4999 in text.split("Accepted connection")[0]
