# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What iperf_server decides and does, with real processes that only answer on an info socket (workbench.STUB)."""

import json
import os
import shutil

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, archive, guard, process, server, servers, supervisor
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import (
    FAILS, SILENT, Module, listening, names, stub_archive,
)
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port


class Node(object):
    """One state_dir and one port, on which the module is run."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.port = free_port()

    def run(self, state="started", check_mode=False, **params):
        params.setdefault("port", self.port)
        module = Module(argspec.server_arguments(), check_mode, state=state, state_dir=self.folder, **params)
        return server.work(module)

    def pids(self):
        return sorted(one.identity.pid for one in servers.find_all(self.folder))

    def path(self, kind, bind=""):
        return "%s/server-%d%s.%s" % (self.folder, self.port, bind and "-" + bind, kind)


@pytest.fixture
def node(tmp_path, monkeypatch):
    built = stub_archive()
    monkeypatch.setattr(archive, "build", lambda: built)
    monkeypatch.setattr(supervisor, "systemd_runs", lambda: False)
    one = Node(tmp_path / "state")
    yield one
    for running in servers.find_all(one.folder):
        process.terminate(running.identity, 20)


def test_started_is_idempotent_and_stopped_leaves_nothing(node):
    first = node.run()
    assert first["changed"] and first["pid"] == node.pids()[0]
    assert first["supervisor"] == "daemon" and first["unit"] is None
    assert first["archive"]["version"] == "stub"
    assert os.path.isfile(first["archive"]["path"]) and os.path.exists(first["info_socket"]) and os.path.isfile(first["log"])
    second = node.run()
    assert not second["changed"] and second["pid"] == first["pid"]
    assert second["diff"]["before"] == second["diff"]["after"]
    assert node.run("stopped")["changed"]
    assert process.identify(first["pid"]) is None
    assert not os.path.exists(node.folder)
    again = node.run("stopped")
    assert not again["changed"] and again["pid"] is None and again["addresses"] == []


def test_a_change_of_options_restarts(node):
    first = node.run()
    second = node.run(max_clients=7)
    assert second["changed"] and second["pid"] != first["pid"]
    stem = "server-%d" % node.port
    assert second["diff"]["before"][stem]["max_clients"] == 100
    assert second["diff"]["after"][stem]["max_clients"] == 7
    assert node.pids() == [second["pid"]]
    assert node.run(max_clients=7)["changed"] is False


@pytest.mark.parametrize("one, other", [({"server_bitrate_limit": "1G"}, {"server_bitrate_limit": "1000M"}), ({"affinity": "0"}, {"affinity": "00"})])
def test_two_ways_to_write_one_value_are_no_change(node, one, other):
    node.run(**one)
    assert node.run(**other)["changed"] is False


def test_another_engine_restarts_and_the_old_archive_goes(node, monkeypatch):
    first = node.run()
    newer = stub_archive("2")
    monkeypatch.setattr(archive, "build", lambda: newer)
    second = node.run()
    assert second["changed"] and second["pid"] != first["pid"]
    assert [name for name in names(node.folder) if name.endswith(".pyz")] == [newer.name]


def test_restarted_always_restarts(node):
    first = node.run("restarted")
    second = node.run("restarted")
    assert first["changed"] and second["changed"] and first["pid"] != second["pid"]
    assert second["state"] == "started"
    assert node.pids() == [second["pid"]]


def test_check_mode_does_nothing(node):
    would = node.run(check_mode=True)
    assert would["changed"] and would["pid"] is None and would["diff"]["after"]
    assert not os.path.exists(node.folder)
    first = node.run()
    before = names(node.folder)
    assert node.run(check_mode=True)["changed"] is False
    assert node.run("restarted", check_mode=True)["changed"] is True
    assert node.run(max_clients=3, check_mode=True)["changed"] is True
    stopped = node.run("stopped", check_mode=True)
    assert stopped["changed"] and stopped["diff"]["after"] == {}
    assert names(node.folder) == before and node.pids() == [first["pid"]]


@pytest.mark.parametrize("content", [None, b"{", b'{"format": 1, "pid": 1, "start": 1, "boot": ""}'])
def test_a_lost_or_wrong_record_is_written_again(node, content):
    first = node.run()
    with open(node.path("json"), "rb") as stream:
        good = json.loads(stream.read().decode("utf-8"))
    if content is None:
        os.unlink(node.path("json"))
    else:
        with open(node.path("json"), "wb") as stream:
            stream.write(content)
    second = node.run()
    assert not second["changed"] and second["pid"] == first["pid"]
    with open(node.path("json"), "rb") as stream:
        assert dict(json.loads(stream.read().decode("utf-8")), since=0) == dict(good, since=0)
    os.unlink(node.path("json"))
    assert node.run("stopped")["changed"]
    assert not os.path.exists(node.folder)


def test_a_server_whose_files_are_all_gone_is_stopped(node):
    first = node.run(bind="127.0.0.1")
    shutil.rmtree(node.folder)
    assert node.run("stopped", check_mode=True)["changed"] and node.pids() == [first["pid"]]
    assert node.run("stopped")["changed"] and node.pids() == []
    assert not os.path.exists(node.folder)


def test_a_server_that_died_is_started_again(node):
    first = node.run()
    process.terminate(process.identify(first["pid"]), 20)
    second = node.run()
    assert second["changed"] and second["diff"]["before"] == {}
    process.terminate(process.identify(second["pid"]), 20)
    assert node.run("stopped")["changed"] is False
    assert not os.path.exists(node.folder)


def test_a_server_that_does_not_answer_is_restarted(node):
    first = node.run()
    os.unlink(node.path("sock"))
    second = node.run()
    assert second["changed"] and node.pids() == [second["pid"]] and second["pid"] != first["pid"]


def test_servers_on_two_addresses_share_port_and_archive(node):
    one, two = node.run(bind="127.0.0.1"), node.run(bind="127.0.0.2")
    assert node.pids() == sorted([one["pid"], two["pid"]])
    assert node.run("stopped", bind="127.0.0.1")["changed"]
    assert node.pids() == [two["pid"]] and os.path.isfile(two["archive"]["path"])
    every = node.run()
    assert every["changed"] and node.pids() == [every["pid"]]
    assert list(every["diff"]["before"]) == ["server-%d-127.0.0.2" % node.port]


def test_stopped_without_an_address_means_all_of_the_port(node):
    node.run(bind="127.0.0.1")
    node.run(bind="127.0.0.2")
    assert len(node.run("stopped")["diff"]["before"]) == 2
    assert not os.path.exists(node.folder)


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_taken_port_names_the_process(node, check_mode):
    with listening() as (dummy, port):
        with pytest.raises(guard.Failure) as caught:
            node.run(port=port, check_mode=check_mode)
        assert "port %d is taken" % port in caught.value.msg and "pid %d" % os.getpid() in caught.value.msg
        assert not os.path.exists(node.folder)
        assert node.run(port=port, bind="127.0.0.2", check_mode=True)["changed"]


def test_a_taken_port_of_a_process_that_cannot_be_seen(node, monkeypatch):
    monkeypatch.setattr(server.ports, "holders", lambda found, proc="": {one.inode: [] for one in found})
    with listening() as (dummy, port):
        with pytest.raises(guard.Failure) as caught:
            node.run(port=port)
    assert "is held by a process of user" in caught.value.msg


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(node):
    with pytest.raises(guard.Failure) as caught:
        node.run(bind=FAILS)
    assert caught.value.msg == "the server on port %d did not start, its process ended with exit code 3: no such luck" % node.port
    assert not os.path.exists(node.folder)


def test_a_server_that_never_answers_is_taken_away(node):
    with pytest.raises(guard.Failure) as caught:
        node.run(bind=SILENT, timeout=1)
    assert "does not answer after 1 s" in caught.value.msg
    assert node.pids() == [] and not os.path.exists(node.folder)


@pytest.mark.parametrize("params, part", [({"timeout": 0}, "timeout"), ({"port": 70000}, "port"), ({"bind": "no.such.invalid"}, "no.such.invalid")])
def test_bad_input_starts_nothing(node, params, part):
    with pytest.raises((guard.Failure, IperfError)) as caught:
        node.run(**params)
    assert part in str(caught.value)
    assert not os.path.exists(node.folder)


def test_a_state_dir_that_is_too_long(node):
    node.folder += "/" + "x" * 100
    with pytest.raises(guard.Failure) as caught:
        node.run()
    assert "state_dir is too long" in caught.value.msg


def test_a_supervisor_that_cannot_be_had(node):
    with pytest.raises(guard.Failure) as caught:
        node.run(supervisor="systemd")
    assert "supervisor=systemd" in caught.value.msg
    assert not os.path.exists(node.folder)
