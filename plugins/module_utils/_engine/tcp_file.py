# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""TCP streams that send a file, send without copying, or write what comes into a file.

PRIVATE to the collection. Both senders leave the copying to the kernel (sendfile(2)). Every stream opens the file for itself, as in iperf3: each of
several senders sends it from its beginning, each of several receivers writes it from its beginning. What cannot be opened is told before the test begins.
"""

import errno
import os
import select
import tempfile
import time

from .._iperf3 import errors
from . import failure, payload, tcp


def size_of(path):
    """Bytes of the file that a client is to send. Raises IperfError 14."""
    descriptor = _open(path, os.O_RDONLY)
    try:
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def _open(path, flags):
    try:
        return os.open(path, flags | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise failure.system(14, "file '%s'" % path, exc)


class _Descriptor(object):
    """A descriptor that is closed with the worker that holds it."""

    def __init__(self, number):
        self.number = number

    def __del__(self):
        os.close(self.number)


class _Sendfile(tcp.TcpSender):
    """Sends out of a descriptor; a subclass opens it and says at which place to go on."""

    def _transfer(self, place, size):
        return os.sendfile(self.number, self._source.number, place, size)


class FileSender(_Sendfile):
    """Sends the file once and has then finished."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        tcp.TcpSender.__init__(self, sock, stream, settings, pacer, limit)
        self._source = _Descriptor(_open(settings.file, os.O_RDONLY))
        stream.file = (settings.file, os.fstat(self._source.number).st_size)

    def send(self, size):
        try:
            return self._transfer(self.moved, size)
        except OSError as exc:
            if exc.errno in (errno.EINVAL, errno.ENOSYS):  # not every kind of file can be sent so
                exc.filename = self.settings.file
            raise


class ZeroCopySender(_Sendfile):
    """Sends a block again and again, out of a file without a name. Raises IperfError 11 where that is not to be had."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        tcp.TcpSender.__init__(self, sock, stream, settings, pacer, limit)
        if not hasattr(os, "sendfile"):
            raise errors.IperfError(11, "zerocopy: this system has no sendfile")
        try:
            with tempfile.TemporaryFile() as stream_of_file:
                block = payload.make(self.length, settings.repeating_payload)
                # from any place in a block there is as much as one call may send
                stream_of_file.write(block * (len(self._whole) + 1))
                stream_of_file.flush()
                self._source = _Descriptor(os.dup(stream_of_file.fileno()))
        except OSError as exc:
            raise failure.system(11, "zerocopy, its temporary file", exc)

    def send(self, size):
        return self._transfer(self._offset, size)


class FileReceiver(tcp.TcpReceiver):
    """Writes what comes into the file, which is overwritten. What comes behind the end of the test is written too, and not counted."""

    def __init__(self, sock, stream, settings, pacer=None, limit=None):
        tcp.TcpReceiver.__init__(self, sock, stream, settings, pacer, limit)
        self._flags = 0
        self._target = _Descriptor(_open(settings.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        stream.file = (settings.file, 0)

    def keep(self, size):
        view = memoryview(tcp.unread)[:size]
        try:
            while view:
                view = view[os.write(self._target.number, view):]
        except OSError as exc:
            exc.filename = self.settings.file
            self.fail(exc)
            return False
        self.stream.file = (self.stream.file[0], self.stream.file[1] + size)
        return True

    def rest(self, until):
        """Reads to the end of the stream, or until the moment: a client says that it is done when it has closed its streams."""
        while not self.finished and time.monotonic() < until:
            poller = select.poll()
            poller.register(self.sock, select.POLLIN)
            if poller.poll(max(0.0, until - time.monotonic()) * 1000):
                self.drop()
