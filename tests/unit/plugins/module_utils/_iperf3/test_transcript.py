# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transcript tells what went over the control connection, and no secrets."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.transcript import LEFT_OUT, REDACTED, Transcript


def test_entries_and_sums():
    transcript = Transcript()
    transcript.add(100.0, "sent", "COOKIE", 37, "abc")
    transcript.add(100.25, "received", "PARAM_EXCHANGE", 1)
    transcript.add(100.5, "sent", "PARAMETERS", 142, {"tcp": True})
    assert transcript.entries == [
        {"time": 0.0, "direction": "sent", "name": "COOKIE", "size": 37, "content": "abc"},
        {"time": 0.25, "direction": "received", "name": "PARAM_EXCHANGE", "size": 1, "content": None},
        {"time": 0.5, "direction": "sent", "name": "PARAMETERS", "size": 142, "content": {"tcp": True}},
    ]
    assert (transcript.bytes_sent, transcript.bytes_received) == (179, 1)


def test_tokens_are_never_kept():
    values = {"authtoken": "c2VjcmV0", "AuthToken": "c2VjcmV0", "len": 1}
    transcript = Transcript()
    transcript.add(0.0, "sent", "PARAMETERS", 99, values)
    assert transcript.entries[0]["content"] == {"authtoken": REDACTED, "AuthToken": REDACTED, "len": 1}
    assert values["authtoken"] == "c2VjcmV0", "the message itself keeps its token"


def test_the_other_ends_report_is_not_kept_twice():
    transcript = Transcript()
    transcript.add(0.0, "received", "RESULTS", 999, {"streams": [], "server_output_text": "long", "server_output_json": {"a": 1}})
    assert transcript.entries[0]["content"] == {"streams": [], "server_output_text": LEFT_OUT, "server_output_json": LEFT_OUT}


def test_a_flood_is_one_entry():
    transcript = Transcript()
    for second in range(1000):
        transcript.add(float(second), "received", "DISCARDED", 10)
    transcript.add(1000.0, "received", "EOF", 0)
    assert [(entry["name"], entry["size"]) for entry in transcript.entries] == [("DISCARDED", 10000), ("EOF", 0)]
    assert transcript.bytes_received == 10000


def test_short_silence():
    transcript = Transcript()
    transcript.add(100.0, "sent", "COOKIE", 37)
    transcript.add(100.001, "received", "PARAM_EXCHANGE", 1)
    assert transcript.longest_silence(100.001) == pytest.approx(0.001)


def test_longest_silence():
    transcript = Transcript()
    assert transcript.longest_silence(50.0) == 0.0
    transcript.add(100.0, "sent", "COOKIE", 37)
    transcript.add(101.0, "received", "PARAM_EXCHANGE", 1)
    assert transcript.longest_silence(101.0) == 1.0
    assert transcript.longest_silence(131.0) == 30.0, "a silence that lasts counts"
    transcript.add(111.0, "sent", "TEST_END", 1)
    assert transcript.longest_silence(112.0) == 10.0, "the longest one, not the last"
    transcript.touch(131.0)
    transcript.touch(141.0)
    transcript.add(151.0, "received", "RESULTS", 1000)
    assert transcript.longest_silence(151.0) == 20.0, "bytes of an incomplete message end a silence"
