# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters on the wire: strict when sent, taken and refused as real servers do."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, params
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import OPTIONS
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings


def client(**given):
    return Settings("client", client="h", **given).check()


def refused(call, *args, **kwargs):
    with pytest.raises(errors.IperfError) as caught:
        call(*args, **kwargs)
    return caught.value


# -- sending ---------------------------------------------------------------------------------------------------------------

BASE = {"omit": 0, "time": 10, "num": 0, "blockcount": 0, "parallel": 1, "len": 131072, "pacing_timer": 1000, "client_version": params.CLIENT_VERSION}
UDP = {"gso": 0, "gso_dg_size": 0, "gso_bf_size": 65507, "gro": 0, "gro_bf_size": 65507}


@pytest.mark.parametrize("given, more", [
    ({}, {"tcp": True}),
    ({"udp": True}, dict(UDP, udp=True, len=1448, bandwidth=1048576)),
    ({"udp": True, "bitrate": 0}, dict(UDP, udp=True, len=1448)),
    ({"udp": True, "length": 1000, "bitrate": 0, "gsro": True},
     {"udp": True, "len": 1000, "gso": 1, "gso_dg_size": 1000, "gso_bf_size": 65000, "gro": 1, "gro_bf_size": 65507}),
    ({"udp": True, "length": 16, "bitrate": 0, "gsro": True},
     {"udp": True, "len": 16, "gso": 1, "gso_dg_size": 16, "gso_bf_size": 2048, "gro": 1, "gro_bf_size": 65507}),
    ({"bytes": "1M"}, {"tcp": True, "time": 0, "num": 1048576}),
    ({"blockcount": 7}, {"tcp": True, "time": 0, "blockcount": 7}),
    ({"time": 0}, {"tcp": True, "time": 0}),
    ({"time": 3, "omit": 1, "parallel": 4, "reverse": True, "bitrate": "10M/5"},
     {"tcp": True, "time": 3, "omit": 1, "parallel": 4, "reverse": True, "bandwidth": 10000000, "burst": 5}),
    ({"bidir": True, "window": "1M", "set_mss": 1000, "no_delay": True, "tos": 0, "congestion": "cubic"},
     {"tcp": True, "bidirectional": True, "window": 1048576, "MSS": 1000, "nodelay": True, "congestion": "cubic"}),
    ({"dscp": "ef", "flowlabel": 5, "title": "t", "extra_data": "e", "fq_rate": "1M", "affinity": "1,0"},
     {"tcp": True, "TOS": 184, "flowlabel": 5, "title": "t", "extra_data": "e", "fqrate": 1000000, "server_affinity": 0}),
    ({"get_server_output": True, "udp_counters_64bit": True, "repeating_payload": True, "dont_fragment": True, "skip_rx_copy": True},
     {"tcp": True, "get_server_output": 1, "udp_counters_64bit": 1, "repeating_payload": 1, "dont_fragment": 1, "skip_rx_copy": 1}),
    ({"pacing_timer": 0}, {"tcp": True, "pacing_timer": None}),
    # local matters stay here
    ({"port": 9, "cport": 5000, "bind": "10.0.0.1", "json": True, "verbose": True, "interval": 0, "cntl_ka": True, "snd_timeout": 5, "logfile": "/l",
      "connect_timeout": 5, "version4": True}, {"tcp": True}),
])
def test_to_wire(given, more):
    expected = {key: value for key, value in dict(BASE, **more).items() if value is not None}
    wire = client(**given).with_mss(1448).to_wire()
    assert wire == expected
    assert {key: type(value) for key, value in wire.items()} == {key: type(value) for key, value in expected.items()}


def test_too_large_for_a_server():
    assert refused(client, title="x" * 8000).number == errors.TOO_LARGE
    assert refused(client, title="\u20ac" * 1500).number == errors.TOO_LARGE  # six bytes each on the wire
    wire = client(title="x" * 3000, extra_data="y" * 3800, udp=True, bidir=True, congestion="cubic").with_mss(1448).to_wire()
    assert len(json.dumps(wire, separators=(",", ":"))) < 8192 - 1000


