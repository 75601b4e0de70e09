# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Intervals, the omit period and the end of a test, at both ends joined in memory."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.measurement import Measurement, TcpSample
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.measurement_play import (
    MODES, Play, T0, client_settings, sample)


def approx(**numbers):
    return {key: pytest.approx(value) for key, value in numbers.items()}


def part(entry, *keys):
    return {key: entry[key] for key in keys}


# -- streams

def test_stream_numbers_are_iperf3s():
    play = Play(parallel=3, bidir=True)
    for end in play.ends:
        assert [stream.id for stream in end.streams] == [1, 3, 4, 5, 6, 7]
    assert [stream.sending for stream in play.client.streams] == [True] * 3 + [False] * 3
    assert [stream.sending for stream in play.server.streams] == [False] * 3 + [True] * 3


def test_only_receiving_udp_streams_count_datagrams_by_their_numbers():
    play = Play(udp=True, bidir=True)
    assert [stream.udp is not None for stream in play.client.streams] == [False, True]
    assert Play().server.streams[0].udp is None


# -- intervals

def test_tcp_intervals():
    play = Play()
    play.second()
    play.retransmits = 7
    sent, received = play.second(seconds=0.5, rtt=250)
    common = approx(start=1.0, end=1.5, seconds=0.5, bytes=125000, bits_per_second=2000000.0)
    assert sent["streams"][0] == dict(common, socket=5, retransmits=7, snd_cwnd=65536, snd_wnd=131072, rtt=250, rttvar=10, pmtu=1500, reorder=0,
                                      omitted=False, sender=True)
    assert sent["sum"] == dict(common, retransmits=7, omitted=False, sender=True)
    assert received["streams"][0] == dict(common, socket=5, omitted=False, sender=False)
    assert received["sum"] == dict(common, omitted=False, sender=False)


def test_retransmits_of_an_interval_are_those_since_the_last_one():
    play = Play()
    seen = []
    for total in (3, 3, 10):
        play.retransmits = total
        seen.append(play.second()[0]["sum"]["retransmits"])
    assert seen == [3, 0, 7]


def test_a_sender_without_statistics_of_the_kernel_looks_like_a_receiver():
    play = Play()
    play.now += 1.0
    play.move()
    interval = play.client.tick(play.now, {1: None})
    assert set(interval["streams"][0]) == {"socket", "start", "end", "seconds", "bytes", "bits_per_second", "omitted", "sender"}
    end = play.finish(exchange=False)[0]
    assert "retransmits" in end["sum_sent"]  # finish() brought a sample
    play = Play()
    play.client.finish(play.now, {1: None})
    assert "retransmits" not in play.client.end((0, 0, 0), None)["sum_sent"]


def test_what_an_old_kernel_does_not_tell_is_none():
    play = Play()
    play.move()
    interval = play.client.tick(T0 + 1, {1: TcpSample(0, 65536, None, 100, 10, 1500, None)})
    assert part(interval["streams"][0], "snd_wnd", "reorder") == {"snd_wnd": None, "reorder": None}


def test_udp_intervals():
    play = Play(udp=True)
    play.second()
    sent, received = play.second(lost=25)
    assert part(sent["streams"][0], "packets", "bytes", "sender") == {"packets": 125, "bytes": 125000, "sender": True}
    assert "lost_packets" not in sent["sum"]
    for entry in (received["streams"][0], received["sum"]):
        assert part(entry, "bytes", "packets", "lost_packets", "lost_percent") == {
            "bytes": 100000, "packets": 125, "lost_packets": 25, "lost_percent": 20.0}


def test_jitter_of_a_sum_is_the_mean_of_its_streams():
    play = Play(udp=True, parallel=2)
    play.move()
    first, second = play.server.streams
    first.udp.jitter, second.udp.jitter = 0.002, 0.004
    interval = play.server.tick(T0 + 1, {})
    assert [entry["jitter_ms"] for entry in interval["streams"]] == [pytest.approx(2.0), pytest.approx(4.0)]
    assert interval["sum"]["jitter_ms"] == pytest.approx(3.0)


def test_late_datagrams_of_an_earlier_interval_make_its_loss_negative_so_that_the_whole_is_right():
    play = Play(udp=True)
    play.move(lost=25)
    first = play.server.tick(T0 + 1, {})
    play.server.streams[0].udp.record_batch(1, 25, T0, T0 + 1.5)
    second = play.server.tick(T0 + 2, {})
    assert [one["sum"]["lost_packets"] for one in (first, second)] == [25, -25]
    assert play.server.streams[0].measured().lost == 0


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_bidirectional_sums_are_client_to_server_first_on_both_ends(protocol):
    play = Play(bidir=True, udp=protocol == "udp")
    play.pairs[0][0].bytes += 1000
    intervals = play.second()
    for interval, first in zip(intervals, (True, False)):
        assert [interval["sum"]["sender"], interval["sum_bidir_reverse"]["sender"]] == [first, not first]
        assert list(interval) == ["streams", "sum", "sum_bidir_reverse"]
    assert intervals[0]["sum"]["bytes"] == 126000
    assert intervals[0]["sum_bidir_reverse"]["bytes"] == 125000


