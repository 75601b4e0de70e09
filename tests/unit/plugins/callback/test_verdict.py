# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict after the recap: of the last run in full, of earlier ones a line, of none nothing; on old and new ansible-core."""

from types import SimpleNamespace

import pytest

from ansible_collections.nfv.iperf.plugins.callback import verdict

ACTION = "nfv.iperf.iperf_report"


def old(action, returned):
    return SimpleNamespace(_task=SimpleNamespace(action=action), _result=returned)


def new(action, returned):
    return SimpleNamespace(task=SimpleNamespace(action=action), result=returned)


def shown(monkeypatch, results):
    callback = verdict.CallbackModule()
    said = []
    monkeypatch.setattr(callback, "_display", SimpleNamespace(display=lambda text, color: said.append((text, color))))
    for result in results:
        callback.v2_runner_on_ok(result)
    callback.v2_playbook_on_stats(None)
    return said


def report(status, *lines):
    return {"changed": True, "status": status, "dest": "reports/" + status, "verdict": list(lines), "shortfall": "not this"}


@pytest.mark.parametrize("made", [old, new])
def test_the_last_verdict_is_shown_in_full(monkeypatch, made):
    said = shown(monkeypatch, [made(ACTION, report("fail", "FAIL: one", "more of one")), made("ansible.builtin.debug", report("pass", "not this")),
                               made(ACTION, report("pass", "PASS: two", "more of two"))])
    assert said == [("FAIL: one\n\nThe reports are in reports/fail\n", verdict.COLORS["fail"]),
                    ("PASS: two\nmore of two\n\nThe reports are in reports/pass\n", verdict.COLORS["pass"])]


@pytest.mark.parametrize("results", [[], [new("ansible.builtin.ping", {"ping": "pong"})], [new(ACTION, {"censored": "no_log"})]])
def test_nothing_is_shown_where_no_run_was_judged(monkeypatch, results):
    assert shown(monkeypatch, results) == []
