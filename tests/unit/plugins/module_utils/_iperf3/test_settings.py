# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one end was asked to do: converted, refused with a number and a reason."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import OPTIONS
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings


def client(**given):
    return Settings("client", client="h", **given).check()


def refused(call, *args, **kwargs):
    with pytest.raises(errors.IperfError) as caught:
        call(*args, **kwargs)
    return caught.value


# -- values and defaults ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("given, expected", [
    ({}, {"port": 5201, "interval": 1.0, "time": 10, "bytes": 0, "blockcount": 0, "length": 131072, "bitrate": 0, "burst": 0, "parallel": 1, "omit": 0,
          "tos": 0, "rcv_timeout": 120000, "pacing_timer": 1000, "cntl_ka": None, "format": "a", "debug": 0, "protocol": "TCP", "direction": "normal",
          "duration": 10, "bind": None, "udp": False}),
    ({"udp": True}, {"bitrate": 1048576, "length": None, "protocol": "UDP"}),
    ({"udp": True, "bitrate": 0}, {"bitrate": 0}),
    ({"udp": True, "length": 0}, {"length": None}),
    ({"length": 0}, {"length": 131072}),
    ({"bytes": "1M"}, {"bytes": 1048576, "time": 0, "duration": 0}),
    ({"blockcount": "2k"}, {"blockcount": 2048, "time": 0}),
    ({"bytes": 0, "time": 3}, {"time": 3}),
    ({"time": 0}, {"time": 0, "duration": 0}),
    ({"time": "5", "omit": 2}, {"time": 5, "duration": 7}),
    ({"bitrate": "10M/5"}, {"bitrate": 10000000, "burst": 5}),
    ({"bitrate": "10M", "burst": 5}, {"bitrate": 10000000, "burst": 5}),
    ({"bitrate": "10M/5", "burst": 5}, {"burst": 5}),
    ({"bitrate": 2500000.0}, {"bitrate": 2500000}),
    ({"window": "4m", "fq_rate": "1g", "connect_timeout": "3K"}, {"window": 4194304, "fq_rate": 10 ** 9, "connect_timeout": 3072}),
    ({"affinity": "2,3"}, {"affinity": 2, "server_affinity": 3}),
    ({"affinity": 2}, {"affinity": 2, "server_affinity": None}),
    ({"bind": "10.0.0.1%eth1"}, {"bind": "10.0.0.1", "bind_dev": "eth1"}),
    ({"bind": "fe80::1%eth1"}, {"bind": "fe80::1%eth1", "bind_dev": None}),
    ({"bind": "FEBF::1%eth1"}, {"bind": "FEBF::1%eth1", "bind_dev": None}),
    ({"bind": "2001:db8::1%eth1"}, {"bind": "2001:db8::1", "bind_dev": "eth1"}),
    ({"tos": "0x1c"}, {"tos": 28}),
    ({"tos": "034"}, {"tos": 28}),
    ({"tos": 28}, {"tos": 28}),
    ({"flowlabel": "0xFFFFF"}, {"flowlabel": 0xfffff}),
    ({"dscp": "EF"}, {"dscp": "ef", "tos": 184}),
    ({"dscp": 46}, {"tos": 184}),
    ({"dscp": "0x2e"}, {"tos": 184}),
    ({"dscp": "056"}, {"tos": 184}),
    ({"dscp": "af11"}, {"tos": 40}),
    ({"dscp": "af43"}, {"tos": 152}),
    ({"dscp": "cs0"}, {"tos": 0}),
    ({"dscp": "cs7"}, {"tos": 224}),
    ({"dscp": "va"}, {"tos": 176}),
    ({"dscp": "lowdelay"}, {"tos": 0x10}),
    ({"dscp": "throughput"}, {"tos": 0x08}),
    ({"dscp": "reliability"}, {"tos": 0x04}),
    ({"cntl_ka": True}, {"cntl_ka": (0, 0, 0)}),
    ({"cntl_ka": ""}, {"cntl_ka": (0, 0, 0)}),
    ({"cntl_ka": "60"}, {"cntl_ka": (60, 0, 0)}),
    ({"cntl_ka": 60}, {"cntl_ka": (60, 0, 0)}),
    ({"cntl_ka": "60/10/3"}, {"cntl_ka": (60, 10, 3)}),
    ({"cntl_ka": "31/10/3"}, {"cntl_ka": (31, 10, 3)}),
    ({"cntl_ka": "/10/"}, {"cntl_ka": (0, 10, 0)}),
    ({"cntl_ka": "//3"}, {"cntl_ka": (0, 0, 3)}),
    ({"cntl_ka": "5/10"}, {"cntl_ka": (5, 10, 0)}),
    ({"cntl_ka": False}, {"cntl_ka": None}),
    ({"debug": True}, {"debug": 4}),
    ({"debug": "2"}, {"debug": 2}),
    ({"debug": 9}, {"debug": 4}),
    ({"timestamps": True}, {"timestamps": "%c "}),
    ({"timestamps": "%H "}, {"timestamps": "%H "}),
    ({"interval": "0.1"}, {"interval": 0.1}),
    ({"interval": 0}, {"interval": 0.0}),
    ({"format": "Mbit"}, {"format": "M"}),
    ({"no_fq_socket_pacing": True}, {"fq_rate": 0}),
    ({"json_stream_full_output": True}, {"json_stream": True}),
    ({"reverse": True}, {"direction": "reverse"}),
    ({"bidir": True}, {"direction": "bidir"}),
    ({"reverse": True, "rcv_timeout": 100}, {"rcv_timeout": 100}),
    ({"bidir": True, "rcv_timeout": 86400000}, {"rcv_timeout": 86400000}),
    ({"parallel": 128, "omit": 600, "set_mss": 32767, "window": "512M", "length": "1M"}, {"parallel": 128, "length": 1048576}),
    ({"udp": True, "length": 16}, {"length": 16}),
    ({"udp": True, "length": 65507}, {"length": 65507}),
    ({"cport": 65534, "parallel": 2}, {"cport": 65534}),
    ({"title": None, "one_off": False, "mptcp": False}, {"title": None}),
])
def test_values(given, expected):
    settings = client(**given)
    assert {name: getattr(settings, name) for name in expected} == expected


