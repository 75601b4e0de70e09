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

from .._iperf3 import errors, events, states
from . import failure, signals

READ_SIZE = 65536
# A peer that takes no byte of ours for so long is gone; seconds.
SEND_LIMIT = 20.0

# What was due when a phase's timer ran out.
AWAITED = {
    "cookie_sent": "what listens there took the cookie and did not ask for the parameters (is it an iperf3 server, and idle?)",
    "parameters_sent": "the server took the parameters and did not ask for the data streams",
    "creating_streams": "the server did not start the test after the data streams were made",
    "starting": "the server did not start the test after the data streams were made",
    "ending": "the server did not ask for the results after the end of the test",
    "results_sent": "the server took the results and did not send its own",
    "results_exchanged": "the server sent its results and no end of the exchange",
    "parameters_asked": "the client did not send its parameters",
    "results_asked": "the client did not send its results",
    "displaying": "the client did not say that it is done",
}


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
                self.os_errno = exc.errno or 0
                self._eof = True
                raise failure.system(109, "while sending %s" % describe(event), exc)
            left = limit - time.monotonic()
            if left <= 0:
                raise errors.IperfError(109, "the peer took no byte of %s for %d s" % (describe(event), SEND_LIMIT))
            poller = select.poll()
            poller.register(self.sock, select.POLLOUT)
            poller.poll(min(left, 1.0) * 1000)

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
            raise_for(event)

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


def raise_for(event):
    """Raises the IperfError that this event means where another was due (protocol.rst, "Errors and endings")."""
    if isinstance(event, events.Refused):
        raise errors.from_wire(event.number, event.os_errno)
    if isinstance(event, events.Violation):
        raise event.error
    if isinstance(event, events.TimedOut):
        raise errors.IperfError(errors.PEER_SILENT, "%s within %g s" % (AWAITED.get(event.phase, "nothing in phase %s" % event.phase), event.seconds))
    if isinstance(event, events.Eof):
        raise errors.IperfError(109)
    if isinstance(event, events.State):
        number = {states.ACCESS_DENIED: 121, states.SERVER_TERMINATE: 120, states.CLIENT_TERMINATE: 119}.get(event.code)
        if number is not None:
            raise errors.IperfError(number)
        raise errors.IperfError(110, "%s came where it is not expected" % states.name(event.code))
    raise errors.IperfError(110, "%s came where it is not expected" % describe(event))
