# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How servers are found again: by what their arguments say, and never by a pid alone."""

import os
import socket

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, process, servers
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import child


def server(port=5201, **options):
    return Settings("server", server=True, port=port, **options)


def words(folder, settings):
    """The command line of a server with these settings, whose archive and info socket lie in the folder."""
    settings.info_socket = servers.path_of(str(folder), servers.stem_of(settings), "sock")
    settings.given.add("info_socket")
    return [str(folder / "nfv-iperf-0123456789ab.pyz")] + argspec.command_words(settings)


def record(folder, stem, identity, **changes):
    servers.save(servers.path_of(str(folder), stem, "json"), dict({"pid": identity.pid, "start": identity.start, "boot": identity.boot}, **changes))


@pytest.mark.parametrize("options, stem", [
    ({}, "server-5201"),
    ({"bind": "10.0.0.1"}, "server-5201-10.0.0.1"),
    ({"bind": "fe80::1%lo"}, "server-5201-fe80::1_lo"),
    ({"bind": "10.0.0.1", "bind_dev": "eth0"}, "server-5201-10.0.0.1-eth0"),
    ({"bind_dev": "eth0"}, "server-5201--eth0"),
    ({"bind": "../../etc"}, "server-5201-.._.._etc"),
])
def test_stems_are_file_names_with_the_port_in_them(options, stem):
    assert servers.stem_of(server(**options)) == stem
    assert servers.STEM.match(stem).group(1) == "5201"


def test_stems_of_a_folder(tmp_path):
    for name in ("server-5201.json", "server-5201.sock", "server-5202-::1.log", "nfv-iperf-0123456789ab.pyz", "server-x.json", "other"):
        (tmp_path / name).write_text(u"")
    assert servers.stems(str(tmp_path)) == ["server-5201", "server-5202-::1"]
    assert servers.stems(str(tmp_path), 5202) == ["server-5202-::1"]
    assert servers.stems(str(tmp_path / "none")) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 0, "pid": 1}'])
def test_a_damaged_record_is_no_record(tmp_path, content):
    (tmp_path / "server-5201.json").write_bytes(content)
    assert servers.load(str(tmp_path / "server-5201.json")) == {}
    assert servers.find(str(tmp_path), "server-5201") is None


def test_by_its_record(tmp_path):
    settings = server(max_clients=7, bind="127.0.0.1")
    with child(*words(tmp_path, settings)) as running:
        identity = process.identify(running.pid)
        record(tmp_path, "server-5201-127.0.0.1", identity)
        found = servers.find(str(tmp_path), "server-5201-127.0.0.1")
        assert found.identity == identity
        assert found.archive == str(tmp_path / "nfv-iperf-0123456789ab.pyz")
        assert (found.settings.max_clients, found.settings.bind) == (7, "127.0.0.1")
        assert found.words == argspec.command_words(settings)
        assert found.record["pid"] == running.pid
    assert servers.find(str(tmp_path), "server-5201-127.0.0.1") is None


@pytest.mark.parametrize("changes", [None, {"start": 1}, {"boot": "another"}, {"pid": "x"}, {"pid": -1}, {"pid": True}, {"pid": None}, {"pid": 1}])
def test_without_a_record_that_is_right(tmp_path, changes):
    with child(*words(tmp_path, server())) as running:
        identity = process.identify(running.pid)
        if changes is not None:
            record(tmp_path, "server-5201", identity, **changes)
        found = servers.find(str(tmp_path), "server-5201")
        assert found.identity == identity
        assert [one.identity for one in servers.find_all(str(tmp_path))] == [identity]
    assert servers.find(str(tmp_path), "server-5201") is None