def test_client_with_device():
    settings = Settings("client", client="10.0.0.9%eth2").check()
    assert (settings.client, settings.bind_dev) == ("10.0.0.9", "eth2")
    settings = Settings("client", client="fe80::9%eth2").check()
    assert (settings.client, settings.bind_dev) == ("fe80::9%eth2", None)


def test_server():
    settings = Settings("server", server=True, server_bitrate_limit="1G/0.5", max_clients=3, one_off=True, idle_timeout=9, rcv_timeout=500).check()
    assert (settings.server_bitrate_limit, settings.server_bitrate_interval, settings.max_clients) == (10 ** 9, 0.5, 3)
    assert Settings("server", server_bitrate_limit="1G/0").check().server_bitrate_interval == 5.0
    assert Settings("server").check().role == "server"


def test_every_option_is_an_attribute():
    settings = client()
    assert all(hasattr(settings, option.name) for option in OPTIONS)


# -- refusals --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("given, number, words", [
    ({"server": True}, 1, ["server", "h"]),
    ({"one_off": True}, 3, ["one_off"]),
    ({"idle_timeout": 5}, 3, ["idle_timeout", "5"]),
    ({"max_clients": 5}, 3, ["max_clients"]),
    ({"time": -1}, 5, ["time", "-1", "0 to 86400 s"]),
    ({"time": 86401}, 5, ["86401"]),
    ({"time": "abc"}, 5, ["'abc'"]),
    ({"time": "1.5"}, 5, ["'1.5'", "whole"]),
    ({"time": True}, 5, ["True"]),
    ({"time": float("inf")}, 5, ["inf"]),
    ({"time": ""}, 5, ["''"]),
    ({"parallel": 0}, 6, ["parallel", "0"]),
    ({"parallel": 129}, 6, ["parallel", "129", "1 to 128"]),
    ({"length": "2M"}, 7, ["length", "2097152", "1048576"]),
    ({"length": -5}, 7, ["-5"]),
    ({"window": "513M"}, 8, ["window", "536870912"]),
    ({"window": -1}, 8, ["window"]),
    ({"interval": 0.05}, 9, ["interval", "0.05", "0.1 to 60"]),
    ({"interval": 61}, 9, ["61"]),
    ({"interval": "x"}, 9, ["'x'"]),
    ({"set_mss": 32768}, 10, ["set_mss", "32768", "32767"]),
    ({"omit": 601}, 12, ["omit", "601", "600"]),
    ({"omit": -1}, 12, ["-1"]),
    ({"bitrate": "10M/0"}, 15, ["burst", "0", "1 to 1000"]),
    ({"bitrate": "10M/1001"}, 15, ["1001"]),
    ({"bitrate": "10M/"}, 15, ["burst"]),
    ({"burst": 0}, 15, ["burst"]),
    ({"time": 5, "bytes": "1M"}, 16, ["time 5", "bytes 1048576"]),
    ({"time": 0, "blockcount": 1}, 16, ["time 0", "blockcount 1"]),
    ({"bytes": 1, "blockcount": 1}, 16, ["bytes", "blockcount"]),
    ({"udp": True, "length": 15}, 20, ["length", "15", "16 to 65507"]),
    ({"udp": True, "length": 70000}, 20, ["70000", "65507"]),
    ({"udp": True, "length": "1M"}, 20, ["65507"]),
    ({"tos": 256}, 21, ["tos", "256", "255"]),
    ({"tos": "08"}, 21, ["'08'"]),
    ({"tos": "abc"}, 21, ["'abc'"]),
    ({"tos": -1}, 21, ["-1"]),
    ({"format": "x"}, 24, ["format", "'x'", "k m g t"]),
    ({"format": ""}, 24, ["format"]),
    ({"reverse": True, "bidir": True}, 25, ["reverse", "bidir"]),
    ({"port": 0}, 26, ["port", "0", "1 to 65535"]),
    ({"port": 65536}, 26, ["65536"]),
    ({"cport": 0}, 26, ["cport"]),
    ({"cport": 65535, "parallel": 2}, 26, ["cport", "65535", "65536"]),
    ({"cport": 65533, "parallel": 2, "bidir": True}, 26, ["4 streams"]),
    ({"reverse": True, "rcv_timeout": 99}, 31, ["rcv_timeout", "99", "100"]),
    ({"reverse": True, "rcv_timeout": 86400001}, 31, ["86400001"]),
    ({"rcv_timeout": 5000}, 32, ["rcv_timeout", "reverse", "bidir"]),
    ({"cntl_ka": "30/10/3"}, 36, ["cntl_ka", "30/10/3", "10 * 3"]),
    ({"cntl_ka": "x"}, 36, ["'x'"]),
    ({"cntl_ka": "1/2/3/4"}, 36, ["idle/interval/count"]),
    ({"cntl_ka": "-1"}, 36, ["'-1'"]),
    ({"cntl_ka": "32768"}, 36, ["32767"]),
    ({"cntl_ka": "//128"}, 36, ["127"]),
    ({"bitrate": "10X"}, 38, ["bitrate", "'10X'", "suffix X", "k, m, g or t"]),
    ({"bytes": "1KB"}, 38, ["'1KB'"]),
    ({"bitrate": "/5"}, 38, ["bitrate"]),
    ({"bitrate": True}, 38, ["bitrate"]),
    ({"dscp": "foo"}, 40, ["dscp", "'foo'", "0 to 63", "af41"]),
    ({"dscp": 64}, 40, ["64"]),
    ({"dscp": -1}, 40, ["-1"]),
    ({"flowlabel": 0}, 127, ["flowlabel", "0", "1 to 1048575"]),
    ({"flowlabel": 0x100000}, 127, ["flowlabel"]),
    ({"affinity": 1025}, 133, ["affinity", "1025", "1024"]),
    ({"affinity": ",0"}, 133, ["affinity"]),
    ({"affinity": "0,"}, 133, ["server_affinity"]),
    ({"affinity": "0,2000"}, 133, ["server_affinity", "2000"]),
    ({"bytes": -5}, errors.BAD_VALUE, ["bytes", "-5", "0 bytes or more"]),
    ({"bitrate": "-1"}, errors.BAD_VALUE, ["bitrate", "'-1'"]),
    ({"snd_timeout": 86400001}, errors.BAD_VALUE, ["snd_timeout", "86400000"]),
    ({"bind": "%lo"}, errors.BAD_VALUE, ["bind", "host%device"]),
    ({"bind": "10.0.0.1%"}, errors.BAD_VALUE, ["bind"]),
    ({"title": "a\0b"}, errors.BAD_VALUE, ["title", "NUL"]),
    ({"title": "\udcff"}, errors.BAD_VALUE, ["title"]),
    ({"udp": "maybe"}, errors.BAD_VALUE, ["udp", "yes or no"]),
    ({"sctp": True}, errors.NOT_SUPPORTED, ["sctp"]),
    ({"file": "/f", "udp": True}, 34, ["file", "/f", "udp"]),
    ({"file": "/f", "skip_rx_copy": True}, errors.CONFLICT, ["file", "/f", "skip_rx_copy"]),
    ({"username": "u"}, errors.NOT_SUPPORTED, ["username", "u"]),
    ({"udp": True, "set_mss": 1000}, errors.CONFLICT, ["set_mss", "1000", "TCP", "length"]),
    ({"version4": True, "version6": True}, errors.CONFLICT, ["version4", "version6"]),
    ({"tos": 4, "dscp": "ef"}, errors.CONFLICT, ["tos", "4", "184"]),
    ({"bitrate": "10M/5", "burst": 4}, errors.CONFLICT, ["burst", "5", "4"]),
    ({"bind": "10.0.0.1%eth1", "bind_dev": "eth2"}, errors.CONFLICT, ["bind_dev", "eth1", "eth2"]),
])
def test_refused(given, number, words):
    error = refused(client, **given)
    assert error.number == number
    assert error.start
    assert [word for word in words if word not in error.detail] == []
    assert "\n" not in str(error)


