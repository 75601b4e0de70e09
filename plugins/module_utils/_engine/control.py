# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The control connection's socket: bytes between the kernel and a ControlSession.

PRIVATE to the collection. The session (layer 1) knows what may be said and when; this file only moves its bytes,
never waits without a limit, and turns events that end a test into IperfError, so that client and server
read as a sequence of steps (docs/docsite/rst/protocol.rst, "The sequence of a test").
"""

import select
import socket
import time

from .._iperf3 import errors, events, session_errors, states
from . import failure, signals

READ_SIZE = 65536
# A peer that takes no byte of ours for so long is gone; seconds.
SEND_LIMIT = 20.0


class Interrupted(Exception):
    """The user or a signal asked this end to stop; .name is the signal's name."""

    def __init__(self, name):
        Exception.__init__(self, name)
        self.name = name


class ControlChannel(object):
    """One control connection.

    sock: connected TCP socket (made non-blocking here). session: a ControlSession.
    stop: callable that returns None, or the name of the signal that ends the test.
    os_errno: the system's error with which the connection broke, 0 when it did not or the peer closed it.
    """

    def __init__(self, sock, session, stop=None):
        self.sock = sock
        self.session = session
        self.stop = stop or (lambda: None)
        self.os_errno = 0
        self._eof = False
        sock.setblocking(False)

    def fileno(self):
        return self.sock.fileno()

    @property
    def ended(self):
        """True when the peer has closed, or the connection is broken."""
        return self._eof

    def send(self, event):
        """Sends one event whole. Raises IperfError 109 when the peer is gone or takes nothing for SEND_LIMIT seconds."""
        view = memoryview(self.session.send(event, time.monotonic()))
        limit = time.monotonic() + SEND_LIMIT
        while view:
            try:
                view = view[self.sock.send(view):]
                continue
            except (BlockingIOError, InterruptedError):
                pass
            except OSError as exc:
                raise self._broken(event, exc)
            left = limit - time.monotonic()
            if left <= 0:
                raise errors.IperfError(109, "the other end took no byte of %s for %d s; look at its log" % (describe(event), SEND_LIMIT))
            poller = select.poll()
            poller.register(self.sock, select.POLLOUT)
            poller.poll(min(left, 1.0) * 1000)

    def _broken(self, event, exc):
        """The IperfError of a connection that broke while `event` was sent: a busy server's denial may lie before the reset."""
        self.os_errno = exc.errno or 0
        self.receive()
        self._eof = True
        while True:
            last = self.session.next_event()
            if last is None or isinstance(last, events.Eof):
                return failure.system(109, "it broke while %s was sent, look at the other end's log" % describe(event), exc)
            error = session_errors.explain(self.session, last)
            if error is not None:
                return error

    def try_send(self, event):
        """Sends and does not mind a peer that is gone: for the last words of a test that has failed already."""
        try:
            self.send(event)
        except errors.IperfError:
            pass

    def receive(self):
        """Takes what the kernel has now, without waiting."""
        while not self._eof:
            now = time.monotonic()
            try:
                data = self.sock.recv(READ_SIZE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as exc:
                self.os_errno = exc.errno or 0
                data = b""
            if not data:
                self._eof = True
            self.session.receive_data(data, now)
            if len(data) < READ_SIZE:
                return

    def next_event(self):
        return self.session.next_event()

    def wait(self, also=(), until=None):
        """The next event, or None when one of the descriptors in `also` can be read or `until` (monotonic) has come.

        Raises Interrupted when the stop callable says so. The session's own timers come back as TimedOut.
        """
        while True:
            event = self.session.next_event()
            if event is not None:
                return event
            name = self.stop()
            if name:
                raise Interrupted(name)
            now = time.monotonic()
            timer = self.session.next_timeout()
            limits = [limit for limit in (timer, until) if limit is not None]
            wait = min([1.0] + [limit - now for limit in limits])
            poller = select.poll()
            if not self._eof:
                poller.register(self.sock, select.POLLIN)
            wakers = signals.descriptor(self.stop)
            for number in list(also) + wakers:
                poller.register(number, select.POLLIN)
            ready = [number for number, mask in poller.poll(max(0.0, wait) * 1000 + 0.5) if number not in wakers]
            if self.sock.fileno() in ready:
                self.receive()
                continue
            if ready:
                return None
            now = time.monotonic()
            if timer is not None and now >= timer:
                self.session.handle_timeout(now)
            elif until is not None and now >= until:
                return None

    def expect(self, *codes):
        """Waits for one of these state bytes and returns its code; everything else ends the test by an exception."""
        while True:
            event = self.wait()
            if isinstance(event, events.State) and event.code in codes:
                return event.code
            self.fail(event)

    def fail(self, event):
        """Raises the IperfError that this event means where another was due."""
        raise session_errors.explain(self.session, event, self.os_errno) or session_errors.misplaced(self.session, event)

    def close(self, linger=0.0):
        """Half-closes, reads to the peer's end for at most `linger` seconds, and closes (3.21 waits for our FIN)."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
            limit = time.monotonic() + linger
            while linger and not self._eof and time.monotonic() < limit:
                poller = select.poll()
                poller.register(self.sock, select.POLLIN)
                if poller.poll(max(0.0, limit - time.monotonic()) * 1000) and not self.sock.recv(READ_SIZE):
                    break
        except OSError:
            pass
        self.sock.close()


def describe(event):
    """The field's word for an event, for messages."""
    if isinstance(event, events.State):
        return states.name(event.code)
    return {"Cookie": "the cookie", "Parameters": "the parameters", "Results": "the results"}.get(type(event).__name__, type(event).__name__)
