# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON document: its keys are those of the real program, its text has that one's layout, and the schema tells the truth about it."""

import copy
import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import document
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.measurement_play import COOKIE, MODES, Play
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.schema_check import faults, result_schema

# Keys that iperf3 3.12 printed when these tests were run with it, in sets of space-separated names, and those that 3.21 adds.
PERIOD = "start end seconds bytes bits_per_second"
KERNEL_3_12 = "retransmits snd_cwnd snd_wnd rtt rttvar pmtu"
ENDS_3_12 = "retransmits max_snd_cwnd max_snd_wnd max_rtt min_rtt mean_rtt"
LOSS = "jitter_ms lost_packets packets lost_percent"
SINCE_3_20 = "reorder"
CPU = "host_total host_user host_system remote_total remote_user remote_system"
TEST_START_3_12 = "protocol num_streams blksize omit duration bytes blocks reverse tos target_bitrate"
TEST_START_3_21 = "bidir fqrate interval gso gro"
START_3_12 = "connected version system_info timestamp cookie target_bitrate sock_bufsize sndbuf_actual rcvbuf_actual test_start"
SUMS = "sum_sent sum_received"


def keys(*names):
    return set(" ".join(names).split())


def with_reverse(mode, names):
    return keys(names, " ".join(name + "_bidir_reverse" for name in names.split()) if "bidir" in mode else "")


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.parametrize("role", [0, 1])
def test_keys_are_those_of_the_real_program(mode, role):
    whole = Play(**MODES[mode]).documents()[role]
    end = whole["end"]
    udp = mode.startswith("udp")
    assert set(whole) == keys("start intervals end")
    for interval in whole["intervals"]:
        assert set(interval) == keys("streams") | with_reverse(mode, "sum")
        for entry in interval["streams"]:
            extra = {(True, True): "packets", (True, False): LOSS, (False, True): KERNEL_3_12 + " " + SINCE_3_20, (False, False): ""}[udp, entry["sender"]]
            assert set(entry) == keys("socket omitted sender", PERIOD, extra)
        for suffix in ("sum", "sum_bidir_reverse"):
            if suffix in interval:
                one = interval[suffix]
                extra = {(True, True): "packets", (True, False): LOSS, (False, True): "retransmits", (False, False): ""}[udp, one["sender"]]
                assert set(one) == keys("omitted sender", PERIOD, extra)
    if udp:
        assert set(end) == keys("streams cpu_utilization_percent") | with_reverse(mode, "sum " + SUMS)
        for entry in end["streams"]:
            assert set(entry) == keys("udp") and set(entry["udp"]) == keys("socket sender out_of_order", PERIOD, LOSS)
        for name in with_reverse(mode, "sum " + SUMS):
            assert set(end[name]) == keys("sender", PERIOD, LOSS)
    else:
        sends = any(entry["sender"]["sender"] for entry in end["streams"])
        congestion = "sender_tcp_congestion receiver_tcp_congestion" if role == 0 else "sender_tcp_congestion" if sends else "receiver_tcp_congestion"
        assert set(end) == keys("streams cpu_utilization_percent", congestion) | with_reverse(mode, SUMS)
        for entry in end["streams"]:
            known = role == 0 or entry["sender"]["sender"]
            assert set(entry) == keys("sender receiver")
            assert set(entry["sender"]) == keys("socket sender", PERIOD, (ENDS_3_12 + " " + SINCE_3_20) if known else "")
            assert set(entry["receiver"]) == keys("socket sender", PERIOD)
            for name in with_reverse(mode, SUMS):
                known = name.startswith("sum_sent") and (role == 0 or end[name]["sender"])
                assert set(end[name]) == keys("sender", PERIOD, "retransmits" if known else "")
    assert set(end["cpu_utilization_percent"]) == keys(CPU)
    start = whole["start"]
    assert set(start) == keys(START_3_12, "connecting_to" if role == 0 else "accepted_connection", "" if udp else "tcp_mss_default", "fq_rate")
    assert set(start["test_start"]) == keys(TEST_START_3_12, TEST_START_3_21)
    assert set(start["timestamp"]) == keys("time timesecs timemillisecs")


@pytest.mark.parametrize("mode", sorted(MODES))
def test_documents_fit_the_schema(mode):
    schema = result_schema()
    for whole in Play(**MODES[mode]).documents(lost=3):
        assert faults(json.loads(document.dumps(whole)), schema) == []
    play = Play(omit=1, **MODES[mode])
    play.second()
    broken = document.document(play.start_of(play.client), play.client.intervals, play.finish(exchange=False)[0], error="broken off")
    assert faults(json.loads(document.dumps(broken)), schema) == []
    early = document.document({"connected": [], "version": "iperf 3.21", "system_info": "Linux"}, [], {}, error="no server", title="t", extra_data="x",
                              server_output={"server_output_text": "lines"})
    assert faults(early, schema) == []


