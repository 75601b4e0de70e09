# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flat summary: every number of the tests below is known, and what was not measured is None."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import document
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.summary import NUMBERS, summarize
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.measurement_play import MODES, Play, client_settings

MBIT = 1000000.0
KEYS = {"status", "protocol", "direction", "cpu_local_percent", "cpu_remote_percent", "limited_by", "forward", "backward"} | set(NUMBERS)


def summary(role=0, error=None, lost=0, seconds=2, exchange=True, **options):
    """The summary of a test of two seconds, a Mbit/s of each stream."""
    play = Play(**options)
    for dummy in range(seconds):
        play.second(lost=lost)
    ends = play.finish(exchange=exchange)
    end = play.ends[role]
    whole = document.document(play.start_of(end), end.intervals, ends[role], error=error)
    return summarize(whole, end.settings, error)


def numbers(result, **expected):
    """Whether these are the numbers and all others None."""
    wanted = dict(dict.fromkeys(NUMBERS), **expected)
    return {key: result[key] for key in NUMBERS} == {key: value if value is None else pytest.approx(value) for key, value in wanted.items()}


@pytest.mark.parametrize("role", [0, 1])
@pytest.mark.parametrize("mode", sorted(MODES))
def test_the_keys_are_always_the_same(mode, role):
    assert set(summary(role, **MODES[mode])) == KEYS
    assert set(summary(role, seconds=0, error=IperfError(103), **MODES[mode])) == KEYS


def test_tcp():
    result = summary()
    assert numbers(result, seconds=2, sent_bps=MBIT, received_bps=MBIT, retransmits=0, rtt_ms_mean=0.1, rtt_ms_min=0.1, rtt_ms_max=0.1)
    assert (result["status"], result["protocol"], result["direction"]) == ("ok", "TCP", "normal")
    assert (result["cpu_local_percent"], result["cpu_remote_percent"]) == (12.0, 34.0)
    assert result["forward"] is None and result["backward"] is None


def test_tcp_reverse_has_no_round_trip_times_because_the_server_keeps_them():
    result = summary(reverse=True)
    assert numbers(result, seconds=2, sent_bps=MBIT, received_bps=MBIT, retransmits=0)
    assert result["direction"] == "reverse"


def test_udp():
    result = summary(udp=True, lost=25)
    assert numbers(result, seconds=2, sent_bps=MBIT, received_bps=0.8 * MBIT, lost_packets=50, lost_percent=20.0, jitter_ms=0.0)
    assert result["protocol"] == "UDP"


def test_both_directions_have_their_own_numbers():
    result = summary(bidir=True)
    assert numbers(result, seconds=2)
    assert numbers(result["forward"], seconds=2, sent_bps=MBIT, received_bps=MBIT, retransmits=0, rtt_ms_mean=0.1, rtt_ms_min=0.1, rtt_ms_max=0.1)
    assert numbers(result["backward"], seconds=2, sent_bps=MBIT, received_bps=MBIT, retransmits=0)
    assert result["direction"] == "bidir"


def test_round_trip_times_of_several_streams():
    play = Play(parallel=2)
    play.move()
    one, other = play.client.streams
    play.client.tick(play.now + 1, {one.id: play.samples(play.client, 100)[1], other.id: play.samples(play.client, 300)[1]})
    play.now += 1
    play.client.finish(play.now, {})
    result = summarize(document.document({}, [], play.client.end((1, 1, 0), None)), play.client.settings)
    assert [result["rtt_ms_" + part] for part in ("min", "mean", "max")] == [pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3)]


# -- what is missing is None

@pytest.mark.parametrize("options, expected", [
    ({}, {"received_bps": MBIT}),
    ({"reverse": True}, {"sent_bps": MBIT, "retransmits": 0, "rtt_ms_mean": 0.1, "rtt_ms_min": 0.1, "rtt_ms_max": 0.1}),
    ({"udp": True}, {"received_bps": MBIT, "lost_packets": 0, "lost_percent": 0.0, "jitter_ms": 0.0}),
    ({"udp": True, "reverse": True}, {"sent_bps": MBIT}),
])
def test_a_server_knows_its_own_side_only(options, expected):
    result = summary(1, **options)
    assert numbers(result, seconds=2, **expected)
    assert result["cpu_local_percent"] == 34.0 and result["cpu_remote_percent"] is None


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_test_that_never_began_has_no_numbers(mode):
    settings = client_settings(**MODES[mode])
    result = summarize(document.document({"connected": [], "version": "iperf 3.21", "system_info": ""}, [], {}, error="x"), settings, IperfError(103))
    assert numbers(result)
    assert (result["status"], result["limited_by"], result["cpu_local_percent"]) == ("failed", "unknown", None)
    assert (result["protocol"], result["direction"]) == (settings.protocol, settings.direction)


