# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The listener: one process that owns the port and starts a process for every test.

PRIVATE to the collection. Rules it keeps:

* It never waits for a client. Cookies are read under a deadline, one connection never holds up another.
* A connection whose 37 bytes belong to a running test is a data stream and is passed to that test's process with its number in the order of
  acceptance; any other starts a new test, or is answered ACCESS_DENIED when max_clients run.
* UDP flows carry no cookie, so tests of one address take turns: a test asks for its turn before it sends CREATE_STREAMS, and until it has all its
  flows each first datagram from that address is its own.
* A test's process that dies takes down its own test only.
* What runs and what ran is told on a local Unix socket (info.py).

It knows nothing of states, parameters or results (serving.py does). Who needs more than tests of its port gives it a Door (a node of a fleet does,
fleet_node.py), drives it by turn() and adds descriptors of its own by watch().
"""

import collections
import functools
import os
import select
import signal
import socket
import time

from .._iperf3 import codec, states
from . import failure, info, inquiry, listening, output, passing, serving, signals

COOKIE_LIMIT = 10.0
# A test that has its turn for UDP flows keeps it at most so long; seconds.
TURN_LIMIT = 30.0
HISTORY = 200
GREETERS = 512


class Door(object):
    """What a listener asks about who comes and of what its processes keep; this one lets everybody begin a test. Derive from it to decide otherwise."""

    def take(self, sock, peer, word):
        """A connection with a word (the text of its 37 bytes) that belongs to no running test. True: it is yours now. False: it begins a test.

        sock: non-blocking, yours to close when taken. peer: its address. Must not wait.
        """
        return False

    def close_in_child(self):
        """Called in each new process before it works: close what is yours and must not be kept open there."""


class _Greeter(object):
    """A connection whose cookie is being read."""

    def __init__(self, sock, peer, number):
        self.sock = sock
        self.peer = peer
        self.number = number
        self.data = b""
        self.limit = time.monotonic() + COOKIE_LIMIT


class _Session(object):
    """What the listener knows of a test's process."""

    def __init__(self, pid, channel, cookie, peer):
        self.pid = pid
        self.channel = channel
        self.cookie = cookie
        self.peer = peer
        self.host = peer[0]
        self.since = time.time()
        self.facts = {}
        self.flows = 0
        self.turn_until = None