@pytest.mark.parametrize("change", [
    lambda whole: whole.pop("intervals"),
    lambda whole: whole.update(surprise=1),
    lambda whole: whole["start"]["test_start"].update(reverse=True),
    lambda whole: whole["start"]["test_start"].update(protocol="SCTP"),
    lambda whole: whole["intervals"][0]["streams"][0].pop("rtt"),
    lambda whole: whole["intervals"][0]["sum"].update(bytes=None),
    lambda whole: whole["end"]["streams"][0]["sender"].update(bytes="many"),
    lambda whole: whole["end"].pop("streams"),
    lambda whole: whole["end"]["sum_sent"].pop("seconds"),
])
def test_the_schema_refuses_what_is_wrong(change):
    whole = copy.deepcopy(Play().documents()[0])
    assert faults(whole, result_schema()) == []
    change(whole)
    assert faults(whole, result_schema())


def test_start_of_a_tcp_client():
    play = Play(parallel=2, bitrate=10000000, window=200000, tos=16, fq_rate=5000, interval=0.5, time=7, omit=1)
    start = play.start_of(play.client)
    assert start["connected"][1] == {"socket": 7, "local_host": "192.0.2.2", "local_port": 40001, "remote_host": "192.0.2.1", "remote_port": 5201}
    assert start["connecting_to"] == {"host": "192.0.2.1", "port": 5201}
    assert start["timestamp"] == {"time": "Thu, 26 Nov 2026 02:26:41 GMT", "timesecs": 1795660001, "timemillisecs": 1795660001250}
    assert (start["tcp_mss_default"], start["fq_rate"], start["sock_bufsize"], start["sndbuf_actual"], start["cookie"]) == (1448, 5000, 200000, 16384, COOKIE)
    assert start["test_start"] == {
        "protocol": "TCP", "num_streams": 2, "blksize": 131072, "omit": 1, "duration": 7, "bytes": 0, "blocks": 0, "reverse": 0, "tos": 16,
        "target_bitrate": 10000000, "bidir": 0, "fqrate": 5000, "interval": 0.5, "gso": 0, "gro": 0}


def test_start_of_a_server():
    play = Play(reverse=True, set_mss=1400)
    start = play.start_of(play.server)
    assert start["accepted_connection"] == {"host": "192.0.2.2", "port": 39999}  # it came as IPv4 inside IPv6
    assert start["tcp_mss"] == 1400 and "tcp_mss_default" not in start
    assert start["target_bitrate"] == 0 and start["test_start"]["reverse"] == 1


def test_udp_knows_no_mss_of_segments():
    start = Play(udp=True).start_of(Play(udp=True).client)
    assert "tcp_mss_default" not in start
    assert (start["test_start"]["blksize"], start["test_start"]["target_bitrate"]) == (1448, 1048576)


@pytest.mark.parametrize("host, shown", [("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"), ("::ffff:1", "::ffff:1"), ("host", "host")])
def test_ipv4_inside_ipv6_is_shown_as_ipv4(host, shown):
    assert document.plain_host(host) == shown


def test_layout_is_iperf3s():
    value = {"start": {"connected": [{"socket": 5}, {"socket": 7}], "none": []}, "intervals": [], "end": {},
             "numbers": [0.0, 1.5, 2e-05, 3.0, -1.0, True, None, float("nan"), float("inf"), "t\u00e9xt\n"]}
    assert document.dumps(value) == "\n".join([
        '{',
        '\t"start":\t{',
        '\t\t"connected":\t[{',
        '\t\t\t\t"socket":\t5',
        '\t\t\t}, {',
        '\t\t\t\t"socket":\t7',
        '\t\t\t}],',
        '\t\t"none":\t[]',
        '\t},',
        '\t"intervals":\t[],',
        '\t"end":\t{',
        '\t},',
        '\t"numbers":\t[0, 1.5, 2e-05, 3, -1, true, null, null, null, "t\\u00e9xt\\n"]',
        '}'])


@pytest.mark.parametrize("mode", sorted(MODES))
def test_no_key_appears_twice_and_nothing_is_lost_in_writing(mode):
    def once(pairs):
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)
    for whole in Play(**MODES[mode]).documents():
        assert json.loads(document.dumps(whole), object_pairs_hook=once) == whole


def test_what_else_a_document_holds():
    error = IperfError(120)
    whole = document.document({}, [], {}, error=error, title="link 1", extra_data="rack 2", server_output={"server_output_json": {"end": {}}})
    assert (whole["title"], whole["extra_data"], whole["server_output_json"]) == ("link 1", "rack 2", {"end": {}})
    assert whole["error"] == str(error)
    assert set(document.document({}, [], {})) == {"start", "intervals", "end"}


def test_lines_of_a_stream():
    line = document.stream_line("interval", {"sum": {"start": 0.0, "bits_per_second": 1.25, "jitter_ms": float("nan"), "list": [2.0]}})
    assert line == '{"event":"interval","data":{"sum":{"start":0,"bits_per_second":1.25,"jitter_ms":null,"list":[2]}}}'
