# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UDP workers on real sockets: every datagram numbered, sent and recorded once, with and without the kernel's help."""

import errno
import select
import socket
import struct
import time

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._engine import sockopts, udp, udp_receive, udp_send
from ansible_collections.nfv.iperf.plugins.module_utils._engine.limit import Limit
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, udpwire
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play

INET, INET6 = socket.AF_INET, socket.AF_INET6


def same(sock):
    return sock


class InStep(object):
    """A pacer that grants a few datagrams whenever the receiver has got all before, so that no buffer ever overflows."""

    def __init__(self, pair, grant):
        self.pair = pair
        self.grant = grant

    def allowed(self, dummy, bytes_sent):
        return self.grant if self.pair.receiver.stream.bytes == bytes_sent else 0

    def next_time(self, dummy):
        return 0.0


class Pair(object):
    """A started sender and receiver, connected."""

    def __init__(self, family=INET, pacer=None, grant=0, wrap=same, wrap_receiver=same, **given):
        given = dict({"udp": True, "bitrate": 0, "length": 1000}, **given)
        pacer = InStep(self, grant) if grant else pacer
        self.near, self.far = data_play.udp_pair(family)
        self.limit, self.receivers_limit = Limit(data_play.settings(**given)), Limit(data_play.settings(**given))
        self.sender = udp.worker(wrap(self.near), data_play.stream(True), data_play.settings(**given), self.limit, pacer)
        self.receiver = udp.worker(wrap_receiver(self.far), data_play.stream(False, udp=True), data_play.settings("server", **given),
                                   self.receivers_limit)
        now = time.monotonic()
        self.sender.start(now)
        self.receiver.start(now)

    @property
    def udp(self):
        return self.receiver.stream.udp

    def play(self, until):
        data_play.play([self.sender, self.receiver], until)

    def receive(self, count):
        """Serves the receiver until it has recorded `count` datagrams."""
        data_play.play([self.receiver], lambda: self.udp.packets >= count)


@pytest.fixture
def pair():
    made = []

    def make(**given):
        made.append(Pair(**given))
        return made[-1]
    yield make
    for one in made:
        one.near.close()
        one.far.close()


def no_offload(sock):
    """A socket of a kernel that knows neither segmentation nor its reverse."""
    def setsockopt(level, option, value):
        if level == sockopts.SOL_UDP:
            raise OSError(errno.ENOPROTOOPT, "Protocol not available")
        sock.setsockopt(level, option, value)
    return data_play.Odd(sock, setsockopt=setsockopt)


@pytest.mark.parametrize("family", data_play.FAMILIES)
@pytest.mark.parametrize("wrap, wrap_receiver", [(same, same), (no_offload, same), (same, no_offload), (no_offload, no_offload)])
@pytest.mark.parametrize("grant, given", [
    (7, {}), (64, {"length": 16, "udp_counters_64bit": True}), (5, {"udp_counters_64bit": True}), (6, {"length": 1001}), (1, {"length": 40000}),
])
def test_what_is_sent_is_received(pair, family, wrap, wrap_receiver, grant, given):
    both = pair(family=family, wrap=wrap, wrap_receiver=wrap_receiver, grant=grant, blockcount=67, **given)
    both.play(lambda: both.udp.packets >= 67)
    sent, length = both.sender.stream, both.sender.length
    assert (sent.bytes, sent.blocks, sent.packets) == (67 * length, 67, 67)
    assert both.receiver.stream.bytes == 67 * length
    assert (both.udp.high, both.udp.lost, both.udp.out_of_order, both.udp.packets) == (67, 0, 0, 67)
    assert both.limit.reached
    assert both.receivers_limit.reached
    assert both.sender.wants(time.monotonic()) == (0, None)
    assert both.sender.finished
    assert both.sender.error is both.receiver.error is None
    assert both.udp.jitter < 1.0


def test_a_limit_of_bytes_is_rounded_up_to_whole_datagrams(pair):
    both = pair(grant=3, bytes=2001)
    both.play(lambda: both.udp.packets >= 3)
    assert both.sender.wants(time.monotonic()) == (0, None)
    assert both.sender.stream.bytes == 3000


