# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results message: sent as iperf3 3.21 sends it, taken from every version since 3.0."""

import copy

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.measurement_play import MODES, Play

MINUS_ONE = 2 ** 64 - 1  # as 3.12 and 3.13 print it


def stream(ident=1, **values):
    """One stream's entry as a 3.21 server writes it."""
    return dict({"id": ident, "bytes": 120000, "retransmits": -1, "jitter": 0.001, "errors": 7, "omitted_errors": 2, "packets": 130,
                 "omitted_packets": 5, "start_time": 0, "end_time": 1.5}, **values)


def message(*streams, **values):
    return dict({"cpu_util_total": 1.5, "cpu_util_user": 0.5, "cpu_util_system": 1, "sender_has_retransmits": -1, "streams": list(streams)}, **values)


def without(entry, *keys):
    entry = copy.deepcopy(entry)
    for key in keys:
        del entry[key]
    return entry


def taken(values, **options):
    """The client of a UDP test of one second after these results. values go over the wire's text."""
    play = Play(udp=True, **options)
    play.second()
    play.client.finish(play.now, {})
    play.client.take_results(codec.load_json(codec.pack_json(values)[4:]))
    return play.client


# -- sent

@pytest.mark.parametrize("mode, client, server", [
    ("tcp", 1, -1), ("tcp reverse", -1, 1), ("tcp bidir", 1, 1), ("udp", 0, -1), ("udp reverse", -1, 0), ("udp bidir", 0, 0)])
def test_who_knows_retransmits(mode, client, server):
    play = Play(**MODES[mode])
    play.retransmits = 3
    play.second()
    for end, expected in zip(play.ends, (client, server)):
        result = end.results((0, 0, 0), None)
        assert result["sender_has_retransmits"] == expected
        assert [entry["retransmits"] for entry in result["streams"]] == [
            3 if one.sending and expected == 1 else -1 for one in end.streams]


def test_a_sender_whose_kernel_tells_nothing_does_not_claim_retransmits():
    play = Play()
    result = play.client.results((0, 0, 0), None)
    assert result["sender_has_retransmits"] == 0 and result["streams"][0]["retransmits"] == -1


def test_the_message_of_a_tcp_client():
    play = Play(parallel=2)
    play.second()
    play.client.finish(play.now, play.samples(play.client))
    result = play.client.results((12.0, 2.0, 10.0), "cubic")
    one = {"bytes": 125000, "retransmits": 0, "jitter": 0.0, "errors": 0, "omitted_errors": 0, "packets": 0, "omitted_packets": 0,
           "start_time": 0, "end_time": 1.0}
    assert result == {"cpu_util_total": 12.0, "cpu_util_user": 2.0, "cpu_util_system": 10.0, "sender_has_retransmits": 1, "congestion_used": "cubic",
                      "streams": [dict(one, id=1), dict(one, id=3)]}


def test_the_message_of_a_udp_receiver():
    play = Play(udp=True)
    play.second(lost=5)
    play.server.finish(play.now, {})
    play.server.streams[0].udp.jitter = 0.00025
    result = play.server.results((1.0, 0.5, 0.5), None)
    assert "congestion_used" not in result
    assert result["streams"] == [{"id": 1, "bytes": 120000, "retransmits": -1, "jitter": 0.00025, "errors": 5, "omitted_errors": 0, "packets": 125,
                                  "omitted_packets": 0, "start_time": 0, "end_time": 1.0}]


def test_a_server_repeats_the_clients_losses_for_what_it_sent():
    play = Play(udp=True, reverse=True, omit=1)
    play.second(lost=2)
    play.end_omit()
    play.second(lost=5)
    for end in play.ends:
        end.finish(play.now, {})
    play.client.streams[0].udp.jitter = 0.5
    silent = play.server.results((0, 0, 0), None)["streams"][0]
    play.server.take_results(play.client.results((0, 0, 0), None))
    entry = play.server.results((0, 0, 0), None)["streams"][0]
    assert (silent["jitter"], silent["errors"], silent["omitted_errors"]) == (0.0, 0, 0)
    assert (entry["jitter"], entry["errors"], entry["omitted_errors"]) == (0.5, 7, 2)
    assert (entry["packets"], entry["omitted_packets"]) == (250, 125)


def test_more_can_be_told():
    play = Play()
    result = play.server.results((0, 0, 0), None, {"server_output_text": "x", "nfv_iperf": {"clients": 3}})
    assert result["server_output_text"] == "x" and result["nfv_iperf"] == {"clients": 3}
    play.client.take_results(result)
    assert play.client.peer.values["nfv_iperf"] == {"clients": 3}


# -- taken

def test_the_message_of_a_new_server():
    client = taken(message(stream(), congestion_used="bbr"), omit=1)
    assert client.peer.cpu == (1.5, 0.5, 1.0) and client.peer.congestion == "bbr" and client.peer.has_retransmits == -1
    receiver = client.totals()[0].receiver
    assert (receiver.bytes, receiver.seconds, receiver.packets, receiver.lost, receiver.jitter) == (120000, 1.5, 125, 5, 0.001)


