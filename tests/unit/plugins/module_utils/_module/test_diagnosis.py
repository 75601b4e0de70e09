# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A diagnosis of which only the error and the transcript are left; the rules are tested with the table (_iperf3/test_diagnosis.py)."""

import errno

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors
from ansible_collections.nfv.iperf.plugins.module_utils._module import diagnosis

COOKIE = {"name": "COOKIE", "direction": "sent", "time": 0.0}
ASKED = {"name": "PARAM_EXCHANGE", "direction": "received", "time": 0.25}


@pytest.mark.parametrize("transcript, name", [
    ([COOKIE], "not_iperf3"),
    ([COOKIE, ASKED, {"name": "PARAMETERS", "direction": "sent", "time": 0.3}], "version_quirk"),
    ([], "control_cut"),
])
def test_the_transcript_says_where_it_ended(transcript, name):
    assert diagnosis.diagnose(errors.IperfError(109), {"transcript": transcript})["class"] == name


def test_evidence_is_what_was_seen():
    found = diagnosis.diagnose(errors.IperfError(103, "192.0.2.1 port 5201", errno.ECONNREFUSED), {"transcript": [COOKIE, ASKED]})
    assert found["class"] == "control_refused"
    assert found["evidence"] == [
        "192.0.2.1 port 5201", "system error %d (ECONNREFUSED)" % errno.ECONNREFUSED,
        "the last control message was PARAM_EXCHANGE, received 0.250 s after the first one"]
    assert found["explanation"] and found["remedy"]


def test_a_refusal_before_the_start_needs_no_control_connection():
    assert diagnosis.diagnose(errors.IperfError(6, "parallel is 129"))["class"] == "bad_option"
