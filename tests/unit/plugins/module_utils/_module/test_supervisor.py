# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ways to keep a server running: a real process of its own, and systemd as far as its commands show."""

import os
import sys

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, process, supervisor

UNIT = "nfv-iperf-5201.service"


class Commands(object):
    """Stands for run_command: answers by the first words, and keeps what was asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def __call__(self, arguments, seconds=0):
        self.asked.append(arguments)
        return self.answers.get(arguments[0].replace("-", "_") if arguments[0] != "systemctl" else arguments[1].replace("-", "_"), (0, ""))


def test_a_daemon_has_a_session_of_its_own_and_its_output_in_the_log(tmp_path):
    daemon = supervisor.Daemon(str(tmp_path / "log"))
    daemon.start([sys.executable, "-u", "-c", "import time; print('iperf3: hello'); time.sleep(60)"])
    identity = process.identify(daemon.pid())
    try:
        assert daemon.ended() == ""
        assert process.stat(daemon.pid()).session == daemon.pid() != os.getpid()
        assert os.readlink("/proc/%d/fd/0" % daemon.pid()) == os.devnull
    finally:
        assert daemon.stop(identity, 20) == []
    assert daemon.ended() == "was ended by signal 15"


def test_a_daemon_that_ends_says_why(tmp_path):
    daemon = supervisor.Daemon(str(tmp_path / "log"))
    daemon.start([sys.executable, "-c", "import sys; sys.exit('first\\niperf3: error - no such luck\\n\\n')"])
    assert process.wait_gone([one for one in [process.identify(daemon.pid())] if one], 20) == []
    assert daemon.ended() == "ended with exit code 1"
    assert daemon.said() == "no such luck"


def test_a_daemon_that_cannot_be_started(tmp_path):
    with pytest.raises(OSError):
        supervisor.Daemon(str(tmp_path / "log")).start(["/nonexistent/python"])


@pytest.mark.parametrize("text, line", [
    ("", ""), ("one\ntwo\n", "two"), ("iperf3: parameter error - bad\n\n", "bad"), ("iperf3: interrupt - x", "interrupt - x"),
])
def test_last_line(text, line):
    assert supervisor.last_line(text) == line


def test_tail_of_a_long_and_of_a_missing_log(tmp_path):
    (tmp_path / "log").write_text(u"x" * 10000 + u"\nend\n")
    assert supervisor.tail(str(tmp_path / "log")).endswith("\nend\n")
    assert supervisor.tail(str(tmp_path / "none")) == ""


def test_systemd_is_asked_for_a_transient_unit():
    run = Commands()
    supervisor.Systemd(UNIT, run).start(["/usr/bin/python3", "-I", "/run/x.pyz", "-s"])
    command = run.asked[-1]
    assert command[0] == "systemd-run"
    assert command[command.index("--unit") + 1] == UNIT
    assert "--collect" in command
    assert command[command.index("--") + 1:] == ["/usr/bin/python3", "-I", "/run/x.pyz", "-s"]


def test_systemd_that_refuses():
    with pytest.raises(guard.Failure) as caught:
        supervisor.Systemd(UNIT, Commands(systemd_run=(1, "Failed to start\ntransient service unit: nope\n"))).start(["x"])
    assert caught.value.msg == "systemd-run could not start nfv-iperf-5201.service: Failed to start transient service unit: nope"


@pytest.mark.parametrize("shown, pid, ended", [
    ("MainPID=42\nActiveState=active\n", 42, ""),
    ("MainPID=0\nActiveState=failed\n", 0, "is failed for systemd"),
    ("MainPID=0\nActiveState=inactive\n", 0, "is inactive for systemd"),
    ("", 0, "is unknown for systemd"),
])
def test_what_systemd_shows(shown, pid, ended):
    unit = supervisor.Systemd(UNIT, Commands(show=(0, shown)))
    assert unit.pid() == pid
    assert unit.ended() == ended


def test_systemd_tells_the_last_line_of_the_journal():
    assert supervisor.Systemd(UNIT, Commands(journalctl=(0, "a\niperf3: error - no such luck\n"))).said() == "no such luck"
    assert supervisor.Systemd(UNIT, Commands(journalctl=(1, "No journal files were found.\n"))).said() == ""


def test_systemd_stops_the_unit():
    run = Commands()
    gone = process.Identity(2 ** 22 + 1, 1, "no boot")
    assert supervisor.Systemd(UNIT, run).stop(gone, 20) == []
    assert ["systemctl", "stop", UNIT] in run.asked


@pytest.mark.parametrize("wanted, available, chosen", [
    ("auto", True, "systemd"), ("auto", False, "daemon"), ("daemon", True, "daemon"), ("systemd", True, "systemd"), ("systemd", False, None),
])
def test_choice(wanted, available, chosen):
    if chosen:
        assert supervisor.choose(wanted, lambda: available) == chosen
    else:
        with pytest.raises(guard.Failure):
            supervisor.choose(wanted, lambda: available)


def test_commands_that_are_missing_or_fail_or_take_too_long():
    with pytest.raises(guard.Failure) as caught:
        supervisor.run_command(["/nonexistent/systemctl"])
    assert "cannot run /nonexistent/systemctl" in caught.value.msg
    assert supervisor.run_command([sys.executable, "-c", "import sys; sys.exit('out')"]) == (1, "out\n")
    with pytest.raises(guard.Failure):
        supervisor.run_command([sys.executable, "-c", "import sys; sys.stdin.close(); import time; time.sleep(60)"], 0.1)