def test_no_time_makes_no_rate():
    play = Play()
    play.move()
    assert play.client.tick(T0, {})["sum"]["bits_per_second"] == 0.0


@pytest.mark.parametrize("interval, passed, moved, reported", [
    (1.0, 0.099, False, False), (1.0, 0.11, False, True), (1.0, 0.001, True, True), (0.5, 0.06, False, True), (0, 0.0, False, True)])
def test_a_short_and_empty_tail_is_not_reported(interval, passed, moved, reported):
    play = Play(interval=interval)
    if interval:
        play.second()
    if moved:
        play.move(count=1)
    last = play.client.finish(play.now + passed, play.samples(play.client))
    assert (last is not None) == reported
    assert len(play.client.intervals) == (1 if interval else 0) + reported
    assert play.client.seconds == pytest.approx((1.0 if interval else 0.0) + passed)


def test_without_intervals_the_whole_test_is_one():
    play = Play(interval=0)
    play.now += 7.0
    play.move()
    interval = play.client.finish(play.now, play.samples(play.client))
    assert part(interval["sum"], "start", "end", "bytes") == {"start": 0.0, "end": 7.0, "bytes": 125000}


def test_intervals_are_not_collected_when_they_are_streamed():
    play = Play()
    play.client.keep_intervals = False
    assert play.second()[0]["sum"]["bytes"] == 125000
    assert play.client.intervals == [] and len(play.server.intervals) == 1


# -- the omit period

@pytest.mark.parametrize("mode", sorted(MODES))
def test_nothing_of_the_omit_period_is_in_the_result(mode):
    plain, omitting = Play(**MODES[mode]), Play(omit=1, **MODES[mode])
    omitting.retransmits = 5
    assert [one["sum"]["omitted"] for one in omitting.second(count=50, lost=5)] == [True, True]
    assert omitting.end_omit() == [None, None]
    for play in (plain, omitting):
        play.second(lost=3)
        play.retransmits += 2
        last = play.second()
        assert part(last[0]["sum"], "start", "end", "omitted") == {"start": 1.0, "end": 2.0, "omitted": False}
    results = [omitting.client.results((1, 1, 0), None), omitting.server.results((1, 1, 0), None)]
    assert omitting.finish() == plain.finish()
    for message, end in zip(results, omitting.ends):
        for entry, stream in zip(message["streams"], end.streams):
            assert entry["bytes"] == (250000 if stream.sending else 247000)
            if end.udp:
                assert part(entry, "packets", "omitted_packets") == {"packets": 300, "omitted_packets": 50}
                assert part(entry, "errors", "omitted_errors") == (
                    {"errors": 0, "omitted_errors": 0} if stream.sending else {"errors": 8, "omitted_errors": 5})


def test_the_end_of_the_omit_period_reports_its_last_part_and_restarts_the_clock():
    play = Play(omit=1, interval=0.7)
    play.second(seconds=0.7)
    play.now += 0.3
    play.move(count=10)
    last = play.end_omit()[0]
    assert part(last["sum"], "start", "end", "bytes", "omitted") == {"start": 0.7, "end": 1.0, "bytes": 10000, "omitted": True}
    first = play.second(seconds=0.7)[0]
    assert part(first["sum"], "start", "end", "bytes", "omitted") == {"start": 0.0, "end": 0.7, "bytes": 125000, "omitted": False}


@pytest.mark.parametrize("rest, reported", [(0.15, False), (0.25, True)])
def test_a_short_rest_of_the_omit_period_is_not_reported(rest, reported):
    play = Play(omit=2, interval=2)
    play.second(rtt=100)
    play.now += rest
    assert (play.client.end_omit(play.now, {1: sample(rtt=9000)}) is not None) == reported
    play.second(rtt=100)
    assert play.client.streams[0].kernel.max_rtt == (9000 if reported else 100)


def test_without_intervals_the_omit_period_is_not_reported():
    play = Play(omit=1, interval=0)
    play.now += 1.0
    play.move()
    assert play.end_omit() == [None, None]


