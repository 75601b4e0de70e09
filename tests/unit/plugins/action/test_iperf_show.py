# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines are shown as they are, where the standard output is for people."""

import pytest

from ansible_collections.nfv.iperf.plugins.action import iperf_show

LINES = ["  firewall-cmd '--add-rich-rule=rule family=\"ipv4\" accept'", "x" * 200, "red\x1b[31m"]
SAFE = LINES[:2] + ["red [31m"]


def show(lines):
    return object.__new__(iperf_show.ActionModule).work({"lines": lines})


@pytest.mark.parametrize("callback", iperf_show.FOR_PEOPLE)
def test_ansibles_own_callback_is_for_people(callback, monkeypatch, capsys):
    monkeypatch.setattr(iperf_show.constants, "DEFAULT_STDOUT_CALLBACK", callback)
    assert show(LINES) == {"changed": False, "msg": SAFE}
    assert capsys.readouterr().out == "\n".join(SAFE) + "\n"
    show([])
    assert capsys.readouterr().out == ""


def test_another_callback_has_the_standard_output_for_itself(monkeypatch, capsys):
    monkeypatch.setattr(iperf_show.constants, "DEFAULT_STDOUT_CALLBACK", "ansible.posix.json")
    assert show(LINES) == {"changed": False, "msg": SAFE, "_ansible_verbose_always": True}
    assert capsys.readouterr().out == ""
