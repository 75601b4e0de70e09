# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs the suites sees failures, skips, limits of time and processes left behind; else a green run would say nothing."""

import os
import sys
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture(name="tools")
def fixture_tools(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(os.path.join(TOP, "tests", "tools"))
    import run_suites  # pylint: disable=import-outside-toplevel,import-error
    import suite_process  # pylint: disable=import-outside-toplevel,import-error
    monkeypatch.setattr(run_suites, "LOGS", str(tmp_path))
    monkeypatch.setattr(run_suites, "STRICT", False)
    monkeypatch.setattr(suite_process, "GRACE", 0.5)
    yield run_suites
    for name in ("run_suites", "suite_process", "suite_results"):
        sys.modules.pop(name, None)


def python(text):
    return [sys.executable, "-c", text]


def suite(tools, text, limit=60, **more):
    return tools.Suite("x", "about x", python(text), limit, **more)


def running(pid):
    """Whether a process runs; a zombie, which whoever adopted it has not waited for yet, does not."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as handle:
            return handle.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


JUNIT = "import os; open(os.path.join(%r, 'x.xml'), 'w').write('<t>%s</t>')"


@pytest.mark.parametrize("text, status, note", [
    ("pass", "passed", ""),
    ("raise SystemExit(3)", "failed", "ended with status 3"),
])
def test_status(tools, text, status, note):
    outcome = tools.run_suite(suite(tools, text), [], False)
    assert (outcome.status, outcome.note) == (status, note)


def test_limit_of_time(tools):
    outcome = tools.run_suite(suite(tools, "import time; time.sleep(600)", limit=0.5), [], False)
    assert outcome.status == "failed" and "not done after" in outcome.note


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for processes in /proc")
def test_process_left_behind_fails_the_suite_and_is_ended(tools):
    daemon = ("import subprocess, sys; "
              "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True).pid)")
    outcome = tools.run_suite(suite(tools, daemon), [], False)
    assert outcome.status == "failed" and "left behind: pid" in outcome.note
    with open(tools.log_path("x"), encoding="utf-8") as handle:
        pid = int(handle.read())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running(pid):
        time.sleep(0.05)
    assert not running(pid)


def test_tests_are_counted_and_named(tools, tmp_path, capsys):
    cases = ('<testcase name="good"/><testcase name="bad"><failure message="why not"/></testcase>'
             '<testcase name="later"><skipped message="no root"/></testcase><testcase name="known"><skipped type="pytest.xfail"/></testcase>')
    outcome = tools.run_suite(suite(tools, JUNIT % (str(tmp_path), cases) + "; raise SystemExit(1)"), [], False)
    assert (outcome.counts.total, outcome.counts.failed, outcome.counts.skipped) == (4, (("bad", "why not"),), (("later", "no root"),))
    assert tools.tell([outcome], True) == 1
    shown = capsys.readouterr().out
    assert "FAILED test: x: bad: why not" in shown and "skipped: x: later: no root" in shown
    assert shown.endswith("2 passed, 1 failed, 1 skipped\n")


def test_skipped_test_fails_when_strict(tools, tmp_path, monkeypatch):
    text = JUNIT % (str(tmp_path), '<testcase name="later"><skipped message="no root"/></testcase>')
    assert tools.run_suite(suite(tools, text), [], False).status == "passed"
    monkeypatch.setattr(tools, "STRICT", True)
    assert tools.run_suite(suite(tools, text), [], False).status == "failed"


@pytest.mark.parametrize("strict, code", [(False, 0), (True, 1)])
def test_skipped_suite_fails_when_strict(tools, monkeypatch, strict, code):
    monkeypatch.setattr(tools, "STRICT", strict)
    outcome = tools.run_suite(suite(tools, "pass", needs=(lambda: "no such machine",)), [], False)
    assert (outcome.status, outcome.note) == ("skipped", "no such machine")
    assert tools.tell([outcome], True) == code


def test_suite_that_nobody_has_written_is_no_failure(tools, monkeypatch):
    monkeypatch.setattr(tools, "STRICT", True)
    outcome = tools.run_suite(suite(tools, "pass", folder="tests/none"), [], False)
    assert outcome.status == "absent" and tools.tell([outcome], True) == 0


def test_broken_report_is_a_failure(tools, tmp_path):
    outcome = tools.run_suite(suite(tools, "import os; open(os.path.join(%r, 'x.xml'), 'w').write('<half')" % str(tmp_path)), [], False)
    assert outcome.counts.failed
    assert outcome.status == "failed"