# -- receiving -------------------------------------------------------------------------------------------------------------

def test_what_a_client_sends_is_what_a_server_gets():
    sent = client(udp=True, length=1000, bitrate="10M/5", time=3, omit=1, parallel=4, bidir=True, window="1M", dscp="ef", flowlabel=5, title="t",
                  extra_data="e", congestion="cubic", fq_rate="1M", get_server_output=True, udp_counters_64bit=True, repeating_payload=True,
                  dont_fragment=True, gsro=True, skip_rx_copy=True, affinity="1,0", no_delay=True)
    got = Settings.from_wire(sent.to_wire())
    assert got.role == "server"
    different = [option.name for option in OPTIONS if option.wire and getattr(got, option.name) != getattr(sent, option.name)]
    assert different == []
    assert got.affinity == 0
    assert got.stream_plan() == [not sends for sends in sent.stream_plan()]
    assert got.to_wire() == sent.to_wire()
    assert got.client_version == params.CLIENT_VERSION


@pytest.mark.parametrize("wire, expected", [
    ({}, {"protocol": "TCP", "time": 10, "omit": 0, "parallel": 1, "length": 131072, "bitrate": 0, "bytes": 0, "title": None, "flowlabel": None}),
    # 3.1.7
    ({"udp": True, "omit": 0, "time": 1, "parallel": 2, "len": 1000, "bandwidth": 100000, "client_version": "3.1.7"},
     {"protocol": "UDP", "time": 1, "parallel": 2, "length": 1000, "bitrate": 100000, "client_version": "3.1.7"}),
    # 3.21
    ({"udp": True, "omit": 0, "time": 1, "num": 0, "blockcount": 0, "parallel": 1, "len": 1000, "bandwidth": 200000, "pacing_timer": 1000, "gso": 0,
      "gso_dg_size": 0, "gso_bf_size": 65507, "gro": 0, "gro_bf_size": 65507, "client_version": "3.21+"}, {"gsro": False, "udp": True, "length": 1000}),
    ({"tcp": True, "num": 1048576}, {"time": 0, "bytes": 1048576}),  # before 3.3 without time
    ({"tcp": True, "blockcount": 5}, {"time": 0, "blockcount": 5}),
    ({"tcp": True, "time": 0}, {"time": 0}),
    ({"udp": True}, {"bitrate": 0, "length": 1460}),  # the default rate is the client's
    ({"PARALLEL": 3, "mss": 900, "tos": 8}, {"parallel": 3, "set_mss": 900, "tos": 8}),  # keys in any case
    ({"Time": 3, "TIME": 4}, {"time": 3}),
    ({"time": 1.0, "parallel": 5e0, "num": 0.0}, {"time": 1, "parallel": 5}),
    ({"reverse": False}, {"reverse": True}),  # presence counts, as for every real server
    ({"reverse": 1}, {"reverse": True}),
    ({"reverse": 0}, {"reverse": False}),
    ({"reverse": None, "bidirectional": "yes"}, {"reverse": False, "bidir": False}),
    ({"get_server_output": 0}, {"get_server_output": False}),
    ({"udp_counters_64bit": True}, {"udp_counters_64bit": True}),
    ({"gso": 1}, {"gsro": True}),
    # the wrong type is as good as absent
    ({"time": "5", "parallel": True, "title": 5, "len": [], "omit": None, "bandwidth": float("nan"), "window": float("inf")},
     {"time": 10, "parallel": 1, "title": None, "length": 131072, "omit": 0, "bitrate": 0, "window": 0}),
    ({"reverse": True, "bidirectional": True}, {"direction": "bidir"}),
    ({"mptcp": True, "zerocopy": 1}, {"mptcp": True, "zerocopy": True}),
    ({"pacing_timer": -1}, {"pacing_timer": 1000}),
    ({"authtoken": "abc"}, {"authtoken": "abc"}),
    ({"unknown": {"deep": [1]}, "nfv_iperf": {"x": 1}}, {"time": 10}),
    ({"server_affinity": 0}, {"server_affinity": 0, "affinity": 0}),
    ({"omit": 600, "time": 86400, "MSS": 32767, "parallel": 128, "window": 536870912, "len": 1048576, "burst": 1000, "TOS": 255, "flowlabel": 0xfffff},
     {"omit": 600, "duration": 87000, "burst": 1000}),
    ({"udp": True, "len": 16}, {"length": 16}),
    ({"udp": True, "len": 65507}, {"length": 65507}),
])
def test_from_wire(wire, expected):
    settings = Settings.from_wire(wire)
    assert {name: getattr(settings, name) for name in expected} == expected


