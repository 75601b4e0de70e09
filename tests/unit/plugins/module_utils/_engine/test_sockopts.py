# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every socket option that a test can ask for is in force afterwards, or the test is told why not, with iperf3's number."""

import os
import socket
import struct

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._engine import sockopts
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play

STREAM, DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
INET, INET6 = socket.AF_INET, socket.AF_INET6


@pytest.fixture
def sockets():
    made = []

    def make(family, kind):
        made.append(data_play.bound(family, kind))
        return made[-1]
    yield make
    for sock in made:
        sock.close()


@pytest.mark.parametrize("asked, family, kind, level, option, value", [
    ({"no_delay": True}, INET, STREAM, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    ({"no_delay": True}, INET6, STREAM, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    ({"set_mss": 1000}, INET, STREAM, socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000),
    ({"tos": 0x28}, INET, STREAM, socket.IPPROTO_IP, socket.IP_TOS, 0x28),
    ({"tos": 0x28}, INET6, STREAM, socket.IPPROTO_IPV6, sockopts.IPV6_TCLASS, 0x28),
    ({"tos": 0xb8, "udp": True}, INET, DGRAM, socket.IPPROTO_IP, socket.IP_TOS, 0xb8),
    ({"dscp": "ef", "udp": True}, INET, DGRAM, socket.IPPROTO_IP, socket.IP_TOS, 0xb8),
    ({"tos": 0xb8, "udp": True}, INET6, DGRAM, socket.IPPROTO_IPV6, sockopts.IPV6_TCLASS, 0xb8),
    # Linux tells twice the size that was asked for, and gives it
    ({"window": 20000}, INET, STREAM, socket.SOL_SOCKET, socket.SO_SNDBUF, 40000),
    ({"window": 20000}, INET, STREAM, socket.SOL_SOCKET, socket.SO_RCVBUF, 40000),
    ({"window": 20000, "udp": True}, INET, DGRAM, socket.SOL_SOCKET, socket.SO_RCVBUF, 40000),
    ({"dont_fragment": True, "udp": True}, INET, DGRAM, socket.IPPROTO_IP, sockopts.IP_MTU_DISCOVER, sockopts.IP_PMTUDISC_DO),
    ({"snd_timeout": 5000}, INET, STREAM, socket.IPPROTO_TCP, sockopts.TCP_USER_TIMEOUT, 5000),
    ({"fq_rate": 8000000}, INET, STREAM, socket.SOL_SOCKET, sockopts.SO_MAX_PACING_RATE, 1000000),
    ({"fq_rate": 8000000, "udp": True}, INET, DGRAM, socket.SOL_SOCKET, sockopts.SO_MAX_PACING_RATE, 1000000),
])
def test_option_is_in_force(sockets, asked, family, kind, level, option, value):
    sock = sockets(family, kind)
    before = sock.getsockopt(level, option)
    assert before != value
    assert sockopts.apply(sock, data_play.settings(**asked), "client") == []
    assert sock.getsockopt(level, option) == value


def test_nothing_asked_for_nothing_set(sockets):
    sock = sockets(INET, STREAM)
    untouched = sockets(INET, STREAM)
    assert sockopts.apply(sock, data_play.settings(), "client") == []
    for row in sockopts.ROWS:
        if row.family != INET6:
            assert sock.getsockopt(row.level, row.option, 64) == untouched.getsockopt(row.level, row.option, 64), row.setting


def test_rates_above_34_gbit_take_more_than_32_bits(sockets):
    sock = sockets(INET, STREAM)
    sockopts.apply(sock, data_play.settings(fq_rate="100G"), "client")
    answer = sock.getsockopt(socket.SOL_SOCKET, sockopts.SO_MAX_PACING_RATE, 8)
    if len(answer) < 8:
        pytest.skip("this kernel knows pacing rates of 32 bits only")
    assert struct.unpack("L", answer)[0] == 12500000000


def test_a_window_that_the_kernel_does_not_give_fails_the_test(sockets):
    with pytest.raises(IperfError) as caught:
        sockopts.apply(sockets(INET, STREAM), data_play.settings(window="512M"), "client")
    assert caught.value.number == 141
    assert "window 536870912" in caught.value.detail


@pytest.mark.parametrize("number, asked, role, family, kind", [
    (134, {"congestion": "nosuchthing"}, "client", INET, STREAM),
    (123, {"set_mss": 3}, "client", INET, STREAM),
])
def test_a_refused_option_has_iperf3s_number(sockets, number, asked, role, family, kind):
    with pytest.raises(IperfError) as caught:
        sockopts.apply(sockets(family, kind), data_play.settings(role, **asked), role)
    assert caught.value.number == number
    assert "%s %s" % list(asked.items())[0] in caught.value.detail


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
def test_a_flow_label_is_leased_and_goes_with_the_address(sockets, kind):
    """That packets carry it is seen in network namespaces (tests/netns)."""
    settings = data_play.settings(flowlabel=77, udp=kind == DGRAM)
    for dummy in range(2):  # streams of one test share it
        sock = sockets(INET6, kind)
        assert sockopts.labelled(sock, ("::1", 9, 0, 0), settings) == ("::1", 9, 77, 0)
    assert sockopts.labelled(sock, ("::1", 9, 0, 0), data_play.settings()) == ("::1", 9, 0, 0)


@pytest.mark.parametrize("family, host", [(INET, "127.0.0.1"), (INET6, "::ffff:127.0.0.1")])
def test_ipv4_has_no_flow_label(sockets, family, host):
    with pytest.raises(IperfError) as caught:
        sockopts.labelled(sockets(family, STREAM), (host, 9), data_play.settings(flowlabel=77))
    assert caught.value.number == 127
    assert "version6" in caught.value.detail


def test_a_server_goes_on_with_its_own_congestion_control(sockets):
    sock = sockets(INET, STREAM)
    warnings = sockopts.apply(sock, data_play.settings("server", congestion="nosuchthing"), "server")
    assert len(warnings) == 1
    assert "nosuchthing" in warnings[0]
    assert sockopts.congestion_name(sock) in warnings[0]


def test_congestion_control_by_name(sockets):
    sock = sockets(INET, STREAM)
    own = sockopts.congestion_name(sock)
    assert own
    assert sockopts.apply(sock, data_play.settings(congestion=own), "client") == []


class Worker(object):
    congestion = ""

    def __init__(self, sock):
        self.sock = sock


def test_the_congestion_control_used_is_remembered(sockets):
    sock = sockets(INET, STREAM)
    workers = [Worker(sock)]
    used = sockopts.congestion(workers, data_play.settings())
    assert used == sockopts.congestion_name(sock)
    sock.close()
    assert sockopts.congestion(workers, data_play.settings()) == used
    assert sockopts.congestion([Worker(sock)], data_play.settings()) == "unknown"
    assert sockopts.congestion(workers, data_play.settings(udp=True)) is None


def test_a_udp_buffer_holds_a_datagram(sockets):
    sock = sockets(INET, DGRAM)
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, 5000)
    sockopts.apply(sock, data_play.settings(udp=True, length=40000), "client")
    assert min(sockopts.buffer_sizes(sock)) >= 40000


def test_a_control_connection(sockets):
    sock = sockets(INET, STREAM)
    sockopts.control(sock, data_play.settings())
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    assert sockopts.keepalive(sock) == {"idle": 10, "interval": 10, "count": 3}
    sockopts.control(sock, data_play.settings(cntl_ka="61/7/5", snd_timeout=4000))
    assert sockopts.keepalive(sock) == {"idle": 61, "interval": 7, "count": 5}
    assert sock.getsockopt(socket.IPPROTO_TCP, sockopts.TCP_USER_TIMEOUT) == 4000


def test_a_control_connection_without_keepalive(sockets):
    sock = sockets(INET, STREAM)
    sockopts.control(sock, data_play.settings(cntl_ka="off"))
    assert sockopts.keepalive(sock) is None


def test_a_keepalive_with_the_systems_times(sockets):
    first, second = sockets(INET, STREAM), sockets(INET, STREAM)
    sockopts.control(first, data_play.settings(cntl_ka=True))
    sockopts.control(second, data_play.settings(cntl_ka="/3"))
    assert sockopts.keepalive(second) == dict(sockopts.keepalive(first), interval=3)
    second.close()
    assert sockopts.keepalive(second) is None


def test_an_interface_that_does_not_exist(sockets):
    with pytest.raises(IperfError) as caught:
        sockopts.bind_device(sockets(INET, DGRAM), "nosuchdevice")
    assert caught.value.number == 1005
    assert "nosuchdevice" in caught.value.detail


@pytest.mark.parametrize("family, headers", [(INET, 28), (INET6, 48)])
def test_the_mtu_of_the_loopback(family, headers):
    near, far = data_play.udp_pair(family)
    mtu, size = sockopts.route_mtu(near)
    assert size == headers
    assert mtu >= 1280
    near.close()
    far.close()


def test_an_ipv4_peer_of_an_ipv6_socket():
    with data_play.bound(INET6, DGRAM):
        pass
    with socket.socket(INET6, DGRAM) as sock, data_play.bound(INET, DGRAM) as peer:
        sock.connect(("::ffff:127.0.0.1", peer.getsockname()[1]))
        assert sockopts.route_mtu(sock)[1] == 28
        sockopts.apply(sock, data_play.settings(udp=True, tos=0x20), "client")
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 0x20


def test_segment_and_buffer_sizes():
    near, far = data_play.tcp_pair()
    assert sockopts.segment_size(near) > 500
    assert min(sockopts.buffer_sizes(near)) > 1000
    near.close()
    far.close()
    assert sockopts.segment_size(near) == 0
    assert sockopts.buffer_sizes(near) == (0, 0)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system has no CPU affinity")
def test_affinity():
    allowed = os.sched_getaffinity(0)
    try:
        sockopts.set_affinity(data_play.settings())
        assert os.sched_getaffinity(0) == allowed
        one = sorted(allowed)[0]
        sockopts.set_affinity(data_play.settings(affinity=one))
        assert os.sched_getaffinity(0) == set([one])
        with pytest.raises(IperfError) as caught:
            sockopts.set_affinity(data_play.settings(affinity=1024))
        assert caught.value.number == 133
    finally:
        os.sched_setaffinity(0, allowed)
