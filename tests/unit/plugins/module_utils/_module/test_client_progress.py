# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file in which iperf_client tells its intervals while it runs."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import client


def test_each_interval_is_a_line_at_once(tmp_path):
    path = str(tmp_path / "intervals")
    tell = client.teller(path)
    for number in range(2):
        tell({"streams": [1, 2, 3], "sum": {"start": number, "bits_per_second": 1e9}})
        with open(path) as source:
            lines = source.read().splitlines()
        assert len(lines) == number + 1
        assert json.loads(lines[-1]) == {"sum": {"start": number, "bits_per_second": 1e9}}


def test_without_a_file_nothing_is_told(tmp_path):
    assert client.teller(None) is None
    with pytest.raises(OSError):
        client.teller(str(tmp_path / "no" / "folder"))
