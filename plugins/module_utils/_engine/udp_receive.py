# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Receiving UDP data.

PRIVATE to the collection. With UDP_GRO (linux/udp.h) the kernel may hand over many datagrams of equal size in one call and tells their size in a control
message; without that message there is one. They share one time of arrival, so they are recorded together. Where nothing is ever merged - a sender that
sends one by one, and nothing on the way that merges - asking for the message is only a cost: after TRIALS reads that
brought one datagram each, UDP_GRO is switched off and the plain read is used.

Rules (docs/docsite/rst/protocol.rst, "UDP streams"):
* a datagram counts with `length` bytes; a longer one counts as if cut, a shorter one does not count at all (iperf3 glues short ones together, which
  shifts its reading of all that follows);
* the handshake's 4 bytes are never data. A client repeats them when the answer was lost, so a server answers them again;
* data may come before the test starts and long after it; whether it counts is the caller's decision, who calls service() or drop().
"""

import errno
import socket
import struct
import time

from .._iperf3 import codec, udpwire
from . import sockopts
from .worker import Receiver

BUFFER_SIZE = 65536
# Reads in one call of service(): some hundred microseconds of single datagrams, few milliseconds of full buffers.
READS = 128
TRIALS = 1000
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
        self._singles = 0
        self.merged = False
        try:
            sock.setsockopt(sockopts.SOL_UDP, sockopts.UDP_GRO, 1)
            self.merged = True
        except OSError:
            pass

    def service(self, now):
        """Reads until nothing is left, at most READS times."""
        datagrams = self._read_merged() if self.merged else self._read_single()
        if datagrams:
            if self.limit is not None:
                self.limit.took(now, datagrams * self.length, datagrams)
            self.stream.bytes += datagrams * self.length
            self.stream.blocks += datagrams

    def drop(self):
        """Reads and forgets what has arrived."""
        try:
            for dummy in range(READS):
                self.sock.recv_into(self._buffer)
        except OSError as exc:
            self._stopped(exc)

    def _read_single(self):
        """Records what plain reads bring and returns how many datagrams that were. The busiest loop against a sender without batches."""
        read, buffer, unpack, record, clock = self.sock.recv_into, self._buffer, self._layout.unpack_from, self.stream.udp.record_batch, time.time
        datagrams = 0
        try:
            for dummy in range(READS):
                size = read(buffer)
                if size < self.length:
                    self._short(size)
                    continue
                sec, usec, number = unpack(buffer)
                record(number, 1, sec + usec * 1e-6, clock())
                datagrams += 1
        except OSError as exc:
            self._stopped(exc)
        return datagrams

    def _read_merged(self):
        """Records what reads with UDP_GRO bring and returns how many datagrams that were."""
        record = self.stream.udp.record_batch
        datagrams = 0
        try:
            for dummy in range(READS):
                size, control = self.sock.recvmsg_into(self._buffers, CONTROL_SIZE)[:2]
                arrival = time.time()
                segment = size
                for level, kind, data in control:
                    if level == sockopts.SOL_UDP and kind == sockopts.UDP_GRO:
                        segment = SEGMENT_SIZE.unpack_from(data)[0]
                        self._singles = 0
                if segment < self.length:
                    self._short(segment)
                    continue
                for number, count, sec, usec in udpwire.read_batch(self._buffer, size, segment, self.wide):
                    record(number, count, sec + usec * 1e-6, arrival)
                datagrams += size // segment
                self._singles += 1
        except OSError as exc:
            self._stopped(exc)
        if self._singles >= TRIALS:
            self.merged = False
            self.sock.setsockopt(sockopts.SOL_UDP, sockopts.UDP_GRO, 0)
        return datagrams

    def _stopped(self, exc):
        """Why reading stopped: nothing is left, or something to tell."""
        if exc.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
            self.error = exc

    def _short(self, size):
        """A datagram that is too short for data."""
        if size == len(codec.UDP_HELLO) and self.answers:
            self._answer()

    def _answer(self):
        try:
            self.sock.send(codec.UDP_REPLY)
        except OSError as exc:
            self.error = exc
