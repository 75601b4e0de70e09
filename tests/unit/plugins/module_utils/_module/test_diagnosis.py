# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error number has a class, and each class a remedy."""

import errno

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors
from ansible_collections.nfv.iperf.plugins.module_utils._module import diagnosis


@pytest.mark.parametrize("number", sorted(errors.ERRORS))
def test_each_number_has_a_class(number):
    assert diagnosis.classify(errors.IperfError(number)) in set(diagnosis.REMEDIES) - {"unknown"}


def test_no_number_has_two_classes():
    listed = [number for numbers in diagnosis.NUMBERS.values() for number in numbers]
    assert len(listed) == len(set(listed))
    assert set(diagnosis.NUMBERS) <= set(diagnosis.REMEDIES)


@pytest.mark.parametrize("error, name", [
    (errors.IperfError(103, "x", errno.ECONNREFUSED), "server_not_listening"),
    (errors.IperfError(103, "x", errno.ETIMEDOUT), "server_unreachable"),
    (errors.IperfError(6), "bad_option"),
    (errors.from_wire(6, 0), "unknown"),
    (errors.from_wire(27, 0), "server_refused"),
    (errors.IperfError(999), "unknown"),
])
def test_class(error, name):
    assert diagnosis.classify(error) == name


def test_evidence_is_what_was_seen():
    control = {"transcript": [{"name": "Cookie", "direction": "sent", "time": 0.0}, {"name": "PARAM_EXCHANGE", "direction": "received", "time": 0.25}]}
    found = diagnosis.diagnose(errors.IperfError(109, "while running", errno.ECONNRESET), control)
    assert found["class"] == "control_lost"
    assert found["evidence"] == [
        "while running", "system error %d (ECONNRESET)" % errno.ECONNRESET,
        "the last control message was PARAM_EXCHANGE, received 0.250 s after the first one"]
    assert found["explanation"] == errors.ERRORS[109]
    assert found["remedy"]


def test_no_control_message_is_evidence_too():
    assert "there was no control message" in diagnosis.diagnose(errors.IperfError(103), {"transcript": []})["evidence"]
