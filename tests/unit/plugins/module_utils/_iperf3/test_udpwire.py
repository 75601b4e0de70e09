# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of datagrams: a batch must be what single headers would be, byte for byte, and read back as what was written."""

import struct

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import udpwire

SEC, USEC = 1795421629, 987654
WRAP = 1 << 32


def test_header_is_three_or_four_big_endian_words():
    assert udpwire.pack_header(1, 1126, 101299) == bytes(bytearray.fromhex("00000466 00018bb3 00000001".replace(" ", "")))
    assert udpwire.pack_header(WRAP + 5, 1126, 101299, True) == bytes(bytearray.fromhex("00000466 00018bb3 00000001 00000005".replace(" ", "")))
    assert (udpwire.header_size(False), udpwire.header_size(True)) == (12, 16)


def test_a_32_bit_number_wraps():
    assert udpwire.pack_header(WRAP + 7, 0, 0) == udpwire.pack_header(7, 0, 0)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("length", [16, 17, 1459, 1460, 1462])
@pytest.mark.parametrize("first, count", [(1, 1), (1, 44), (123456789, 7), (WRAP - 3, 9), (WRAP - 1, 1), (5 * WRAP - 2, 4), (WRAP + 1, 40)])
def test_batch_is_what_single_headers_are(length, wide, first, count):
    payload = bytes(bytearray(index % 251 for index in range(length)))
    batch = udpwire.HeaderBatch(length, 44, wide, payload)
    batch.fill(77, 44, 1, 2)  # what a batch before left behind must not show
    size = udpwire.header_size(wide)
    expected = b"".join(udpwire.pack_header(first + index, SEC, USEC, wide) + payload[size:] for index in range(count))
    assert bytes(batch.fill(first, count, SEC, USEC)) == expected


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("length", [16, 1459, 1460])
@pytest.mark.parametrize("first, count", [(1, 1), (1, 44), (WRAP - 44, 44)])
def test_a_batch_reads_back_as_one_run(length, wide, first, count):
    batch = udpwire.HeaderBatch(length, count, wide)
    received = bytearray(65536)
    data = batch.fill(first, count, SEC, USEC)
    received[:len(data)] = data
    assert udpwire.read_batch(received, len(data), length, wide) == [(first, count, SEC, USEC)]


def test_a_number_of_64_bits_is_one_run_across_the_word():
    data = bytearray(udpwire.HeaderBatch(16, 8, True).fill(WRAP - 3, 8, SEC, USEC))
    assert udpwire.read_batch(data, len(data), 16, True) == [(WRAP - 3, 8, SEC, USEC)]


def test_a_wrapped_number_begins_a_new_run():
    data = bytearray(udpwire.HeaderBatch(16, 4, False).fill(WRAP - 2, 4, SEC, USEC))
    assert udpwire.read_batch(data, len(data), 16, False) == [(WRAP - 2, 2, SEC, USEC), (0, 2, SEC, USEC)]


@pytest.mark.parametrize("length", [20, 21])
@pytest.mark.parametrize("headers, runs", [
    ([(1, 5, 6), (2, 5, 6), (4, 5, 6)], [(1, 2, 5, 6), (4, 1, 5, 6)]),
    ([(1, 5, 6), (2, 5, 7), (3, 5, 7)], [(1, 1, 5, 6), (2, 2, 5, 7)]),
    ([(1, 5, 6), (2, 6, 6)], [(1, 1, 5, 6), (2, 1, 6, 6)]),
    ([(3, 5, 6), (2, 5, 6), (1, 5, 6)], [(3, 1, 5, 6), (2, 1, 5, 6), (1, 1, 5, 6)]),
    ([(7, 5, 6), (7, 5, 6)], [(7, 1, 5, 6), (7, 1, 5, 6)]),
    # first and last as in one run, the middle not
    ([(1, 5, 6), (3, 5, 6), (2, 5, 6), (4, 5, 6)], [(1, 1, 5, 6), (3, 1, 5, 6), (2, 1, 5, 6), (4, 1, 5, 6)]),
])
def test_what_is_not_consecutive_is_told_apart(length, headers, runs):
    data = bytearray(b"".join(struct.pack(">III", sec, usec, number).ljust(length, b"x") for number, sec, usec in headers))
    assert udpwire.read_batch(data, len(data), length, False) == runs


def test_a_remainder_is_no_datagram():
    data = bytearray(udpwire.HeaderBatch(20, 3, False).fill(1, 3, SEC, USEC))
    assert udpwire.read_batch(data, 59, 20, False) == [(1, 2, SEC, USEC)]
    assert udpwire.read_batch(data, 19, 20, False) == []


def test_a_datagram_without_room_for_its_header_is_refused():
    with pytest.raises(ValueError):
        udpwire.HeaderBatch(15, 1, True)