def test_a_test_that_ends_while_omitting_has_measured_nothing():
    play = Play(omit=10)
    play.second()
    end = play.finish(exchange=False)[0]
    assert play.client.seconds == 0.0
    assert part(end["sum_sent"], "bytes", "seconds", "bits_per_second", "retransmits") == {
        "bytes": 0, "seconds": 0.0, "bits_per_second": 0.0, "retransmits": 0}
    assert play.client.intervals[0]["sum"]["omitted"]


def test_jitter_starts_anew_after_the_omit_period():
    play = Play(udp=True, omit=1)
    play.second(transit=0.01)
    play.second(transit=0.09)
    assert play.server.streams[0].udp.jitter > 0
    play.end_omit()
    assert play.second(transit=0.5)[1]["sum"]["jitter_ms"] == 0.0


# -- the end

def test_tcp_ends_of_client_and_server():
    play = Play()
    play.retransmits = 4
    play.second(rtt=300)
    play.second(rtt=101)
    client, server = play.finish()
    moved = approx(start=0, end=2.0, seconds=2.0, bytes=250000, bits_per_second=1000000.0)
    nothing = approx(start=0, end=2.0, seconds=2.0, bytes=0, bits_per_second=0.0)
    kernel = {"retransmits": 4, "reorder": 0, "max_snd_cwnd": 65536, "max_snd_wnd": 131072, "max_rtt": 300, "min_rtt": 101, "mean_rtt": 200}
    assert client["streams"] == [{"sender": dict(moved, socket=5, sender=True, **kernel), "receiver": dict(moved, socket=5, sender=True)}]
    assert client["sum_sent"] == dict(moved, retransmits=4, sender=True)
    assert client["sum_received"] == dict(moved, sender=True)
    assert client["cpu_utilization_percent"] == {"host_total": 12.0, "host_user": 2.0, "host_system": 10.0,
                                                 "remote_total": 34.0, "remote_user": 4.0, "remote_system": 30.0}
    assert part(client, "sender_tcp_congestion", "receiver_tcp_congestion") == {"sender_tcp_congestion": "cubic", "receiver_tcp_congestion": "cubic"}
    # A server prints 0 for the other side, as real ones do.
    assert server["streams"] == [{"sender": dict(nothing, socket=5, sender=False), "receiver": dict(moved, socket=5, sender=False)}]
    assert server["sum_sent"] == dict(nothing, sender=False)
    assert server["sum_received"] == dict(moved, sender=False)
    assert server["cpu_utilization_percent"]["remote_total"] == 0.0
    assert "sender_tcp_congestion" not in server and server["receiver_tcp_congestion"] == "cubic"


def test_what_a_receiving_client_cannot_know_of_the_senders_kernel_is_none():
    play = Play(reverse=True)
    play.retransmits = 4
    play.second()
    client, server = play.finish()
    sender = client["streams"][0]["sender"]
    assert sender["retransmits"] == 4 and sender["mean_rtt"] is None and sender["max_snd_cwnd"] is None
    assert server["streams"][0]["sender"]["mean_rtt"] == 100
    assert server["sum_received"]["bytes"] == 0
    assert server["sender_tcp_congestion"] == "cubic" and "receiver_tcp_congestion" not in server


def test_udp_ends_mix_the_senders_bytes_with_the_receivers_losses():
    play = Play(udp=True)
    play.second(lost=25)
    play.second()
    client, server = play.finish()
    loss = {"jitter_ms": pytest.approx(0.0), "lost_packets": 25, "packets": 250, "lost_percent": 10.0}
    sent = approx(start=0, end=2.0, seconds=2.0, bytes=250000, bits_per_second=1000000.0)
    received = approx(start=0, end=2.0, seconds=2.0, bytes=225000, bits_per_second=900000.0)
    nothing = approx(start=0, end=2.0, seconds=2.0, bytes=0, bits_per_second=0.0)
    assert client["streams"] == [{"udp": dict(sent, socket=5, sender=True, out_of_order=None, **loss)}]
    assert client["sum"] == dict(sent, sender=True, **loss)
    assert client["sum_sent"] == dict(sent, sender=True, jitter_ms=0.0, lost_packets=0, packets=250, lost_percent=0.0)
    assert client["sum_received"] == dict(received, sender=False, **loss)
    assert server["streams"] == [{"udp": dict(nothing, socket=5, sender=False, out_of_order=0, **loss)}]
    assert server["sum"] == dict(nothing, sender=False, **loss)
    assert server["sum_sent"] == dict(nothing, sender=True, jitter_ms=0.0, lost_packets=0, packets=0, lost_percent=0.0)
    assert server["sum_received"] == dict(received, sender=False, **loss)


