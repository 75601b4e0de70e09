# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes are named by pid, start time and boot; a /proc made for the test holds the odd cases, real ones the rest."""

import os
import signal

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import process
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import child

STAT = "{pid} ({name}) {state} {parent} 1 {session} 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 {start} 1000 1\n"


@pytest.fixture
def proc(tmp_path):
    """A function that adds a process to a /proc of our own, and its path."""
    boot = tmp_path / "sys" / "kernel" / "random"
    boot.mkdir(parents=True)
    (boot / "boot_id").write_text(u"boot-1\n")

    def add(pid, name="python3", state="S", parent=1, session=1, start=100, command=b"", cgroup=""):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(u"" + STAT.format(pid=pid, name=name, state=state, parent=parent, session=session, start=start))
        (folder / "cmdline").write_bytes(command)
        (folder / "cgroup").write_text(u"" + cgroup)
        return str(tmp_path)
    add.path = str(tmp_path)
    return add


@pytest.mark.parametrize("name", ["python3", "my server", "tricky) S 9 (", ""])
def test_a_name_may_contain_blanks_and_brackets(proc, name):
    assert process.stat(7, proc(7, name=name, parent=3, session=5, start=4242)) == process.Stat(7, name, "S", 3, 5, 4242)


@pytest.mark.parametrize("state", ["Z", "X"])
def test_a_zombie_has_ended(proc, state):
    assert process.identify(7, proc(7, state=state)) is None


def test_what_is_not_there_is_none(proc):
    assert process.stat(7, proc.path) is None
    assert process.identify(7, proc.path) is None
    assert process.command_line(7, proc.path) == []
    assert process.unit_of(7, proc.path) == ""


@pytest.mark.parametrize("text", ["", "7 (python3", "7 (python3) S 1 1"])
def test_a_stat_of_no_use_is_none(proc, tmp_path, text):
    proc(7)
    (tmp_path / "7" / "stat").write_text(u"" + text)
    assert process.stat(7, proc.path) is None


def test_a_pid_given_again_is_another_process(proc):
    path = proc(7, start=100)
    assert process.alive(process.Identity(7, 100, "boot-1"), path)
    assert not process.alive(process.Identity(7, 99, "boot-1"), path)
    assert not process.alive(process.Identity(7, 100, "boot-0"), path)


def test_command_line_keeps_empty_words(proc):
    assert process.command_line(7, proc(7, command=b"python3\0-T\0\0x y\0")) == ["python3", "-T", "", "x y"]


@pytest.mark.parametrize("cgroup, unit", [
    ("0::/system.slice/nfv-iperf-5201.service\n", "nfv-iperf-5201.service"),
    ("12:pids:/user.slice/user-0.slice/session-3.scope\n1:name=systemd:/system.slice/nfv-iperf-5201.service\n", "nfv-iperf-5201.service"),
    ("0::/user.slice/user-0.slice/session-3.scope\n", ""),
    ("0::/\n", ""),
])
def test_unit_of(proc, cgroup, unit):
    assert process.unit_of(7, proc(7, cgroup=cgroup)) == unit


def test_session_members_are_those_that_live(proc):
    for pid, session, state in ((7, 7, "S"), (8, 7, "R"), (9, 7, "Z"), (10, 1, "S")):
        path = proc(pid, session=session, state=state)
    assert [one.pid for one in process.session_members(7, path)] == [7, 8]


@pytest.mark.parametrize("candidates, pid", [([7, 8, 9], 7), ([9, 8], 8), ([5], None), ([], None)])
def test_oldest_is_the_one_that_forked_the_others(proc, candidates, pid):
    for number, parent, start in ((7, 1, 100), (8, 7, 110), (9, 8, 110)):
        path = proc(number, parent=parent, start=start)
    assert process.oldest(candidates, path) == pid


def test_describe(proc):
    path = proc(7, name="python3", command=b"python3\0-m\0http.server\0")
    assert process.describe(7, path) == "python3 (pid 7: python3 -m http.server)"
    assert process.describe(8, path) == "a process that has ended (pid 8)"


def test_a_real_process_is_found_with_its_words():
    with child("--info-socket", "/x y") as running:
        identity = process.identify(running.pid)
        assert process.alive(identity)
        assert process.command_line(running.pid)[-2:] == ["--info-socket", "/x y"]
        assert process.stat(running.pid).parent == os.getpid()
    assert not process.alive(identity)


def test_nothing_is_sent_to_a_process_that_got_the_pid_later():
    with child() as running:
        identity = process.identify(running.pid)
        assert not process.send(identity._replace(start=identity.start - 1), signal.SIGKILL)
        assert process.terminate(identity._replace(start=identity.start - 1), 1) == []
        assert process.alive(identity)


def test_terminate_ends_the_session_too():
    forks = "import os, sys; os.fork(); sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()"
    with child(code=forks, session=True) as running:
        running.stdout.read(1)
        members = process.session_members(running.pid)
        assert len(members) == 2
        # The child does not hear SIGTERM, as the leader is not the one to pass it on.
        assert process.terminate(process.identify(running.pid), 0.1) == []
        assert process.wait_gone(members, 0) == []