@pytest.mark.parametrize("given, number", [
    ({"client": "h", "server": True}, 1),
    ({"time": 5}, 4),
    ({"bitrate": 5}, 4),
    ({"reverse": True}, 4),
    ({"udp": True}, 4),
    ({"dscp": "ef"}, 4),
    ({"affinity": "0,0"}, 4),
    ({"server_bitrate_limit": "1M/0.05"}, 28),
    ({"server_bitrate_limit": "1M/61"}, 28),
    ({"server_bitrate_limit": "1M/x"}, 28),
    ({"server_bitrate_limit": "1X"}, 38),
    ({"idle_timeout": 0}, 30),
    ({"idle_timeout": 86401}, 30),
    ({"server_max_duration": 86401}, errors.BAD_VALUE),
    ({"max_clients": 0}, errors.BAD_VALUE),
    ({"max_clients": 1001}, errors.BAD_VALUE),
    ({"rcv_timeout": 99}, 31),
    ({"rsa_private_key_path": "/k"}, errors.NOT_SUPPORTED),
])
def test_refused_on_a_server(given, number):
    assert refused(lambda: Settings("server", **given).check()).number == number


def test_neither_client_nor_server():
    assert refused(Settings("client").check).number == 2


def test_whose_option_comes_before_its_value():
    assert refused(client, one_off=True, parallel=129).number == 3