def test_a_udp_server_that_sends_prints_0_for_the_receiver():
    play = Play(udp=True, reverse=True)
    play.second(lost=5)
    end = play.finish()[1]
    assert part(end["streams"][0]["udp"], "bytes", "jitter_ms", "lost_packets", "packets", "lost_percent", "out_of_order") == {
        "bytes": 125000, "jitter_ms": 0.0, "lost_packets": 0, "packets": 125, "lost_percent": 0.0, "out_of_order": 0}
    assert part(end["sum_received"], "bytes", "packets", "lost_packets") == {"bytes": 0, "packets": 0, "lost_packets": 0}


def test_losses_are_a_part_of_what_was_sent_also_when_the_last_ones_did_not_arrive():
    play = Play(udp=True)
    play.second(lost=25)
    play.pairs[0][0].packets += 75
    end = play.finish()[0]
    assert part(end["sum_received"], "packets", "lost_packets", "lost_percent") == {"packets": 125, "lost_packets": 25, "lost_percent": 12.5}


@pytest.mark.parametrize("mode", sorted(MODES))
def test_both_ends_tell_the_same_of_what_each_knows(mode):
    play = Play(**MODES[mode])
    play.second(lost=5)
    client, server = play.finish()
    for suffix in ("", "_bidir_reverse"):
        if "sum_sent" + suffix in client:
            sent, received = "sum_sent" + suffix, "sum_received" + suffix
            known = received if server[sent]["bytes"] == 0 else sent
            assert part(client[known], "bytes", "seconds", "bits_per_second") == part(server[known], "bytes", "seconds", "bits_per_second")
            assert {server[sent]["bytes"], server[received]["bytes"]} == {0, client[known]["bytes"]}
    assert client["streams"] and len(client["streams"]) == len(server["streams"])


def test_a_direction_has_the_sum_of_its_streams_only():
    play = Play(bidir=True, parallel=2)
    play.second()
    for sender, dummy in play.pairs[2:]:
        sender.bytes += 500
    end = play.finish()[0]
    assert [end[key]["bytes"] for key in ("sum_sent", "sum_received", "sum_sent_bidir_reverse", "sum_received_bidir_reverse")] == [
        250000, 250000, 251000, 250000]
    assert [end[key]["sender"] for key in ("sum_sent", "sum_received", "sum_sent_bidir_reverse", "sum_received_bidir_reverse")] == [
        True, True, False, False]


def test_each_side_has_its_own_time():
    play = Play(udp=True)
    play.second()
    play.client.finish(play.now, {})
    play.server.finish(play.now + 0.25, {})
    play.client.take_results(play.server.results((1, 1, 0), None))
    end = play.client.end((1, 1, 0), None)
    assert [end[key]["seconds"] for key in ("sum_sent", "sum_received", "sum")] == [1.0, 1.25, 1.25]
    assert end["sum_received"]["bits_per_second"] == pytest.approx(800000.0)
    assert end["sum"]["bits_per_second"] == end["sum_sent"]["bits_per_second"] == pytest.approx(1000000.0)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_without_the_other_ends_results_its_numbers_are_none_and_not_0(mode):
    play = Play(**MODES[mode])
    play.second()
    end = play.finish(exchange=False)[0]
    for suffix in ("", "_bidir_reverse"):
        if "sum_sent" + suffix in end:
            sums = [end["sum_sent" + suffix], end["sum_received" + suffix]]
            assert sorted(one["bytes"] is None for one in sums) == [False, True]
            assert [one["bits_per_second"] is None for one in sums] == [one["bytes"] is None for one in sums]
    assert end["cpu_utilization_percent"]["remote_total"] is None
    if mode == "udp":
        assert part(end["streams"][0]["udp"], "lost_packets", "jitter_ms", "lost_percent") == {
            "lost_packets": None, "jitter_ms": None, "lost_percent": None}


def test_a_measurement_without_streams_has_an_end():
    end = Measurement(client_settings(), "client").end(None, None)
    assert end["streams"] == [] and "sum_sent" not in end and end["cpu_utilization_percent"]["host_total"] is None


def test_the_mean_round_trip_is_a_whole_number_of_all_intervals():
    play = Play()
    for rtt in (10, 11, 11):
        play.second(rtt=rtt)
    play.client.finish(play.now + 0.01, {1: sample(rtt=5000)})  # the tail is not reported, and so not in the mean
    sender = play.client.end((0, 0, 0), None)["streams"][0]["sender"]
    assert part(sender, "min_rtt", "mean_rtt", "max_rtt") == {"min_rtt": 10, "mean_rtt": 10, "max_rtt": 11}