def test_headers_carry_wall_clock_time_and_the_payload_stays(pair):
    both = pair(grant=2, repeating_payload=True, udp_counters_64bit=True, length=30)
    both.far.settimeout(data_play.DEADLINE)
    if both.receiver.merged:
        both.far.setsockopt(sockopts.SOL_UDP, sockopts.UDP_GRO, 0)
    before = time.time()
    both.sender.service(time.monotonic())
    for number in (1, 2):
        data = both.far.recv(100)
        sec, usec, found = struct.unpack(">IIQ", data[:16])
        assert found == number
        assert before - 0.001 <= sec + usec * 1e-6 <= time.time() + 0.001
        assert data[16:] == b"67890123456789"


@pytest.mark.parametrize("length, bitrate, mtu, headers, batch", [
    (1460, 0, 1500, 28, 44),  # 65507 bytes
    (16, 0, 1500, 28, 64),  # 64 segments
    (1472, 0, 1500, 28, 44),
    (1473, 0, 1500, 28, 1),  # would be fragmented
    (1472, 0, 1500, 48, 1),
    (1460, 0, 0, 28, 44),  # a route that does not tell
    (40000, 0, 65535, 28, 1),
    (1460, 1048576, 1500, 28, 1),
    (1460, 10 ** 8, 1500, 28, 8),  # a millisecond's worth
    (1460, 10 ** 10, 1500, 28, 44),
])
def test_batch_size(length, bitrate, mtu, headers, batch):
    assert udp_send.batch_size(length, bitrate, mtu, headers) == batch


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO, errno.EMSGSIZE])
def test_a_kernel_that_refuses_to_cut_gets_single_datagrams(pair, number):
    refused = []

    def refusing(sock):
        def send(data):
            if len(data) > 1000:
                refused.append(len(data))
                raise OSError(number, "no")
            return sock.send(data)
        return data_play.Odd(sock, send=send)

    both = pair(grant=5, wrap=refusing, blockcount=20)
    if both.sender.batch == 1:
        pytest.skip("this kernel has no UDP segmentation")
    both.play(lambda: both.udp.packets >= 20)
    assert refused == [5000]
    assert (both.udp.high, both.udp.lost, both.sender.stream.packets, both.sender.error) == (20, 0, 20, None)


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOBUFS])
def test_a_datagram_that_is_not_taken_is_not_numbered(pair, number):
    answers = [None, number, number, None] + [number, None] * 20

    def moody(sock):
        def send(data):
            answer = answers.pop(0)
            if answer:
                raise OSError(answer, "later")
            return sock.send(data)
        return data_play.Odd(sock, send=send)

    both = pair(grant=1, wrap=moody, blockcount=10)
    both.play(lambda: both.udp.packets >= 10)
    assert (both.udp.high, both.udp.lost, both.sender.stream.packets, both.sender.error) == (10, 0, 10, None)


def test_a_closed_port_is_told_and_does_not_finish(pair):
    both = pair()
    both.far.close()
    data_play.play([both.sender], lambda: both.sender.error is not None)
    assert both.sender.error.errno == errno.ECONNREFUSED
    assert not both.sender.finished


def test_a_receiver_tells_of_a_closed_port(pair):
    both = pair()
    both.near.close()
    both.far.send(codec.UDP_REPLY)
    data_play.play([both.receiver], lambda: both.receiver.error is not None)
    assert both.receiver.error.errno == errno.ECONNREFUSED
    assert not both.receiver.finished


class Slow(object):
    def __init__(self, *grants):
        self.grants = list(grants)

    def allowed(self, dummy, bytes_sent):
        return self.grants.pop(0) if self.grants else 0

    def next_time(self, bytes_sent):
        return 5000.0 + bytes_sent


def test_at_low_rates_datagrams_go_one_by_one(pair):
    both = pair(pacer=Slow(1, 0, 2), bitrate=1000000)
    assert both.sender.batch == 1
    assert both.sender.wants(1.0) == (select.POLLOUT, None)
    both.sender.service(time.monotonic())
    assert both.sender.stream.packets == 1
    both.sender.service(time.monotonic())
    assert both.sender.stream.packets == 3
    assert both.sender.wants(1.0) == (0, 5000.0 + 3000)


def test_at_high_rates_a_batch_is_waited_for(pair):
    both = pair(pacer=Slow(4, 9), bitrate=40000000)
    assert both.sender.batch == 5
    assert both.sender.wants(1.0) == (0, 5000.0 + 4000)  # the time of its last datagram
    both.sender.service(time.monotonic())
    assert both.sender.stream.packets == 5


def test_a_burst_is_sent_together_at_any_rate(pair):
    both = pair(pacer=Slow(3), bitrate=40000000, burst=3)
    both.sender.service(time.monotonic())
    assert both.sender.stream.packets == 3