def test_unknown_option_is_a_fault_of_the_caller():
    with pytest.raises(KeyError):
        Settings("client", nonsense=1)


# -- what follows ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("given, plan", [
    ({"parallel": 2}, [True, True]),
    ({"parallel": 2, "reverse": True}, [False, False]),
    ({"parallel": 2, "bidir": True}, [True, True, False, False]),
])
def test_stream_plan(given, plan):
    settings = client(**given)
    assert settings.stream_plan() == settings.stream_plan("client") == plan
    assert settings.stream_plan("server") == [not sends for sends in plan]
    assert settings.senders_here() == settings.receivers_here("server") == sum(plan)
    assert settings.receivers_here() == settings.senders_here("server") == len(plan) - sum(plan)


@pytest.mark.parametrize("given, mss, length", [
    ({"udp": True}, 1448, 1448),
    ({"udp": True}, 32768, 32768),
    ({"udp": True}, 65483, 65483),
    ({"udp": True}, 65508, 1460),
    ({"udp": True}, 15, 1460),
    ({"udp": True}, None, 1460),
    ({"udp": True, "length": 100}, 1448, 100),
    ({}, 1448, 131072),
])
def test_block_size_from_the_control_connection(given, mss, length):
    settings = client(**given)
    before = settings.length
    assert settings.with_mss(mss).length == length
    assert settings.length == before


@pytest.mark.parametrize("given, mss, words", [
    ({}, 1448, None),
    ({"udp": True}, 1448, None),
    ({"udp": True, "length": 1500}, 1448, "1500"),
    ({"udp": True, "length": 1500}, None, None),
    ({"udp": True, "no_delay": True}, None, "no_delay"),
    ({"udp": True, "congestion": "cubic"}, None, "congestion"),
    ({"gsro": True}, None, "gsro"),
    ({"dont_fragment": True}, None, "dont_fragment"),
    ({"udp": True, "skip_rx_copy": True}, None, "skip_rx_copy"),
    ({"no_fq_socket_pacing": True}, None, "fq_rate 0"),
])
def test_warnings(given, mss, words):
    lines = client(**given).warnings(mss)
    assert lines == [] if words is None else len(lines) == 1 and words in lines[0]


@pytest.mark.parametrize("given, expected", [
    ({}, (5000, 0)), ({"time": 3}, (0, 3)), ({"bytes": 7}, (7, 0)), ({"reverse": True}, (0, 10)), ({"bidir": True}, (5000, 0)),
])
def test_the_end_of_a_file_that_is_sent_is_that_of_the_test_unless_another_is_given(given, expected):
    other = client(file="/f", **given).with_file(5000)
    assert (other.bytes, other.time) == expected


def test_repr_names_what_was_asked_for():
    assert repr(client(time=3)) == "<Settings client client='h' time=3>"
