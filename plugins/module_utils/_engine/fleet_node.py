# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A node's part in a fleet's plan: the server for its visitors and its own visits, round by round.

PRIVATE to the collection. Entry: `python nfv-iperf.pyz --plan FILE`. Theory of operation:

* The plan lists this node's steps: in which round it visits whom and who visits it. All nodes' plans come from one schedule whose rounds are ordered, so
  nodes that wait for each other wait for the same round, and there is no circle to wait in.
* The node is in the steps of one round at a time; in a tournament that is one step. A visitor that is early is kept waiting on its turn connection
  (fleet_turn.py), one that is not expected is told so. Tests are served to the visitor whose turn it is, everybody else is refused as busy.
* It prepares first: it serves and keeps visitors waiting, and begins with its own steps when SIGUSR1 says so. So nobody is missed who starts later.
* Every wait has an end. A visitor that is late is asked how far it is (fleet_visit.scout); a visit whose host dies ends by keepalive; the plan as a whole
  has a limit. So a dead node costs its own visits.
* What happened is written to files next to the plan: PLAN.progress (one JSON object, replaced whole) and PLAN.results (one JSON object a line).
* The process ends when its last step is over: nobody needs it then, and a peer that asks for it afterwards concludes that from the silence.
"""

import json
import os
import select
import signal
import socket
import sys
import time

from .._iperf3 import codec, errors, settings as settings_, states
from . import failure, fleet_turn, fleet_visit, listener, listening, signals

# How long a host waits for a visitor before it asks; seconds.
GRACE = 2.0
MESSAGE_BYTES = 1 << 20


class _Step(object):
    """One step of the plan and how far it is: "planned", "open" (begun or waited for), "over"."""

    def __init__(self, number, plan):
        self.number = number
        self.plan = plan
        self.round = plan["round"]
        self.visiting = plan["role"] == "visit"
        self.state = "planned"
        self.guest = None
        self.since = None
        self.scout = None
        self.got = set()


class _Guest(object):
    """A visitor's turn connection."""

    def __init__(self, sock, peer, step):
        self.sock = sock
        self.host = peer[0]
        self.step = step


class _Child(object):
    """A process that was forked to visit or to ask. pipe: read end of what it tells."""

    def __init__(self, pid, pipe, step):
        self.pid = pid
        self.pipe = pipe
        self.step = step
        self.data = b""


