# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table as a whole, read from a procfs made for the test."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import table

STATISTICS = """entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new search_restart
00000022  00000000 00000000 00000000 00000003 00000000 00000000 00000000 00000000 00000001 0000000a 00000000 00000000  00000000 00000000
00000022  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000010 00000002 00000000  00000000 00000000
"""


def make_proc(tmp_path, files):
    for name, text in files.items():
        path = tmp_path.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(u"" + text)
    return str(tmp_path)


def test_all_files(tmp_path):
    folder = "sys/net/netfilter/nf_conntrack_"
    found = table.read(make_proc(tmp_path, {
        folder + "count": "150000\n", folder + "max": "200000\n", folder + "acct": "1\n", folder + "buckets": "65536\n",
        folder + "tcp_timeout_established": "432000\n", folder + "udp_timeout": "30\n", folder + "generic_timeout": "600\n",
        folder + "frag6_timeout": "60\n", folder + "timestamp": "0\n", "net/stat/nf_conntrack": STATISTICS}))
    assert found == table.Table(150000, 200000, 75.0, {"tcp_timeout_established": 432000, "udp_timeout": 30, "generic_timeout": 600},
                                True, {"drop": 26, "early_drop": 2, "insert_failed": 1})


def test_missing_is_not_zero(tmp_path):
    assert table.read(str(tmp_path)) == table.Table(None, None, None, {}, None, {})


def test_accounting_off_is_told_from_unknown(tmp_path):
    assert table.read(make_proc(tmp_path, {"sys/net/netfilter/nf_conntrack_acct": "0\n"})).accounting is False


@pytest.mark.parametrize("count, maximum, percent", [(0, 10, 0.0), (1, 3, 33.33), (10, 10, 100.0), (5, 0, 0.0), (None, 5, None), (5, None, None)])
def test_fill(count, maximum, percent):
    assert table.fill(count, maximum) == percent


@pytest.mark.parametrize("text, expected", [
    ("", {}), ("entries drop\n", {}), ("entries drop\n00000001 000000ff\n", {"drop": 255}), ("entries drop\n00000001\n", {"drop": 0}),
    ("entries found\n00000001 000000ff\n", {}),
])
def test_losses(text, expected):
    assert table.losses(text) == expected