class Listener(object):
    """Serves until stop() returns a signal's name, a one-off test is over, or the idle timeout has passed.

    settings: Settings of role "server". write: takes the reports' text. stop: callable. door: Door. sessions: tests that run, by descriptor.
    """

    def __init__(self, settings, write, stop, door=None):
        self.settings = settings
        self.write = write
        self.stop = stop
        self.started = time.time()
        self.sessions = {}
        self.by_cookie = {}
        self.greeters = {}
        self.turns = {}
        self.history = collections.deque(maxlen=HISTORY)
        self.tests = 0
        self.accepted = 0
        self.one_off_over = False
        self.idle_since = time.monotonic()
        self.tcp = []
        self.udp = []
        self.info = None
        self.desk = inquiry.Desk(settings.port)
        self._door = door or Door()
        self._poller = select.poll()
        self._handlers = {}

    # -- life -----------------------------------------------------------------------------------------------------------------

    def open(self):
        """Binds everything; raises IperfError 102 naming the address. Again, with another settings.bind, for one more address."""
        for family, address in listening.addresses(self.settings):
            try:
                sock = listening.tcp(family, address, self.settings)
                self.tcp.append(sock)
                self.watch(sock.fileno(), functools.partial(self._accept, sock))
                sock = listening.udp(family, address, self.settings)
            except OSError as exc:
                self.close()
                raise failure.system(102, "%s port %d" % (address[0], address[1]), exc)
            self.udp.append(sock)
            self.watch(sock.fileno(), functools.partial(self._datagrams, sock, family, address))
        if self.settings.info_socket:
            try:
                self.info = info.Server(self.settings.info_socket, self.facts)
            except OSError as exc:
                self.close()
                raise failure.system(102, "info socket '%s'" % self.settings.info_socket, exc)
            self.watch(self.info.sock.fileno(), self.info.serve)

    def close(self):
        """Ends every test and gives the port back."""
        for session in list(self.sessions.values()):
            try:
                os.kill(session.pid, signal.SIGTERM)
            except OSError:
                pass
        limit = time.monotonic() + 5.0
        while self.sessions and time.monotonic() < limit:
            self._reap()
            time.sleep(0.02)
        for session in list(self.sessions.values()):
            try:
                os.kill(session.pid, signal.SIGKILL)
                os.waitpid(session.pid, 0)
            except OSError:
                pass
        for sock in self.tcp + self.udp + [greeter.sock for greeter in self.greeters.values()]:
            sock.close()
        if self.info is not None:
            self.info.close()

    def run(self, chore=lambda: None):
        """Serves; returns the name of the signal that ended it, or None after one test (-1) or idle_timeout. chore: called about once a second or more."""
        self._banner()
        for number in signals.descriptor(self.stop):
            self.watch(number, lambda: None)
        while True:
            name = self.stop()
            if name:
                return name
            if self.one_off_over and not self.sessions:
                return None
            if self._idle_too_long(time.monotonic()):
                return None
            self.turn()
            chore()

    def turn(self, seconds=1.0):
        """One turn of the loop: waits for at most so long until something is to be done, and does it."""
        now = time.monotonic()
        for greeter in self.greeters.values():
            seconds = min(seconds, greeter.limit - now)
        for number, dummy in self._poller.poll(max(0.0, seconds) * 1000):
            handler = self._handlers.get(number)
            if handler is not None:  # else another one's handler has just closed it
                handler()
        self._expire(time.monotonic())

    def watch(self, number, handler):
        """Has handler() called whenever the descriptor can be read; it must not wait, nor mind when there is nothing after all."""
        self._handlers[number] = handler
        self._poller.register(number, select.POLLIN)

    def unwatch(self, number):
        """The end of watch(); to be called before the descriptor is closed."""
        if self._handlers.pop(number, None) is not None:
            self._poller.unregister(number)

    def _banner(self):
        output.Output(self.settings, "server", self.write).text.listening(self.settings.port, self.tests + 1)

    def _idle_too_long(self, now):
        if self.sessions or self.greeters:
            self.idle_since = now
            return False
        return bool(self.settings.idle_timeout) and bool(self.settings.one_off) and now - self.idle_since >= self.settings.idle_timeout

    def _expire(self, now):
        self.desk.reap()
        for greeter in [one for one in self.greeters.values() if now >= one.limit]:
            self._dismiss(greeter, codec.pack_error(106, 0))
        for session in list(self.sessions.values()):
            if session.turn_until is not None and now >= session.turn_until:
                self._end_turn(session)

    # -- connections ------------------------------------------------------------------------------------------------------------

    def _accept(self, listener):
        while True:
            try:
                sock, peer = listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                return
            sock.setblocking(False)
            if len(self.greeters) >= GREETERS:
                sock.close()
                continue
            self.accepted += 1
            greeter = _Greeter(sock, peer, self.accepted)
            self._remember(greeter)
            self._cookie(greeter)

    def _cookie(self, greeter):
        try:
            data = greeter.sock.recv(codec.COOKIE_SIZE - len(greeter.data))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._dismiss(greeter, b"")
            return
        greeter.data += data
        if len(greeter.data) < codec.COOKIE_SIZE:
            return
        cookie = codec.unpack_cookie(greeter.data)
        session = self.by_cookie.get(cookie)
        if session is not None:
            self._forget(greeter)
            passing.send(session.channel, {"op": "stream", "number": greeter.number, "peer": list(greeter.peer[:2])}, greeter.sock.fileno())
            greeter.sock.close()
        elif cookie.startswith(inquiry.PREFIX):
            self._forget(greeter)
            for other in list(self.sessions.values()):
                self._message(other)  # a test whose end lies before the question is over, whichever of the two woke us first
            self.desk.answer(greeter.sock, greeter.peer, cookie, self.facts(), self.close_in_child)
        elif self._taken(greeter, cookie):
            pass
        elif len(self.sessions) >= self.settings.max_clients or (self.settings.one_off and (self.tests or self.one_off_over)):
            self._dismiss(greeter, codec.pack_state(states.ACCESS_DENIED))
        else:
            self._forget(greeter)
            self._begin(greeter, cookie)

    def _taken(self, greeter, word):
        """Whether the door keeps the connection. It may close it, so it is forgotten here before."""
        self._forget(greeter)
        if self._door.take(greeter.sock, greeter.peer, word):
            return True
        self._remember(greeter)
        return False

    def _remember(self, greeter):
        self.greeters[greeter.sock.fileno()] = greeter
        self.watch(greeter.sock.fileno(), functools.partial(self._cookie, greeter))

    def _forget(self, greeter):
        self.greeters.pop(greeter.sock.fileno(), None)
        self.unwatch(greeter.sock.fileno())

    def _dismiss(self, greeter, answer):
        """Answers and closes, in this order for the peer too: what it still sends is read, else RST would overtake the answer."""
        self._forget(greeter)
        try:
            if answer:
                greeter.sock.send(answer)
            greeter.sock.shutdown(socket.SHUT_WR)
            greeter.sock.recv(65536)
        except OSError:
            pass
        greeter.sock.close()

    def _begin(self, greeter, cookie):
        ours, theirs = passing.pair()
        self.tests += 1
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                ours.close()
                self.close_in_child()
                status = serving.serve(greeter.sock, greeter.peer, cookie, theirs, self.settings, self.write, self.tests)
            finally:
                os._exit(status)
        theirs.close()
        greeter.sock.close()
        ours.setblocking(False)
        session = _Session(pid, ours, cookie, greeter.peer)
        self.sessions[ours.fileno()] = session
        self.by_cookie[cookie] = session
        self.watch(ours.fileno(), functools.partial(self._message, session))

    def close_in_child(self):
        """A new process keeps nothing of the listener: neither its port nor other tests' connections, nor what is the door's."""
        self._door.close_in_child()
        for sock in self.tcp + self.udp + [session.channel for session in self.sessions.values()]:
            sock.close()
        for other in self.greeters.values():
            other.sock.close()
        if self.info is not None:
            self.info.forget()

    # -- tests' processes ---------------------------------------------------------------------------------------------------------

    def _message(self, session):
        while True:
            try:
                message, descriptor = passing.receive(session.channel)
            except BlockingIOError:
                return
            if descriptor is not None:
                os.close(descriptor)
            if message is None:
                self._over(session)
                return
            operation = message.get("op")
            if operation == "facts":
                session.facts.update(message.get("facts") or {})
            elif operation == "udp":
                session.flows = int(message.get("count", 0))
                self.turns.setdefault(session.host, collections.deque()).append(session)
                self._give_turn(session.host)
            elif operation == "udp_done":
                self._end_turn(session)

    def _over(self, session):
        number = session.channel.fileno()
        self.unwatch(number)
        session.channel.close()
        self.sessions.pop(number, None)
        self.by_cookie.pop(session.cookie, None)
        self._end_turn(session)
        self._wait(session)
        record = self._record(session)
        record["ended"] = time.time()
        record.setdefault("status", "crashed")
        self.history.append(record)
        if self.settings.one_off:
            self.one_off_over = True
        elif not self.sessions:
            self._banner()
        self.idle_since = time.monotonic()

    def _wait(self, session):
        """The process has closed its end and is about to be gone; a crashed one is gone already."""
        limit = time.monotonic() + 2.0
        while time.monotonic() < limit:
            try:
                if os.waitpid(session.pid, os.WNOHANG)[0]:
                    return
            except OSError:
                return
            time.sleep(0.002)
        try:
            os.kill(session.pid, signal.SIGKILL)
            os.waitpid(session.pid, 0)
        except OSError:
            pass

    def _reap(self):
        for number, session in list(self.sessions.items()):
            try:
                gone = os.waitpid(session.pid, os.WNOHANG)[0]
            except OSError:
                gone = session.pid
            if gone:
                self.sessions.pop(number, None)

    # -- UDP flows ------------------------------------------------------------------------------------------------------------------

    def _give_turn(self, host):
        queue = self.turns.get(host)
        if not queue:
            self.turns.pop(host, None)
            return
        session = queue[0]
        if session.turn_until is None:
            session.turn_until = time.monotonic() + TURN_LIMIT
            passing.send(session.channel, {"op": "turn"})

    def _end_turn(self, session):
        queue = self.turns.get(session.host)
        session.turn_until = None
        if queue and session in queue:
            queue.remove(session)
            self._give_turn(session.host)

    def _datagrams(self, sock, family, address):
        for dummy in range(64):
            try:
                data, sender, destination = listening.first_datagram(sock)
            except OSError:
                return
            waiting = [(data, sender, destination)]
            while waiting:
                data, sender, destination = waiting.pop(0)
                waiting.extend(self._first(family, address, data, sender, destination))

    def _first(self, family, address, data, sender, destination):
        """A datagram that belongs to no flow yet. Returns first datagrams of others that were found on the way."""
        queue = self.turns.get(sender[0])
        session = queue[0] if queue else None
        if session is None or session.turn_until is None or len(data) > 64:
            return []
        try:
            flow, strangers = listening.flow(family, address, sender, destination, self.settings)
        except OSError:
            return []
        passing.send(session.channel, {"op": "flow", "peer": list(sender[:2])}, flow.fileno())
        flow.close()
        session.flows -= 1
        if session.flows <= 0:
            self._end_turn(session)
        return [(payload, origin, destination) for payload, origin in strangers]

    # -- what is told ---------------------------------------------------------------------------------------------------------------

    def _record(self, session):
        record = {"cookie": session.cookie, "peer": {"host": session.peer[0].replace("::ffff:", ""), "port": session.peer[1]}, "since": session.since}
        record.update(session.facts)
        return record

    def facts(self):
        """What iperf_server_info returns of this server; times in seconds since the epoch."""
        running = []
        for session in self.sessions.values():
            record = self._record(session)
            if record.get("seconds"):
                record["remaining"] = max(0.0, round(record["seconds"] - (time.time() - record.get("began", session.since)), 1))
            running.append(record)
        return {"pid": os.getpid(), "port": self.settings.port, "version": serving.VERSION, "started": self.started,
                "max_clients": self.settings.max_clients, "tests": self.tests, "running": running, "history": list(self.history)}
