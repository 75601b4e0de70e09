# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The headers of UDP datagrams, written and read for a whole batch at once.

PRIVATE to the collection. Every datagram of a UDP test opens with a header of big-endian 32-bit words (docs/docsite/rst/protocol.rst,
"UDP streams"): send time in seconds, send time in microseconds, and the number of the packet, the first being 1. The number takes one word,
or two, high word first, when both ends agreed on `udp_counters_64bit` ("wide" here).

With segmentation offload one buffer holds up to 64 datagrams of `length` bytes, one behind the other. When `length` is a multiple of 4 - nearly
always - the same word of all headers is a strided slice of the buffer seen as words, so a batch costs three assignments and no loop. Other lengths
take a loop over struct, which gives the same bytes.

All datagrams of a batch carry one send time, because one system call hands them to the kernel.
This file knows nothing of sockets or clocks: times come in and go out as whole seconds and microseconds.
"""

import struct
import sys
from array import array

LITTLE = sys.byteorder == "little"
WORD = 0xFFFFFFFF
NARROW = struct.Struct(">III")
WIDE = struct.Struct(">IIQ")


def header_size(wide):
    """Bytes of a header: 12, or 16 with 64-bit packet numbers."""
    return WIDE.size if wide else NARROW.size


def pack_header(number, sec, usec, wide=False):
    """The header of packet `number`, sent at sec seconds and usec microseconds. A 32-bit number wraps, as in iperf3."""
    if wide:
        return WIDE.pack(sec & WORD, usec, number)
    return NARROW.pack(sec & WORD, usec, number & WORD)


def _big_endian(words):
    if LITTLE:
        words.byteswap()
    return words


def _numbers(first, count):
    """The low words of `count` consecutive packet numbers from `first` on, as they lie on the wire."""
    first &= WORD
    if first + count <= WORD + 1:
        return _big_endian(array("I", range(first, first + count)))
    return _big_endian(array("I", [number & WORD for number in range(first, first + count)]))


def _same(value, count):
    """`count` times one word, as it lies on the wire."""
    return _big_endian(array("I", [value & WORD])) * count


class HeaderBatch(object):
    """A buffer of up to `segments` datagrams of `length` bytes whose headers are rewritten for every send.

    payload: `length` bytes that fill each datagram once, at the start; the headers then lie over its beginning.
    """

    def __init__(self, length, segments, wide, payload=b""):
        if length < header_size(wide):
            raise ValueError("a datagram of %d bytes has no room for its header of %d" % (length, header_size(wide)))
        self.length = length
        self.segments = segments
        self.wide = wide
        self.buffer = bytearray(payload[:length].ljust(length, b"\0")) * segments
        self._bytes = memoryview(self.buffer)
        self._columns = None
        if length % 4 == 0:
            words = self._bytes.cast("I")
            self._columns = [words[index::length // 4] for index in range(header_size(wide) // 4)]

    def fill(self, first, count, sec, usec):
        """Writes the headers of the packets first .. first + count - 1 and returns their datagrams as one memoryview."""
        if self._columns is None:
            for index in range(count):
                start = index * self.length
                self.buffer[start:start + header_size(self.wide)] = pack_header(first + index, sec, usec, self.wide)
        elif count == 1:
            self.buffer[:header_size(self.wide)] = pack_header(first, sec, usec, self.wide)
        else:
            columns = self._columns
            columns[0][:count] = _same(sec, count)
            columns[1][:count] = _same(usec, count)
            columns[-1][:count] = _numbers(first, count)
            if self.wide:
                columns[2][:count] = _high_words(first, count)
        return self._bytes[:count * self.length]


def _high_words(first, count):
    if first >> 32 == (first + count - 1) >> 32:
        return _same(first >> 32, count)
    return _big_endian(array("I", [number >> 32 for number in range(first, first + count)]))


def read_batch(buffer, nbytes, length, wide):
    """The headers of the datagrams of `length` bytes that fill the first `nbytes` of the buffer.

    Returns a list of runs (first_number, count, sec, usec): consecutive numbers with one send time, in order of arrival. Bytes behind the
    last whole datagram are ignored, as iperf3 does with a batch's remainder.
    """
    count = nbytes // length
    if count == 0:
        return []
    if count > 1 and length % 4 == 0:
        run = _one_run(buffer, count, length, wide)
        if run:
            return [run]
    layout = WIDE if wide else NARROW
    runs = []
    for start in range(0, count * length, length):
        sec, usec, number = layout.unpack_from(buffer, start)
        if runs:
            first, many, last_sec, last_usec = runs[-1]
            if number == first + many and sec == last_sec and usec == last_usec:
                runs[-1] = (first, many + 1, sec, usec)
                continue
        runs.append((number, 1, sec, usec))
    return runs


def _one_run(buffer, count, length, wide):
    """The run if the whole batch is one, as batches of this engine are; else None. Compares columns, without a loop."""
    step = length // 4
    words = memoryview(buffer).cast("B")[:count * length].cast("I")
    low = 3 if wide else 2
    if words[0::step].tobytes() != _first(words, 0) * count or words[1::step].tobytes() != _first(words, 1) * count:
        return None
    if wide and words[2::step].tobytes() != _first(words, 2) * count:
        return None
    sec, usec, number = (WIDE if wide else NARROW).unpack_from(buffer, 0)
    if words[low::step].tobytes() != _numbers(number, count).tobytes():
        return None
    if not wide and number + count > WORD + 1:
        return None
    return (number, count, sec, usec)


def _first(words, index):
    return words[index:index + 1].tobytes()