@pytest.mark.parametrize("home, found", [("server-x", True), ("server-y", False)])
def test_a_server_that_stays_runs_from_the_installed_folder_of_the_same_name(tmp_path, monkeypatch, home, found):
    monkeypatch.setattr(servers, "INSTALLED", str(tmp_path / "lib"))
    monkeypatch.setattr(servers, "STAYING", str(tmp_path / "run" / "server-*"))
    folder = tmp_path / "run" / "server-x"
    folder.mkdir(parents=True)
    (tmp_path / "run" / "server-link").symlink_to(folder)
    command = words(folder, server())
    command[0] = str(tmp_path / "lib" / home / "nfv-iperf-0123456789ab.pyz")
    with child(*command) as running:
        assert servers.staying_folders() == [str(folder)]
        assert [one.identity.pid for one in servers.find_all(str(folder))] == ([running.pid] if found else [])


@pytest.mark.parametrize("gone", [False, True])
def test_without_any_file(tmp_path, gone):
    folder = tmp_path / "state"
    if not gone:
        folder.mkdir()
    with child(*words(folder, server())) as running:
        assert [one.identity.pid for one in servers.find_all(str(folder))] == [running.pid]
        assert [one.identity.pid for one in servers.find_all(str(folder), 5201)] == [running.pid]
        assert servers.find_all(str(folder), 5202) == []
        assert servers.find_all(str(tmp_path)) == []


def test_a_process_of_another_user_is_not_ours(tmp_path, monkeypatch):
    with child(*words(tmp_path, server())):
        monkeypatch.setattr(process, "owner", lambda pid, proc="": 12345)
        assert servers.find_all(str(tmp_path)) == []


def test_a_test_is_no_server_though_it_has_the_same_words(tmp_path):
    forks = "import os, sys; os.fork(); sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()"
    with child(*words(tmp_path, server()), code=forks) as running:
        running.stdout.read(1)
        assert [one.identity.pid for one in servers.find_all(str(tmp_path))] == [running.pid]


@pytest.mark.parametrize("arguments", [
    ["-s", "-p", "5201"],
    ["{folder}/server-5201.sock"],
    ["-U", "{folder}/server-5201.sock"],
    ["{folder}/nfv-iperf-0123456789ab.pyz", "-s", "--info-socket", "{folder}/other/server-5201.sock"],
    ["{folder}/nfv-iperf-0123456789ab.pyz", "-c", "{folder}/server-5201.sock"],
    ["{folder}/other.pyz", "-s", "--info-socket", "{folder}/server-5201.sock"],
])
def test_what_is_not_ours_is_not_found_whatever_the_record_says(tmp_path, arguments):
    with child(*[word.format(folder=tmp_path) for word in arguments]) as running:
        record(tmp_path, "server-5201", process.identify(running.pid))
        assert servers.find_all(str(tmp_path)) == []


def test_words_that_no_server_of_ours_has(tmp_path):
    with child(*(words(tmp_path, server()) + ["--nonsense"])) as running:
        record(tmp_path, "server-5201", process.identify(running.pid))
        assert servers.find(str(tmp_path), "server-5201") is None


def test_query_of_what_does_not_answer(tmp_path):
    assert servers.query(str(tmp_path / "none")) == {}
    path = str(tmp_path / "sock")
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    assert servers.query(path) == {}
    sock.listen(1)
    assert servers.query(path, 0.05) == {}
    sock.close()


def test_files_are_removed_once(tmp_path):
    for kind in ("json", "sock", "log"):
        (tmp_path / ("server-5201." + kind)).write_text(u"")
    servers.remove_files(str(tmp_path), "server-5201")
    servers.remove_files(str(tmp_path), "server-5201")
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize("one, other, same", [
    ({}, {}, True),
    ({}, {"port": 5202}, False),
    ({}, {"bind": "10.0.0.1"}, True),
    ({"bind": "0.0.0.0"}, {"bind": "10.0.0.1"}, True),
    ({"bind": "10.0.0.1"}, {"bind": "10.0.0.1"}, True),
    ({"bind": "10.0.0.1"}, {"bind": "10.0.0.2"}, False),
    ({"bind_dev": "eth0"}, {"bind_dev": "eth1"}, False),
    ({"bind_dev": "eth0"}, {}, True),
])
def test_servers_in_one_place_cannot_exist_at_once(one, other, same):
    assert servers.same_place(server(**one), server(**other)) is same
    assert servers.same_place(server(**other), server(**one)) is same
