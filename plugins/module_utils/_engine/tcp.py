# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The data of TCP streams; files and zerocopy are in tcp_file.py.

PRIVATE to the collection. Speed comes from few and large system calls: a sender hands GATHER blocks at a time to sendmsg(), all of them one
prepared block, so the kernel copies from the cache and Python only counts. A receiver reads into one buffer for all streams,
or has the kernel drop the data unread (MSG_TRUNC, tcp(7)) with skip_rx_copy.

Counting (docs/docsite/rst/protocol.rst, "End conditions"): bytes are what the kernel took or gave, so a block that the end of the
test cuts counts with the part that went out. A sender's block counts when its last byte is out. A receiver's counts when `length` bytes have
come, as reads of iperf3 3.16 and later do, however many system calls it took.
"""

import socket
import time

from . import payload
from .worker import SLICE, Receiver, Sender

# Blocks per sendmsg().
GATHER = 8
# Bytes per read, and the buffer of all receivers of this process: what is read is never looked at.
READ_SIZE = 256 * 1024
unread = bytearray(READ_SIZE)


def worker(sock, stream, settings, limit=None, pacer=None):
    """The worker for one TCP stream, sending or receiving as the stream does. Raises IperfError 14 or 11 for a file or for zerocopy."""
    from . import tcp_file
    if stream.sending:
        kind = tcp_file.FileSender if settings.file else tcp_file.ZeroCopySender if settings.zerocopy else TcpSender
    else:
        kind = tcp_file.FileReceiver if settings.file else TcpReceiver
    return kind(sock, stream, settings, pacer, limit)


class TcpSender(Sender):
    """Sends blocks of `length` bytes as fast as rate and limit permit."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        Sender.__init__(self, sock, stream, settings, pacer, limit)
        self._block = memoryview(payload.make(self.length, settings.repeating_payload))
        # With no_delay every block is to leave on its own, as it does with one write a block.
        self._whole = [self._block] * (1 if settings.no_delay else GATHER)
        self._whole_size = len(self._whole) * self.length
        self._offset = 0

    def ready(self, now):
        """Bytes that may be sent now in one call; 0 when the rate or the limit say no."""
        size = self._whole_size
        if self.pacer is not None:
            if self.granted == 0:
                self.granted = self.pacer.allowed(now, self.moved) * self.length
            size = min(size, self.granted)
        if self.limit is not None:
            room = self.limit.room(now, self.length, self._offset)
            if room is not None:
                if room == 0:
                    self.finished = True
                size = min(size, room)
        return size

    def service(self, now):
        """Sends until the kernel takes no more, rate or limit say no, or SLICE seconds have gone."""
        until = now + SLICE
        while now < until:
            size = self.ready(now)
            if size == 0:
                return
            try:
                sent = self.send(size)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as exc:
                self.fail(exc)
                return
            if not sent:
                self.finished = True
                return
            self._count(now, sent)
            if sent < size:
                return
            now = time.monotonic()

    def send(self, size):
        """Gives the kernel at most so many bytes; returns how many it took, 0 when there will be no more. Raises OSError."""
        return self.sock.sendmsg(self._whole if size == self._whole_size and self._offset == 0 else self._parts(size))

    def _parts(self, size):
        """The next `size` bytes of the stream, beginning where the last call stopped in a block."""
        parts = []
        offset = self._offset
        while size > 0:
            part = self._block[offset:offset + size]
            parts.append(part)
            size -= len(part)
            offset = 0
        return parts

    def _count(self, now, sent):
        blocks, offset = divmod(self._offset + sent, self.length)
        if self.limit is not None:
            self.limit.took(now, sent, blocks, bool(offset) - bool(self._offset))
        self._offset = offset
        self.moved += sent
        if self.pacer is not None:
            self.granted -= sent
        self.stream.bytes += sent
        self.stream.blocks += blocks


class TcpReceiver(Receiver):
    """Reads and counts; the end of the stream finishes the worker and is no error (protocol.rst, "Timing")."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        Receiver.__init__(self, sock, stream, settings, pacer, limit)
        self._flags = socket.MSG_TRUNC if settings.skip_rx_copy else 0
        self._offset = 0

    def service(self, now):
        """Reads until nothing is left or SLICE seconds have gone."""
        until = now + SLICE
        while now < until:
            size = self._read()
            if size == 0 or not self.keep(size):
                return
            blocks, self._offset = divmod(self._offset + size, self.length)
            if self.limit is not None:
                self.limit.took(now, size, blocks)
            self.moved += size
            self.stream.bytes += size
            self.stream.blocks += blocks
            if size < READ_SIZE:
                return
            now = time.monotonic()

    def drop(self):
        """Reads and forgets, so that a server that still sends is not stuck in a full pipe."""
        until = time.monotonic() + SLICE
        size = READ_SIZE
        while size == READ_SIZE and time.monotonic() < until:
            size = self._read()
            self.keep(size)

    def keep(self, size):
        """What is done with the `size` bytes in the buffer; False when that failed and the worker with it."""
        return True

    def rest(self, until):
        """What is done about data that comes after the end of the test; it is not wanted."""

    def _read(self):
        """Bytes read, 0 when there are none or never will be."""
        if self.finished:
            return 0
        try:
            size = self.sock.recv_into(unread, READ_SIZE, self._flags)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as exc:
            self.fail(exc)
            return 0
        if size == 0:
            self.finished = True
        return size
