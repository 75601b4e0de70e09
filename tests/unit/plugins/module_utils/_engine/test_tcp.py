# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP workers on real connections: every byte counted once, limits kept exactly, and nothing that a peer does raises."""

import errno
import select
import socket
import time

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._engine import payload, tcp
from ansible_collections.nfv.iperf.plugins.module_utils._engine.limit import Limit
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.pacing import Pacer
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play

INET = socket.AF_INET


@pytest.fixture
def workers():
    """Makes started pairs of workers, a sender and a receiver, and closes their sockets."""
    made = []

    def make(family=INET, limit=None, pacer=None, receivers_limit=None, wrap=lambda sock: sock, ident=1, **given):
        near, far = data_play.tcp_pair(family)
        made.extend((near, far))
        sender = tcp.worker(wrap(near), data_play.stream(True, ident=ident), data_play.settings(**given), limit, pacer)
        receiver = tcp.worker(far, data_play.stream(False, ident=ident), data_play.settings("server", **given), receivers_limit)
        now = time.monotonic()
        sender.start(now)
        receiver.start(now)
        return sender, receiver
    yield make
    for sock in made:
        sock.close()


def total(workers, name):
    return sum(getattr(worker.stream, name) for worker in workers)


@pytest.mark.parametrize("family", data_play.FAMILIES)
@pytest.mark.parametrize("given", [{}, {"skip_rx_copy": True}, {"no_delay": True}, {"length": 1000}, {"length": 1}, {"length": "1M"}])
def test_what_is_sent_is_received(workers, family, given):
    limit = Limit(data_play.settings(bytes=30000, **given))
    sender, receiver = workers(family, limit, **given)
    data_play.play([sender, receiver], lambda: receiver.stream.bytes >= 30000)
    assert (sender.sending, receiver.sending) == (True, False)
    assert sender.stream.bytes == receiver.stream.bytes == 30000
    assert sender.stream.blocks == receiver.stream.blocks == 30000 // sender.length
    assert limit.reached
    assert sender.wants(time.monotonic()) == (0, None)
    assert sender.finished
    assert sender.error is receiver.error is None


@pytest.mark.parametrize("given, wanted, blocks", [
    ({"bytes": 3000001}, 3000001, None),
    ({"bytes": 5}, 5, 0),
    ({"blockcount": 47}, 47 * 10000, 47),
    ({"blockcount": 1}, 10000, 1),
])
def test_a_limit_is_exact_over_all_streams(workers, given, wanted, blocks):
    limit, receivers_limit = Limit(data_play.settings(length=10000, **given)), Limit(data_play.settings(length=10000, **given))
    pairs = [workers(limit=limit, receivers_limit=receivers_limit, length=10000, ident=ident, **given) for ident in (1, 3, 4)]
    senders, receivers = zip(*pairs)
    for sender in senders:  # small buffers, so that blocks are cut in the middle
        sender.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 6000)
    data_play.play(senders + receivers, lambda: total(receivers, "bytes") >= wanted and all(sender.finished for sender in senders))
    assert total(senders, "bytes") == total(receivers, "bytes") == wanted
    assert limit.reached and receivers_limit.reached
    if blocks is not None:
        assert total(senders, "blocks") == blocks
    for sender in senders:
        assert sender.stream.blocks == sender.stream.bytes // 10000


def test_blocks_are_whole_however_they_are_cut(workers):
    sender, receiver = workers(repeating_payload=True, length=1237)
    sizes = iter([1, 700, 1237, 2500, 3, 9000, 45, 1236] + [4000] * 10)
    received = bytearray()
    plain = sender.sock.sendmsg

    def cutting(parts):
        data = b"".join(bytes(part) for part in parts)[:next(sizes)]
        received.extend(data)
        return plain([data])

    sender.sock = data_play.Odd(sender.sock, sendmsg=cutting)
    data_play.play([sender, receiver], lambda: sender.stream.bytes >= 20000)
    assert bytes(received) == (payload.make(1237, True) * 20)[:len(received)]
    assert sender.stream.bytes == len(received)
    assert sender.stream.blocks == len(received) // 1237


@pytest.mark.parametrize("length", [1, 9, 10, 23])
def test_repeating_payload_begins_with_zero_in_each_block(length):
    assert payload.make(length, True) == (b"0123456789" * 3)[:length]


def test_random_payload():
    assert len(payload.make(1000)) == 1000
    assert payload.make(1000) != payload.make(1000)


def test_no_delay_sends_each_block_on_its_own(workers):
    sizes = []

    def counting(sock):
        def sendmsg(parts):
            sizes.append([len(part) for part in parts])
            return sock.sendmsg(parts)
        return data_play.Odd(sock, sendmsg=sendmsg)

    for given, expected in (({}, [100] * tcp.GATHER), ({"no_delay": True}, [100])):
        del sizes[:]
        sender = workers(wrap=counting, length=100, **given)[0]
        data_play.play([sender], lambda: sizes)
        assert sizes[0] == expected


