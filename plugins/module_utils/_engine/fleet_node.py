# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A node's part in a fleet's plan: the server for its visitors and its own visits, round by round.

PRIVATE to the collection. Entry: `python nfv-iperf.pyz --plan FILE`. Theory of operation:

* The plan lists this node's steps: in which round it visits whom and who visits it. All nodes' plans come from one schedule whose rounds are ordered, so
  nodes that wait for each other wait for the same round, and there is no circle to wait in.
* The node is in the steps of one round at a time; in a tournament that is one step. A visitor that is early is kept waiting on its turn connection
  (fleet_turn.py), one that is late is told so. Tests are served to the visitor whose turn it is, everybody else is refused as busy.
* It prepares first: it serves and keeps visitors waiting, and begins with its own steps when SIGUSR1 says so. So nobody is missed who starts later.
* Every wait has an end. A visitor that is late is asked how far it is (fleet_visit.py, scout); a visit whose host dies ends by keepalive; the plan as a
  whole has a limit. So a dead node costs its own visits.
* The process ends when its last step is over: nobody needs it then, and a peer that asks for it afterwards concludes that from the refusal.

It is the door of a listener.Listener: it answers connections by their first 37 bytes in its own way, and drives the listener's loop.
"""

import functools
import os
import signal
import socket
import sys
import time

from .._iperf3 import codec, errors, settings as settings_, states
from . import failure, fleet_child, fleet_steps, fleet_turn, fleet_visit, listener, signals


class _Guest(object):
    """A visitor's turn connection."""

    def __init__(self, sock, peer, step):
        self.sock = sock
        self.host = peer[0]
        self.step = step