def test_a_peer_before_3_14_does_not_tell_its_omit_period():
    play = Play(udp=True, omit=1)
    play.second(count=40)
    play.end_omit()
    play.second(count=100)
    play.client.finish(play.now, {})
    play.client.take_results(message(without(stream(packets=140, errors=3), "omitted_errors", "omitted_packets")))
    receiver = play.client.totals()[0].receiver
    assert (receiver.packets, receiver.lost) == (100, 3)  # as many packets as this end sent while omitting; losses cannot be told apart


def test_a_peer_before_3_14_without_losses():
    client = taken(message(without(stream(errors=0), "omitted_errors", "omitted_packets")))
    assert client.totals()[0].receiver.lost == 0


def test_the_time_is_from_start_to_end():
    assert taken(message(stream(start_time=0.5, end_time=2.0))).totals()[0].receiver.seconds == 1.5


@pytest.mark.parametrize("key", ["omitted_errors", "omitted_packets"])
def test_half_of_the_pair_is_none_of_it(key):
    client = taken(message(without(stream(), key)))
    assert client.streams[0].peer.omitted_errors is None and client.streams[0].peer.omitted_packets is None


@pytest.mark.parametrize("entry", [without(stream(), "start_time", "end_time"), without(stream(), "end_time"), stream(end_time=0), stream(end_time="1")])
def test_a_peer_that_does_not_tell_its_time_is_given_ours(entry):
    assert taken(message(entry)).totals()[0].receiver.seconds == 1.0


@pytest.mark.parametrize("entry, expected", [
    (stream(retransmits=MINUS_ONE), {"retransmits": -1}),
    (stream(retransmits=-1.0), {"retransmits": -1}),
    (stream(bytes=1e15), {"bytes": 10 ** 15}),
    (stream(packets=125.0, bytes=5e3), {"packets": 125, "bytes": 5000}),
    (stream(packets=-1), {"packets": 2 ** 32 - 1}),
    (stream(packets=2 ** 64 - 2 ** 31, errors=2 ** 64 - 5), {"packets": 2 ** 31, "errors": 2 ** 32 - 5}),
    (stream(jitter=0), {"jitter": 0.0}),
    (stream(later="more", omitted_errors=None), {"omitted_errors": None}),
])
def test_numbers_as_old_versions_write_them(entry, expected):
    peer = taken(message(entry)).streams[0].peer
    assert {key: getattr(peer, key) for key in expected} == expected


def test_minus_one_of_a_3_12_server_is_not_a_count_of_retransmits():
    play = Play(reverse=True)
    play.second()
    play.client.finish(play.now, {})
    play.client.take_results(codec.load_json(codec.pack_json(message(stream(retransmits=MINUS_ONE), sender_has_retransmits=0))[4:]))
    assert "retransmits" not in play.client.end((0, 0, 0), None)["sum_sent"]


def test_results_without_streams_are_accepted_and_leave_the_numbers_unknown():
    client = taken(message())
    assert client.streams[0].peer is None and client.peer is not None
    assert client.end((0, 0, 0), None)["sum_received"]["bytes"] is None


def test_streams_are_matched_by_their_numbers():
    play = Play(udp=True, parallel=2)
    play.client.take_results(message(stream(3, bytes=3), stream(1, bytes=1)))
    assert [one.peer.bytes for one in play.client.streams] == [1, 3]


@pytest.mark.parametrize("values, number", [
    (message(stream(2)), 208),
    (message(stream(), stream(3)), 208),
    (message(stream(-1)), 208),
    ([], 117),
    ({}, 117),
    (message(stream(), streams=None), 117),
    (message(stream(), streams={}), 117),
    (message(3), 117),
    (without(message(stream()), "streams"), 117),
    (without(message(stream()), "cpu_util_total"), 117),
    (without(message(stream()), "cpu_util_user"), 117),
    (without(message(stream()), "cpu_util_system"), 117),
    (without(message(stream()), "sender_has_retransmits"), 117),
    (message(stream(), sender_has_retransmits=True), 117),
    (message(without(stream(), "id")), 117),
    (message(without(stream(), "bytes")), 117),
    (message(without(stream(), "retransmits")), 117),
    (message(without(stream(), "jitter")), 117),
    (message(without(stream(), "errors")), 117),
    (message(without(stream(), "packets")), 117),
    (message(stream(bytes=None)), 117),
    (message(stream(jitter="0")), 117),
    (message(stream(packets=10 ** 400)), 117),
    (message(stream(jitter=float("nan"))), 117),
])
def test_messages_that_cannot_be_used(values, number):
    play = Play(udp=True)
    with pytest.raises(IperfError) as caught:
        play.client.take_results(values)
    assert caught.value.number == number and caught.value.detail
    assert play.client.peer is None and play.client.streams[0].peer is None
