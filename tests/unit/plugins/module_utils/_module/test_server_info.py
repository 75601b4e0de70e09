# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What iperf_server_info tells of servers that answer, that do not, and of none."""

import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, archive, guard, process, server, server_info, servers, supervisor
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import Module, names, stub_archive
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port


def ask(folder, **params):
    return server_info.work(Module(argspec.server_info_arguments(), state_dir=str(folder), **params))


@pytest.fixture
def running(tmp_path, monkeypatch):
    """(folder, port, pid) of a server that runs."""
    monkeypatch.setattr(archive, "build", stub_archive)
    monkeypatch.setattr(supervisor, "systemd_runs", lambda: False)
    folder, port = tmp_path / "state", free_port()
    pid = server.work(Module(argspec.server_arguments(), state_dir=str(folder), port=port, bind="127.0.0.1"))["pid"]
    yield folder, port, pid
    for one in servers.find_all(str(folder)):
        process.terminate(one.identity, 20)


def test_none(tmp_path):
    assert ask(tmp_path / "none") == {"changed": False, "servers": []}
    assert ask(tmp_path) == {"changed": False, "servers": []}
    assert not os.path.exists(str(tmp_path / "none"))


@pytest.mark.parametrize("record", [True, False])
def test_one_that_answers(running, record):
    folder, port, pid = running
    if not record:
        (folder / ("server-%d-127.0.0.1.json" % port)).unlink()
    before = names(folder)
    told = ask(folder)["servers"]
    assert [(one["port"], one["pid"], one["answers"], one["bind"], one["version"]) for one in told] == [(port, pid, True, "127.0.0.1", "stub")]
    assert ask(folder, port=port)["servers"] == told
    assert ask(folder, port=port + 1)["servers"] == []
    assert names(folder) == before


def test_one_that_does_not_answer_has_no_numbers(running):
    folder, port, pid = running
    (folder / ("server-%d-127.0.0.1.sock" % port)).unlink()
    told = ask(folder)["servers"][0]
    assert told["pid"] == pid and told["answers"] is False
    assert [told[name] for name in server_info.TOLD] == [None] * len(server_info.TOLD)


def test_bad_timeout(tmp_path):
    with pytest.raises(guard.Failure):
        ask(tmp_path, timeout=0)
