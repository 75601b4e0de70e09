# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A server's log that does not grow beyond a size: what it wrote latest is kept.

PRIVATE to the collection. The listener and the processes of its tests write into one open file. Only the listener shortens it, in place, so that all of them
go on writing into the file that has the name. What a test writes in the very moment of shortening may be lost with what is removed.
"""

import fcntl
import os
import stat
import time

# How often the size is looked at; seconds.
PAUSE = 1.0
NOTE = "--- older lines were removed here, keep_log is %d bytes ---\n"


class Keeper(object):
    """Call it often: it looks once a second. descriptor: of the log, open for writing. limit: bytes that it may have, 0 for any number.

    What is no regular file (a terminal, a pipe, a journal) is left alone.
    """

    def __init__(self, descriptor, limit):
        self._descriptor = descriptor
        self._limit = limit if limit and stat.S_ISREG(os.fstat(descriptor).st_mode) else 0
        self._next = 0.0
        if self._limit:  # whoever writes next, writes at the end
            fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)

    def __call__(self):
        now = time.monotonic()
        if not self._limit or now < self._next:
            return
        self._next = now + PAUSE
        try:
            size = os.fstat(self._descriptor).st_size
            if size > self._limit:
                self._shorten(size)
        except OSError:  # a full disk, a file that may not be read: tests go on, and the next look may do better
            pass

    def _shorten(self, size):
        """Keeps the whole lines among the latest half of the limit."""
        data = self._latest(size)
        data = (NOTE % self._limit).encode("ascii") + data[data.find(b"\n") + 1:]
        os.ftruncate(self._descriptor, 0)
        while data:
            data = data[os.write(self._descriptor, data):]

    def _latest(self, size):
        """Bytes; none where the system does not let us read what we write."""
        try:
            reader = os.open("/proc/self/fd/%d" % self._descriptor, os.O_RDONLY)
        except OSError:
            return b""
        try:
            return os.pread(reader, self._limit // 2, size - self._limit // 2)
        finally:
            os.close(reader)