class Node(listener.Listener):
    """The listener of a node with a plan. plan: dict as plugin_utils/plan.py makes it. files: a Files."""

    def __init__(self, plan, files, stop):
        settings = settings_.Settings("server", server=True, port=plan["port"], max_clients=1000).check()
        listener.Listener.__init__(self, settings, lambda text: None, stop)
        self.plan = plan
        self.files = files
        self.steps = [_Step(number, step) for number, step in enumerate(plan["steps"])]
        self.words = {self._word(step): step for step in self.steps if not step.visiting}
        self.probe_word = fleet_turn.word(fleet_turn.PROBE, plan["run"], plan["node"])
        self.guests = {}
        self.children = {}
        self.called = False  # SIGUSR1 has come
        self.go = False
        self.wakeup = signals.descriptor(stop)
        self.progress = {"state": "prepared", "started": None, "ended": None, "reason": ""}
        self.counts = {"tests": sum(len(step.plan["tests"]) for step in self.steps if step.visiting), "tests_done": 0, "tests_failed": 0}
        self.slowest = None
        self.limit = time.monotonic() + plan["limits"]["prepared"]

    def _word(self, step):
        return fleet_turn.word(fleet_turn.TURN, self.plan["run"], step.plan["network"], step.plan["peer"], self.plan["node"])

    # -- life -----------------------------------------------------------------------------------------------------------------

    def open(self):
        """Binds the node's addresses on the plan's networks; where one is not its own, or a name, all addresses."""
        self.plan["local"] = [address for address in sorted(set(self.plan["addresses"].values())) if fleet_visit.literal(address) and _is_local(address)]
        if set(self.plan["local"]) != set(self.plan["addresses"].values()):
            listener.Listener.open(self)
            return
        for address in self.plan["local"]:
            self.settings.bind = address
            listener.Listener.open(self)

    def begin(self, *dummy):
        """Handler of the signal by which the controller says that everybody is prepared."""
        self.called = True

    def _start(self):
        self.go = True
        self.limit = time.monotonic() + self.plan["limits"]["total"]
        self.progress.update(state="running", started=time.time())
        self.save()

    def run(self):
        """Serves and visits until the last step is over; returns how it ended: "done", "stopped" or "expired"."""
        self.save()
        end = self._run()
        for child in list(self.children.values()):
            self._end_child(child)
        for guest in list(self.guests.values()):
            self._end_guest(guest)
        for step in self.steps:
            self._abandon(step, {"stopped": "this node's part of the plan was stopped", "expired": "the plan's time was over"}.get(end, "it never began"))
        self.progress.update(state="done" if end == "done" else end, ended=time.time())
        self.save()
        return end

    def _run(self):
        for number in self.wakeup:
            self._poller.register(number, select.POLLIN)
        while True:
            if self.stop():
                return "stopped"
            now = time.monotonic()
            if now >= self.limit:
                return "expired"
            if self.called and not self.go:
                self._start()
            if self.go and not self._advance(now):
                return "done"
            for number, dummy in self._poller.poll(self._next_look(now) * 1000):
                self._ready(number)
            self._expire(time.monotonic())

    def _next_look(self, now):
        limits = [now + 1.0, self.limit] + [greeter.limit for greeter in self.greeters.values()]
        limits += [step.since + GRACE for step in self.steps if step.since is not None and step.state == "open" and step.scout is None]
        return max(0.01, min(limits) - now)

    def _ready(self, number):
        if number in self.guests:
            self._hear_guest(self.guests[number])
        elif number in self.children:
            self._hear_child(self.children[number])
        elif number in self.wakeup:
            os.read(number, 4096)
        else:
            listener.Listener._ready(self, number)

    # -- steps ----------------------------------------------------------------------------------------------------------------

    def current_round(self):
        """The lowest round with a step that is not over, None when all are."""
        return min([step.round for step in self.steps if step.state != "over"] or [None])

    def _advance(self, now):
        """Begin what can begin; False when everything is over."""
        number = self.current_round()
        if number is None:
            return False
        for step in self.steps:
            if step.round != number or step.state == "over":
                continue
            if step.state == "planned":
                step.state = "open"
                step.since = now
                if step.visiting:
                    self._fork(step, fleet_visit.visit)
                    step.since = None
                self.save()
            if not step.visiting:
                self._host(step, now)
        return True

    def _host(self, step, now):
        if step.guest is None:
            waiting = [guest for guest in self.guests.values() if guest.step is step]
            if waiting:
                self._admit(step, waiting[0])
            elif step.scout is None and now >= step.since + GRACE:
                step.scout = self._fork(step, fleet_visit.scout)
        elif now >= step.since + self.plan["limits"]["visit"]:
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

    def _over_step(self, step):
        step.state = "over"
        step.since = None
        if step.scout is not None:
            self._end_child(step.scout)
        self.save()

    def _abandon(self, step, reason):
        """Every test of a step that has no result gets a reason."""
        if step.state == "over":
            return
        if step.visiting:
            for name in step.plan["tests"]:
                if name not in step.got:
                    self._result(step, fleet_visit.failed(name, errors.IperfError(errors.INTERRUPTED, reason)))
        else:
            self.files.result({"host": self.plan["node"], "peer": step.plan["peer"], "network": step.plan["network"], "status": "absent", "reason": reason})
        self._over_step(step)

    def _result(self, step, result):
        step.got.add(result["test"])
        self.counts["tests_done"] += 1
        self.counts["tests_failed"] += result["status"] != "ok"
        rate = (result.get("summary") or {}).get("received_bps")
        record = dict(result, network=step.plan["network"], visitor=self.plan["node"], peer=step.plan["peer"], round=step.round)
        if result["status"] == "ok" and rate is not None and (self.slowest is None or rate < self.slowest["bps"]):
            ends = [self.plan["node"], step.plan["peer"]]
            if self.plan["tests"][result["test"]]["direction"] == "reverse":
                ends.reverse()
            self.slowest = {"from": ends[0], "to": ends[1], "network": step.plan["network"], "bps": rate}
        self.files.result(record)

    # -- visitors -------------------------------------------------------------------------------------------------------------

    def _begin(self, greeter, cookie):
        """A connection with its 37 bytes: a visitor, a question, or a test."""
        if cookie in self.words:
            self._welcome(greeter, self.words[cookie])
        elif cookie == self.probe_word:
            _answer(greeter.sock, fleet_turn.pack({"round": self.current_round(), "state": self.progress["state"]}))
        elif any(step.guest is not None and step.guest.host == greeter.peer[0] for step in self.steps):
            listener.Listener._begin(self, greeter, cookie)
        else:
            _answer(greeter.sock, codec.pack_state(states.ACCESS_DENIED))

    def _close_in_child(self):
        listener.Listener._close_in_child(self)
        for guest in self.guests.values():
            guest.sock.close()
        for child in self.children.values():
            os.close(child.pipe)

    def _welcome(self, greeter, step):
        if step.state == "over":
            _answer(greeter.sock, fleet_turn.pack({"go": False, "reason": "this round is over here"}))
            return
        try:
            fleet_turn.look_after(greeter.sock)
        except OSError:
            greeter.sock.close()
            return
        guest = _Guest(greeter.sock, greeter.peer, step)
        self.guests[guest.sock.fileno()] = guest
        self._poller.register(guest.sock, select.POLLIN)

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
        self.guests.pop(guest.sock.fileno(), None)
        self._poller.unregister(guest.sock)
        guest.sock.close()
        if guest.step.guest is guest:
            guest.step.guest = None
            for session in [one for one in self.sessions.values() if one.host == guest.host]:
                _signal(session.pid, signal.SIGTERM)  # a test of a visitor that died; one that ended well is gone already
            self._over_step(guest.step)

    # -- children -------------------------------------------------------------------------------------------------------------

    def _fork(self, step, work):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.close(ours)
                self._close_in_child()
                status = work(self.plan, step.plan, theirs)
            except Exception as exc:  # the last resort of this process: its step fails, the node goes on
                sys.stderr.write("a visit failed by a fault of nfv.iperf: %s: %s\n" % (type(exc).__name__, exc))
                sys.stderr.flush()
            finally:
                os._exit(status)
        os.close(theirs)
        os.set_blocking(ours, False)
        child = _Child(pid, ours, step)
        self.children[ours] = child
        self._poller.register(ours, select.POLLIN)
        return child

    def _hear_child(self, child):
        try:
            data = os.read(child.pipe, MESSAGE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        child.data += data
        lines = child.data.split(b"\n")
        child.data = lines.pop()
        for line in lines:
            self._told(child, json.loads(line.decode("utf-8")))
        if not data:
            step = child.step
            self._end_child(child)
            if step.visiting:
                self._abandon(step, "the process of this visit ended by a fault, see the node's log")

    def _told(self, child, message):
        event = message.pop("event")
        step = child.step
        if event == "result":
            self._result(step, message)
            if len(step.got) == len(step.plan["tests"]):
                self._over_step(step)
            else:
                self.save()
        elif event == "gone" and step.guest is None:
            self._abandon(step, message["reason"])

    def _end_child(self, child):
        if self.children.pop(child.pipe, None) is None:
            return
        self._poller.unregister(child.pipe)
        os.close(child.pipe)
        if child.step.scout is child:
            child.step.scout = None
        end_process(child.pid)

    # -- what is told ---------------------------------------------------------------------------------------------------------

    def save(self):
        """Write the progress."""
        current = [{"peer": step.plan["peer"], "network": step.plan["network"], "role": step.plan["role"]} for step in self.steps if step.state == "open"]
        self.files.progress(dict(
            self.progress, run=self.plan["run"], node=self.plan["node"], pid=os.getpid(), round=self.current_round(), rounds=self.plan["rounds"],
            steps=len(self.steps), steps_done=sum(step.state == "over" for step in self.steps), current=current, slowest=self.slowest, **self.counts))


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
    """Whether this host has the numeric address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.bind((address, 0))
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


def end_process(pid, seconds=3.0):
    """End a child of ours: SIGTERM, and SIGKILL when it does not listen."""
    _signal(pid, signal.SIGTERM)
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except OSError:
            return
        time.sleep(0.005)
    _signal(pid, signal.SIGKILL)
    try:
        os.waitpid(pid, 0)
    except OSError:
        pass


class Files(object):
    """The files next to a plan."""

    def __init__(self, path):
        self.path = path
        self._results = open(path + ".results", "a")

    def progress(self, facts):
        temporary = self.path + ".progress.new"
        with open(temporary, "w") as target:
            json.dump(facts, target)
        os.rename(temporary, self.path + ".progress")

    def result(self, record):
        self._results.write(json.dumps(record) + "\n")
        self._results.flush()


def main(path):
    """Runs the plan in the file; returns the exit code: 0 when every step was gone through, 1 when it was stopped or could not begin."""
    path = os.path.abspath(path)
    try:
        with open(path) as source:
            plan = json.load(source)
        files = Files(path)
        stop = signals.Catcher()
        node = Node(plan, files, stop)
        signal.signal(signal.SIGUSR1, node.begin)
        node.open()
        try:
            return 0 if node.run() == "done" else 1
        finally:
            node.close()
    except errors.IperfError as exc:
        sys.stderr.write("iperf3: error - %s\n" % exc)
    except (OSError, ValueError) as exc:
        what = failure.system(errors.SYSTEM, "plan '%s'" % path, exc) if isinstance(exc, OSError) else "plan '%s': %s" % (path, exc)
        sys.stderr.write("iperf3: error - %s\n" % what)
    return 1