@pytest.mark.parametrize("wire, number", [
    ({"omit": 601}, 12), ({"omit": -1}, 12), ({"time": 86401}, 5), ({"time": -1}, 5), ({"num": -1}, 114), ({"blockcount": -1}, 114),
    ({"bandwidth": -1}, 114), ({"fqrate": -1}, 114), ({"num": 2 ** 64}, 114), ({"MSS": 32768}, 10), ({"MSS": -1}, 10), ({"parallel": 0}, 6),
    ({"parallel": 129}, 6), ({"parallel": 1e300}, 6), ({"window": 536870913}, 8), ({"window": -1}, 8), ({"len": 0}, 7), ({"len": -1}, 7),
    ({"len": 1048577}, 7), ({"udp": True, "len": 15}, 20), ({"udp": True, "len": 65508}, 20), ({"udp": True, "len": 0}, 20), ({"burst": 0}, 15),
    ({"burst": 1001}, 15), ({"TOS": 256}, 21), ({"TOS": -1}, 21), ({"flowlabel": 0x100000}, 127), ({"flowlabel": -1}, 127),
    ({"server_affinity": 1025}, 133), ({"server_affinity": -1}, 133), ({"sctp": True}, 131), ([], 114), (None, 114),
])
def test_from_wire_refused(wire, number):
    assert refused(Settings.from_wire, wire).wire_number == number


@pytest.mark.parametrize("limits, wire, number", [
    ({"server_max_duration": 10}, {"time": 10}, None),
    ({"server_max_duration": 10}, {"time": 9, "omit": 2}, 37),
    ({"server_max_duration": 10}, {"time": 0}, 37),
    ({"server_max_duration": 10}, {"num": 5}, 37),
    ({}, {"time": 0}, None),
    ({"server_bitrate_limit": "10M"}, {"bandwidth": 10000000}, None),
    ({"server_bitrate_limit": "10M"}, {"bandwidth": 10000001}, 27),
    ({"server_bitrate_limit": "10M"}, {"bandwidth": 5000000, "parallel": 3}, 27),
    ({"server_bitrate_limit": "10M"}, {"bandwidth": 5000001, "bidirectional": True}, 27),
    ({"server_bitrate_limit": "10M"}, {"fqrate": 10000001}, 27),
    ({"server_bitrate_limit": "10M"}, {}, None),  # unlimited: watched while it runs
])
def test_limits_of_a_server(limits, wire, number):
    local = Settings("server", **limits).check()
    if number is None:
        Settings.from_wire(wire, local)
    else:
        assert refused(Settings.from_wire, wire, local).number == number


def test_a_server_keeps_its_own_options():
    local = Settings("server", interval=5, json=True, rcv_timeout=500, affinity=1, verbose=True).check()
    settings = Settings.from_wire({"time": 3, "title": "t"}, local)
    assert (settings.interval, settings.json, settings.rcv_timeout, settings.affinity, settings.verbose) == (5.0, True, 500, 1, True)
    assert (settings.time, settings.title) == (3, "t")
    assert Settings.from_wire({"server_affinity": 0}, local).affinity == 0