class Node(listener.Door):
    """A node with a plan. account: its Account. stop: as of a Listener. open() first, then run(), close() in any case."""

    def __init__(self, account, stop):
        plan = account.plan
        settings = settings_.Settings("server", server=True, port=plan["port"], max_clients=1000).check()
        self._listener = listener.Listener(settings, lambda text: None, stop, door=self)
        self._stop = stop
        self._plan = plan
        self._account = account
        self._words = {fleet_turn.word(fleet_turn.TURN, plan["run"], step.network, step.peer, plan["node"]): step
                       for step in account.steps if not step.visiting}
        self._probe = fleet_turn.word(fleet_turn.PROBE, plan["run"], plan["node"])
        self._guests = {}
        self._children = {}
        self._called = False  # SIGUSR1 has come
        self._visits = None
        self._limit = time.monotonic() + plan["limits"]["prepared"]

    # -- life -----------------------------------------------------------------------------------------------------------------

    def open(self):
        """Binds the node's addresses on the plan's networks; where one is not its own, or a name, all addresses. Raises IperfError 102."""
        addresses = sorted(set(self._plan["addresses"].values()))
        local = [address for address in addresses if _is_local(address)]
        self._visits = fleet_visit.Visits(self._plan, local)
        if local != addresses:
            self._listener.open()
            return
        for address in local:
            self._listener.settings.bind = address
            self._listener.open()

    def close(self):
        """Ends what runs and gives the port back."""
        self._listener.close()

    def call(self, *dummy):
        """Handler of the signal by which the controller says that everybody is prepared."""
        self._called = True

    def run(self):
        """Serves and visits until the last step is over; returns how it ended: "done", "stopped" or "expired"."""
        self._account.save()
        for number in signals.descriptor(self._stop):
            self._listener.watch(number, functools.partial(os.read, number, 4096))
        end = None
        while end is None:
            end = self._turn_of_the_loop()
        for child in list(self._children.values()):
            self._end_child(child)
        for guest in list(self._guests.values()):
            self._end_guest(guest)
        self._account.finish(end)
        return end

    def _turn_of_the_loop(self):
        """Returns how the run ended, None while it goes on."""
        now = time.monotonic()
        if self._stop():
            return "stopped"
        if now >= self._limit:
            return "expired"
        if self._called and self._account.started is None:
            self._limit = now + self._plan["limits"]["total"]
            self._account.begin()
        if self._account.started is not None:
            current = self._account.current()
            if not current:
                return "done"
            for step in current:
                self._go_on(step, now)
        self._listener.turn(self._until_next_look(now))
        return None

    def _until_next_look(self, now):
        limits = [now + 1.0, self._limit]
        limits += [step.since + self._plan["limits"]["grace"] for step in self._account.current()
                   if step.since is not None and step.scout is None and step.guest is None]
        return max(0.01, min(limits) - now)

    # -- steps ----------------------------------------------------------------------------------------------------------------

    def _go_on(self, step, now):
        if step.state == fleet_steps.PLANNED:
            self._account.open(step, None if step.visiting else now)
            if step.visiting:
                self._fork(step, self._visits.visit)
        if step.visiting:
            return
        if step.guest is None:
            waiting = [guest for guest in self._guests.values() if guest.step is step]
            if waiting:
                self._admit(step, waiting[0])
            elif step.scout is None and now >= step.since + self._plan["limits"]["grace"]:
                step.scout = self._fork(step, self._visits.scout)
        elif now >= step.since + self._plan["limits"]["visit"]:
            self._end_guest(step.guest)

    def _admit(self, step, guest):
        try:
            guest.sock.send(fleet_turn.pack({"go": True}))
        except OSError:
            self._end_guest(guest)
            return
        step.guest = guest
        step.since = time.monotonic()
        if step.scout is not None:
            self._end_child(step.scout)

    # -- visitors -------------------------------------------------------------------------------------------------------------

    def take(self, sock, peer, word):
        """A visitor, a question, or a test of the visitor whose turn it is; everybody else is told that this server is busy."""
        if word in self._words:
            self._welcome(sock, peer, self._words[word])
        elif word == self._probe:
            _answer(sock, fleet_turn.pack({"round": self._account.round, "state": self._account.state}))
        elif any(step.guest is not None and step.guest.host == peer[0] for step in self._account.current()):
            return False
        else:
            _answer(sock, codec.pack_state(states.ACCESS_DENIED))
        return True

    def _welcome(self, sock, peer, step):
        if step.state == fleet_steps.OVER:
            _answer(sock, fleet_turn.pack({"go": False, "reason": "this visit is over here"}))
            return
        try:
            fleet_turn.look_after(sock)
        except OSError:
            sock.close()
            return
        guest = _Guest(sock, peer, step)
        self._guests[sock.fileno()] = guest
        self._listener.watch(sock.fileno(), functools.partial(self._hear_guest, guest))

    def _hear_guest(self, guest):
        try:
            if guest.sock.recv(64):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._end_guest(guest)

    def _end_guest(self, guest):
        """The visitor has left: its visit is over, if it had begun."""
        self._guests.pop(guest.sock.fileno(), None)
        self._listener.unwatch(guest.sock.fileno())
        guest.sock.close()
        step = guest.step
        if step.guest is guest:
            step.guest = None
            for session in [one for one in self._listener.sessions.values() if one.host == guest.host]:
                _signal(session.pid, signal.SIGTERM)  # a test of a visitor that died; one that ended well is gone already
            self._account.over(step)

    # -- children -------------------------------------------------------------------------------------------------------------

    def _fork(self, step, work):
        child = fleet_child.fork(step, lambda tell: work(step, tell), self._listener.close_in_child)
        self._children[child.pipe] = child
        self._listener.watch(child.pipe, functools.partial(self._hear_child, child))
        return child

    def close_in_child(self):
        """A new process keeps neither visitors nor the pipes of others."""
        for guest in self._guests.values():
            guest.sock.close()
        for child in self._children.values():
            os.close(child.pipe)

    def _hear_child(self, child):
        messages, ended = child.hear()
        step = child.step
        for message in messages:
            if message.pop("event") == "result":
                self._account.result(step, message)
            elif step.guest is None:
                self._account.abandon(step, message["reason"])
        if ended:
            self._end_child(child)
            if step.visiting:
                self._account.abandon(step, "the process of this visit ended by a fault, see the log of the node's part")

    def _end_child(self, child):
        if self._children.pop(child.pipe, None) is None:
            return
        self._listener.unwatch(child.pipe)
        if child.step.scout is child:
            child.step.scout = None
        child.end()


def _answer(sock, data):
    """Say it and leave; what the other one still sends is read first, else RST would overtake the answer."""
    try:
        sock.send(data)
        sock.shutdown(socket.SHUT_WR)
        sock.recv(64)
    except OSError:
        pass
    sock.close()


def _is_local(address):
    """Whether this is a numeric address that this host has. A name is not asked about: hosts files make it mean something else at home."""
    try:
        family, kind, dummy, dummy, where = socket.getaddrinfo(address, 0, 0, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0]
        sock = socket.socket(family, kind)
    except OSError:
        return False
    try:
        sock.bind(where)
    except OSError:
        return False
    finally:
        sock.close()
    return True


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def main(path):
    """Runs the plan in the file; returns the exit code: 0 when every step was gone through, 1 when it was stopped or could not begin."""
    path = os.path.abspath(path)
    try:
        stop = signals.Catcher()
        node = Node(fleet_steps.Account(path), stop)
        signal.signal(signal.SIGUSR1, node.call)
        try:
            node.open()
            return 0 if node.run() == "done" else 1
        finally:
            node.close()
    except errors.IperfError as exc:
        return _refuse(exc)
    except OSError as exc:
        return _refuse(failure.system(errors.SYSTEM, "plan '%s'" % path, exc))
    except (ValueError, LookupError) as exc:
        return _refuse("plan '%s' cannot be used: %s: %s" % (path, type(exc).__name__, exc))


def _refuse(what):
    sys.stderr.write("iperf3: error - %s\n" % what)
    return 1
