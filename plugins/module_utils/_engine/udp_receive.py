# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Receiving UDP data.

PRIVATE to the collection. With UDP_GRO (linux/udp.h) the kernel may hand over many datagrams of equal size in one call and tells their size in a control
message; without that message there is one. They share one time of arrival, so they are recorded together.

Rules (docs/docsite/rst/protocol.rst, "UDP streams"):
* a datagram counts with `length` bytes; a longer one counts as if cut, a shorter one does not count at all (iperf3 glues short ones together, which
  shifts its reading of all that follows);
* the handshake's 4 bytes are never data. A client repeats them when the answer was lost, so a server answers them again;
* data may come before the test starts and long after it; whether it counts is the caller's decision, who calls service() or drop().
"""

import socket
import struct
import time

from .._iperf3 import codec, udpwire
from . import sockopts
from .worker import Receiver

BUFFER_SIZE = 65536
# Reads in one call of service(): some hundred microseconds of single datagrams, few milliseconds of full buffers.
READS = 128
SEGMENT_SIZE = struct.Struct("i")
CONTROL_SIZE = socket.CMSG_SPACE(SEGMENT_SIZE.size) if hasattr(socket, "CMSG_SPACE") else 0


class UdpReceiver(Receiver):
    """Reads datagrams and records their numbers and times in stream.udp. ECONNREFUSED is kept in `error` and does not finish it."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        Receiver.__init__(self, sock, stream, settings, pacer, limit)
        self.wide = bool(settings.udp_counters_64bit)
        self.answers = settings.role == "server"
        self._layout = udpwire.WIDE if self.wide else udpwire.NARROW
        self._buffer = bytearray(BUFFER_SIZE)
        self._buffers = [self._buffer]
        self.merged = False
        try:
            sock.setsockopt(sockopts.SOL_UDP, sockopts.UDP_GRO, 1)
            self.merged = True
        except OSError:
            pass

    def service(self, now):
        """Reads until nothing is left, at most READS times."""
        record = self.stream.udp.record_batch
        datagrams = 0
        for dummy in range(READS):
            size, segment = self._read()
            if size < 0:
                break
            arrival = time.time()
            if segment < self.length:
                if segment == len(codec.UDP_HELLO) and self.answers:
                    self._answer()
                continue
            count = size // segment
            datagrams += count
            if count == 1:
                sec, usec, number = self._layout.unpack_from(self._buffer)
                record(number, 1, sec + usec * 1e-6, arrival)
                continue
            for number, many, sec, usec in udpwire.read_batch(self._buffer, size, segment, self.wide):
                record(number, many, sec + usec * 1e-6, arrival)
        if datagrams:
            if self.limit is not None:
                self.limit.took(now, datagrams * self.length, datagrams)
            self.stream.bytes += datagrams * self.length
            self.stream.blocks += datagrams

    def drop(self):
        """Reads and forgets what has arrived."""
        for dummy in range(READS):
            if self._read()[0] < 0:
                break

    def _read(self):
        """(bytes, bytes of each datagram in them); (-1, 0) when there is nothing."""
        try:
            if not self.merged:
                size = self.sock.recv_into(self._buffer)
                return (size, size)
            size, control = self.sock.recvmsg_into(self._buffers, CONTROL_SIZE)[:2]
        except (BlockingIOError, InterruptedError):
            return (-1, 0)
        except OSError as exc:
            self.error = exc
            return (-1, 0)
        for level, kind, data in control:
            if level == sockopts.SOL_UDP and kind == sockopts.UDP_GRO:
                return (size, SEGMENT_SIZE.unpack_from(data)[0])
        return (size, size)

    def _answer(self):
        try:
            self.sock.send(codec.UDP_REPLY)
        except OSError as exc:
            self.error = exc