def test_a_test_that_broke_off_in_its_omitted_time_has_no_numbers():
    result = summary(omit=5, error=IperfError(109), exchange=False)
    assert numbers(result) and result["status"] == "failed"


def test_a_test_that_broke_off_later_has_those_of_this_side():
    result = summary(error=IperfError(109), exchange=False)
    assert numbers(result, seconds=2, sent_bps=MBIT, retransmits=0, rtt_ms_mean=0.1, rtt_ms_min=0.1, rtt_ms_max=0.1)
    assert (result["status"], result["cpu_remote_percent"], result["limited_by"]) == ("partial", None, "unknown")


def test_when_no_datagram_arrives_all_are_lost_and_jitter_is_unknown():
    play = Play(udp=True)
    play.pairs[0][0].bytes += 125000
    play.pairs[0][0].packets += 125
    play.now += 1.0
    end = play.finish()[0]
    result = summarize(document.document({}, [], end), play.client.settings)
    assert numbers(result, seconds=1, sent_bps=MBIT, received_bps=0.0, lost_packets=125, lost_percent=100.0)


def test_when_no_datagram_arrives_at_a_server_it_cannot_know_whether_any_was_sent():
    play = Play(udp=True)
    play.now += 1.0
    end = play.finish()[1]
    assert numbers(summarize(document.document({}, [], end), play.server.settings), seconds=1, received_bps=0.0)


def test_a_sender_whose_kernel_tells_nothing():
    play = Play()
    play.samples = lambda end, rtt=0: {}
    play.second()
    result = summarize(document.document({}, [], play.finish()[0]), play.client.settings)
    assert numbers(result, seconds=1, sent_bps=MBIT, received_bps=MBIT)


# -- what limited the test

def limited(options=None, cpu=(50.0, 50.0), seconds=2.0, lost=0, workers=1, extension=None, retransmits=0, exchange=True):
    play = Play(**(options or {}))
    play.retransmits = retransmits
    play.second(seconds=seconds, count=int(125 * seconds), lost=lost)
    end = play.finish(exchange=exchange)[0]
    usage = end["cpu_utilization_percent"]
    usage["host_total"] = cpu[0]
    usage["remote_total"] = cpu[1] if exchange else None
    return summarize(document.document({}, [], end), play.client.settings, extension=extension, local_workers=workers)["limited_by"]


@pytest.mark.parametrize("expected, given", [
    ("link", {}),
    ("local_cpu", {"cpu": (97.0, 20.0)}),
    ("remote_cpu", {"cpu": (20.0, 97.0)}),
    ("local_cpu", {"cpu": (97.0, 97.0)}),
    ("link", {"cpu": (97.0, 20.0), "workers": 2}),
    ("local_cpu", {"cpu": (195.0, 20.0), "workers": 2}),
    ("link", {"cpu": (20.0, 97.0), "extension": {"workers": 2}}),
    ("remote_cpu", {"cpu": (20.0, 97.0), "extension": {"workers": "many"}}),
    ("target_rate", {"options": {"bitrate": 1000000}}),
    ("target_rate", {"options": {"bitrate": 1000000}, "cpu": (99.0, 99.0)}),
    ("target_rate", {"options": {"fq_rate": 1000000}}),
    ("target_rate", {"options": {"bitrate": 1000000, "parallel": 2}}),
    ("target_rate", {"options": {"bitrate": 9000000, "fq_rate": 1000000}}),
    ("link", {"options": {"bitrate": 2000000}}),
    ("link", {"options": {"bitrate": 2000000, "parallel": 2}}),
    ("link", {"options": {"udp": True, "bitrate": 1000000}, "lost": 30}),
    ("remote_cpu", {"options": {"udp": True, "bitrate": 1000000}, "lost": 30, "cpu": (10.0, 99.0)}),
    ("unknown", {"options": {"window": 8192}}),
    ("link", {"options": {"window": 8192}, "retransmits": 3}),
    ("unknown", {"seconds": 0.4}),
    ("unknown", {"cpu": (None, 20.0)}),
    ("unknown", {"exchange": False}),
    ("local_cpu", {"options": {"bidir": True}, "cpu": (97.0, 20.0)}),
    ("target_rate", {"options": {"bidir": True, "bitrate": 1000000}}),
])
def test_what_limited_the_test(expected, given):
    assert limited(**given) == expected


def test_the_worse_direction_limits_a_bidirectional_test():
    play = Play(udp=True, bidir=True, bitrate=1000000)
    play.second(seconds=2.0, count=250)
    play.client.streams[1].bytes //= 2
    result = summarize(document.document({}, [], play.finish()[0]), play.client.settings)
    assert (result["forward"]["limited_by"], result["backward"]["limited_by"], result["limited_by"]) == ("target_rate", "link", "link")
