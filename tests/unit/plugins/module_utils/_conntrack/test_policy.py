# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits, and the words for what is beyond them."""

import string

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import policy, table


def codes(notes):
    return [note["code"] for note in notes]


@pytest.mark.parametrize("code", sorted(policy.NOTES))
def test_every_note_is_complete(code):
    level, text, remedy = policy.NOTES[code]
    names = {name for line in (text, remedy) for part, name, form, conversion in string.Formatter().parse(line) if name}
    note = policy.note(code, **{name: 7 for name in names})
    assert sorted(note) == ["code", "level", "remedy", "text"]
    assert level in ("warning", "info")
    assert remedy or level == "info"
    assert "{" not in note["text"] + note["remedy"]


@pytest.mark.parametrize("timeout, silence, expected", [
    (30, 90.0, ["timeout_too_short"]), (90, 90.0, ["timeout_too_short"]), (91, 90.0, []), (432000, 90.0, []), (None, 90.0, []), (30, None, []),
])
def test_silence(timeout, silence, expected):
    notes = policy.judge_silence(timeout, silence)
    assert codes(notes) == expected
    for note in notes:
        assert "expires after %d s" % timeout in note["text"]
        assert "nf_conntrack_tcp_timeout_established above 90" in note["remedy"]


@pytest.mark.parametrize("protocol, assured, name", [
    ("TCP", True, "tcp_timeout_established"), ("udp", True, "udp_timeout_stream"), ("udp", False, "udp_timeout"),
])
def test_sysctl(protocol, assured, name):
    assert policy.timeout_sysctl(protocol, assured) == name


def make_table(count=10, maximum=100, accounting=True, **losses):
    return table.Table(count, maximum, table.fill(count, maximum), {}, accounting, losses)


@pytest.mark.parametrize("now, before, flows, expected", [
    (make_table(), None, 0, []),
    (make_table(count=89), None, 0, []),
    (make_table(count=90), None, 0, ["table_nearly_full"]),
    (make_table(count=50), None, 40, ["table_nearly_full"]),
    (make_table(count=50, maximum=0), None, 1000, []),
    (table.Table(), None, 10, []),
    (make_table(drop=7, early_drop=2), make_table(drop=5, early_drop=2), 0, ["table_dropped"]),
    (make_table(drop=5, early_drop=3), make_table(drop=5, early_drop=2), 0, ["table_dropped"]),
    (make_table(drop=5, early_drop=2), make_table(drop=5, early_drop=2), 0, []),
    (make_table(drop=5), None, 0, []),
    (make_table(accounting=False), None, 0, ["not_counted"]),
    (make_table(accounting=None), None, 0, []),
])
def test_table(now, before, flows, expected):
    assert codes(policy.judge_table(now, before, flows)) == expected


def test_what_was_dropped_is_told():
    assert "dropped 2 packets and removed 1 entries" in policy.judge_table(
        make_table(drop=7, early_drop=3), make_table(drop=5, early_drop=2))[0]["text"]