def test_a_server_answers_repeated_hellos_and_counts_none(pair):
    both = pair()
    both.near.settimeout(data_play.DEADLINE)
    for dummy in range(2):
        both.near.send(codec.UDP_HELLO)
        limit = time.monotonic() + data_play.DEADLINE
        while both.receiver.wants(0.0)[0] and not select.select([both.near], [], [], 0)[0]:
            assert time.monotonic() < limit
            both.receiver.service(time.monotonic())
        assert both.near.recv(10) == codec.UDP_REPLY
    assert (both.receiver.stream.bytes, both.udp.packets, both.udp.high) == (0, 0, 0)


def test_a_client_does_not_answer_late_replies(pair):
    both = pair()
    client = udp.worker(both.near, data_play.stream(False, udp=True), data_play.settings(udp=True, reverse=True, length=1000))
    both.far.send(codec.UDP_REPLY)
    both.far.send(udpwire.pack_header(1, 0, 0).ljust(1000, b"x"))
    data_play.play([client], lambda: client.stream.udp.packets)
    assert client.stream.bytes == 1000
    both.far.setblocking(False)
    with pytest.raises(BlockingIOError):
        both.far.recv(10)


@pytest.mark.parametrize("wrap", [same, no_offload])
def test_datagrams_of_other_sizes(pair, wrap):
    both = pair(wrap_receiver=wrap, bitrate=1000000)  # a low rate, so that the kernel does not cut what is sent here
    for number, size in ((1, 1000), (9, 12), (9, 999), (0, 0), (2, 1500), (3, 3000), (4, 1000)):
        both.near.send(udpwire.pack_header(number, 0, 0).ljust(size, b"x")[:size])
    both.receive(4)
    assert (both.udp.high, both.udp.lost, both.udp.out_of_order) == (4, 0, 0)
    assert both.receiver.stream.bytes == 4000


def test_gaps_and_late_datagrams_are_recorded_with_their_times(pair):
    both = pair()
    recorded = []

    class Record(object):
        packets = 0

        def record_batch(self, number, count, sent, arrival):
            self.packets += count
            recorded.append((number, count, sent))
            assert abs(arrival - time.time()) < data_play.DEADLINE

    both.receiver.stream.udp = Record()
    for number in (1, 3, 2):
        both.near.send(udpwire.pack_header(number, 1795421629, 500000).ljust(1000, b"x"))
    both.receive(3)
    assert recorded == [(1, 1, 1795421629.5), (3, 1, 1795421629.5), (2, 1, 1795421629.5)]


def test_what_is_dropped_is_not_counted(pair):
    both = pair()
    for number in (1, 2):
        both.near.send(udpwire.pack_header(number, 0, 0).ljust(1000, b"x"))
    both.receiver.drop()
    both.near.send(udpwire.pack_header(3, 0, 0).ljust(1000, b"x"))
    both.receive(1)
    assert both.udp.packets == 1
    assert both.receiver.stream.bytes == 1000


def test_one_turn_has_an_end(pair, monkeypatch):
    monkeypatch.setattr(udp_receive, "READS", 2)
    both = pair()
    for number in (1, 2, 3):
        both.near.send(udpwire.pack_header(number, 0, 0).ljust(1000, b"x"))
    data_play.play([both.receiver], lambda: both.udp.packets == 2)
    both.receive(3)


def test_merging_is_switched_off_where_nothing_is_merged(pair, monkeypatch):
    monkeypatch.setattr(udp_receive, "TRIALS", 3)
    both = pair(grant=1, bitrate=1000000, blockcount=8)
    if not both.receiver.merged:
        pytest.skip("this kernel does not merge datagrams")
    both.play(lambda: both.udp.packets >= 8)
    assert not both.receiver.merged
    assert both.far.getsockopt(sockopts.SOL_UDP, sockopts.UDP_GRO) == 0
    assert (both.udp.high, both.udp.lost, both.receiver.stream.bytes) == (8, 0, 8000)


def test_merging_stays_on_where_datagrams_are_merged(pair, monkeypatch):
    monkeypatch.setattr(udp_receive, "TRIALS", 3)
    both = pair(grant=5, blockcount=50)
    if not both.receiver.merged or both.sender.batch == 1:
        pytest.skip("this kernel does not merge or cut datagrams")
    both.play(lambda: both.udp.packets >= 50)
    assert both.receiver.merged
    assert (both.udp.high, both.udp.lost) == (50, 0)