def test_the_kernel_drops_what_is_not_to_be_copied(workers):
    tcp.unread[:5] = b"\0" * 5
    sender, receiver = workers(skip_rx_copy=True, repeating_payload=True, limit=Limit(data_play.settings(bytes=5000)))
    data_play.play([sender, receiver], lambda: receiver.stream.bytes >= 5000)
    assert tcp.unread[:5] == b"\0" * 5


class Slow(object):
    """A pacer that grants what the test says."""

    def __init__(self, *grants):
        self.grants = list(grants)
        self.asked = []

    def allowed(self, dummy, bytes_sent):
        self.asked.append(bytes_sent)
        return self.grants.pop(0) if self.grants else 0

    def next_time(self, bytes_sent):
        return 12345.0 + bytes_sent


def test_a_rate_grants_whole_blocks(workers):
    pacer = Slow(2, 0, 3)
    sender, receiver = workers(pacer=pacer, length=1000)
    assert sender.wants(1.0) == (select.POLLOUT, None)
    sender.service(time.monotonic())
    assert sender.stream.bytes == 2000
    assert sender.wants(1.0) == (select.POLLOUT, None)  # the answer was 0 once, now it is 3
    data_play.play([sender, receiver], lambda: receiver.stream.bytes >= 5000)
    assert (sender.stream.bytes, sender.stream.blocks) == (5000, 5)
    assert sender.wants(1.0) == (0, 12345.0 + 5000)
    assert set(pacer.asked) == set([0, 2000, 5000])


def test_a_rate_is_kept_on_average(workers):
    start = time.monotonic() - 10.0
    sender, receiver = workers(pacer=Pacer(800000, 1, 1000, start), length=1000)
    data_play.play([sender, receiver], lambda: sender.wants(time.monotonic())[0] == 0)
    passed = time.monotonic() - start
    assert 10 * 100000 <= sender.stream.bytes <= passed * 100000 + 1000
    dummy, due = sender.wants(time.monotonic())
    assert due == start + sender.stream.bytes * 8 / 800000.0


def test_the_rate_of_the_settings_begins_with_the_test(workers):
    sender = workers(bitrate=80, length=1000)[0]
    sender.pacer = None
    now = time.monotonic()
    sender.start(now)
    assert sender.wants(now) == (select.POLLOUT, None)
    sender.service(now)
    assert sender.stream.blocks == 1
    assert sender.wants(now) == (0, now + 100)


def test_without_a_rate_a_sender_waits_for_room_only(workers):
    sender, receiver = workers()
    assert sender.wants(5.0) == (select.POLLOUT, None)
    assert receiver.wants(5.0) == (select.POLLIN, None)
    limit = time.monotonic() + data_play.DEADLINE
    before = -1
    while sender.stream.bytes != before:  # a full buffer is no error
        assert time.monotonic() < limit
        before = sender.stream.bytes
        sender.service(time.monotonic())
    assert not sender.finished
    assert sender.error is None


def test_the_end_of_a_stream_is_no_error_for_a_receiver(workers):
    sender, receiver = workers(limit=Limit(data_play.settings(bytes=70000)))
    data_play.play([sender], lambda: sender.stream.bytes >= 70000)
    sender.sock.close()
    data_play.play([receiver], lambda: receiver.finished)
    assert receiver.error is None
    assert receiver.stream.bytes == 70000
    assert receiver.wants(1.0) == (0, None)


def test_a_peer_that_is_gone_ends_a_sender(workers):
    sender, receiver = workers()
    receiver.sock.close()
    data_play.play([sender], lambda: sender.finished)
    assert sender.error.errno in (errno.EPIPE, errno.ECONNRESET)
    sender.service(time.monotonic())


def test_a_reset_ends_a_receiver(workers):
    sender, receiver = workers()
    sender.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sender.sock.close()
    data_play.play([receiver], lambda: receiver.finished)
    assert receiver.error.errno == errno.ECONNRESET


def test_what_is_dropped_is_not_counted(workers):
    sender, receiver = workers(limit=Limit(data_play.settings(bytes=600000)))
    limit = time.monotonic() + data_play.DEADLINE
    while not sender.finished:
        assert time.monotonic() < limit
        sender.service(time.monotonic())
        receiver.drop()
        sender.drop()
    sender.sock.close()
    while not receiver.finished:
        assert time.monotonic() < limit
        receiver.drop()
    assert (receiver.stream.bytes, receiver.stream.blocks) == (0, 0)


def test_the_omitted_period_is_not_limited(workers):
    limit = Limit(data_play.settings(bytes=1000, omit=60))
    sender, receiver = workers(limit=limit, length=500)
    data_play.play([sender, receiver], lambda: sender.stream.bytes > 100000)
    assert not limit.reached
    limit.start(time.monotonic() - 60)
    before = sender.stream.bytes
    data_play.play([sender, receiver], lambda: sender.finished)
    assert sender.stream.bytes == before + 1000
